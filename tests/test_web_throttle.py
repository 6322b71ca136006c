"""Wrong tokens have to wait; the right one never waits for long."""

import pytest

from hubgraph.web.throttle import WINDOW, WRONG, Throttle


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock)


def _fail(throttle: Throttle, address: str, times: int = WRONG) -> None:
    for _ in range(times):
        throttle.fail(address)


def test_after_some_wrong_tokens_an_address_waits_until_the_oldest_is_a_minute_old(
    throttle: Throttle, clock: Clock
) -> None:
    throttle.fail("192.0.2.1")
    clock.now += 20
    _fail(throttle, "192.0.2.1", WRONG - 2)
    assert throttle.wait("192.0.2.1") == 0
    throttle.fail("192.0.2.1")
    assert throttle.wait("192.0.2.1") == WINDOW - 20
    clock.now += WINDOW - 20.5
    assert throttle.wait("192.0.2.1") == 1
    clock.now += 0.5
    assert throttle.wait("192.0.2.1") == 0


def test_an_address_does_not_wait_for_another(throttle: Throttle) -> None:
    _fail(throttle, "192.0.2.1")
    assert throttle.wait("192.0.2.2") == 0
    assert throttle.wait("") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_who_can_choose_many_addresses_of_one_network_is_one_visitor(
    throttle: Throttle, one: str, other: str, *, same: bool
) -> None:
    _fail(throttle, one)
    assert (throttle.wait(other) > 0) is same


def test_no_more_addresses_are_remembered_than_there_is_room_for(throttle: Throttle) -> None:
    _fail(throttle, "192.0.2.1")
    for number in range(10_000):
        throttle.fail(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}")
    assert throttle.wait("192.0.2.1") == 0

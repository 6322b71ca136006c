"""Plants every pattern a number of times and says which could not be planted."""

from collections.abc import Callable
from typing import Final

from hubgraph.synth.ground import Ground, NoRoomError
from hubgraph.synth.planted_funding import (
    evaluator_and_evaluated,
    from_funder_to_funded,
    funder_and_recipient,
)
from hubgraph.synth.planted_hubs import (
    both_sides_of_a_merger,
    chair_of_board,
    deliver_and_assure,
    lead_and_supported,
    money_inside_the_hub,
)
from hubgraph.synth.planted_trusts import (
    both_finance_posts,
    member_and_executive,
    members_who_are_trustees,
    paid_supplier,
    sponsor_in_charge,
)

_SCHOOLS_PER_COPY: Final = 3_000

PLANS: Final[tuple[tuple[str, Callable[[Ground], None]], ...]] = (
    ("C12", sponsor_in_charge),
    ("C01", members_who_are_trustees),
    ("C02", member_and_executive),
    ("C03", both_finance_posts),
    ("C04, C13, C16 and C17", paid_supplier),
    ("C05 and C13", lead_and_supported),
    ("C06", chair_of_board),
    ("C07 and C13", funder_and_recipient),
    ("C08", evaluator_and_evaluated),
    ("C18", from_funder_to_funded),
    ("C09 and C10", money_inside_the_hub),
    ("C11", deliver_and_assure),
    ("C14", both_sides_of_a_merger),
)


def plant(ground: Ground, schools: int) -> None:
    """Plant every pattern, once per three thousand schools and at least once; note in the ground what had no room."""
    for copy in range(max(1, schools // _SCHOOLS_PER_COPY)):
        for pattern, plan in PLANS:
            try:
                plan(ground)
            except NoRoomError as error:
                ground.unplanted.setdefault(pattern, f"copy {copy + 1}: {error}")

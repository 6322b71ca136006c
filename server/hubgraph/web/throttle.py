"""Wrong tokens are counted per address, so that guessing takes longer than anybody lives, and nobody is shut out for long.

Kept in the memory of one process. An address that gave too many wrong tokens within a while has to wait until the oldest of
them is a while old; what it sends meanwhile is not looked at and not counted, so that waiting always ends.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Final

WRONG: Final = 5
WINDOW: Final = 60.0
"""So many wrong tokens within so many seconds are free; 5 a minute are 2.6 million a year."""
_ADDRESSES: Final = 10_000
"""Most addresses that are remembered; the one that failed longest ago is forgotten first."""
_NETWORK_BITS: Final = 64
"""Of an IPv6 address, those that are the visitor's network: the others are the visitor's to choose."""


class Throttle:
    """Counts failures; safe for many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody; clock: seconds that never go back."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Return how many whole seconds an address has to wait, 0 where it may try."""
        with self._lock:
            failed = self._recent(_network(address))
            return ceil(failed[0] + WINDOW - self._clock()) if len(failed) >= WRONG else 0

    def fail(self, address: str) -> None:
        """Count a wrong token."""
        network = _network(address)
        with self._lock:
            failed = self._recent(network)
            failed.append(self._clock())
            self._failed[network] = failed
            self._failed.move_to_end(network)
            while len(self._failed) > _ADDRESSES:
                self._failed.popitem(last=False)

    def _recent(self, network: str) -> deque[float]:
        failed = self._failed.get(network, deque())
        while failed and failed[0] + WINDOW <= self._clock():
            failed.popleft()
        return failed


def _network(address: str) -> str:
    """Return the address, of IPv6 its first 64 bits; what is no address stands for itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> _NETWORK_BITS << _NETWORK_BITS))
    return str(parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else str(parsed)

"""Pages of a long list: which rows, and links to the other pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hubgraph.errors import ParameterError
from hubgraph.web.pages.links import link

_AROUND: Final = 1
"""Pages that are named on either side of the current one."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page number with its link; a gap has no link."""

    number: int
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """Number of the last page, the steps to show, and links to the page before and after, empty where there is none."""

    current: int
    last: int
    steps: tuple[Step, ...]
    before: str
    after: str


def page_number(text: str | None) -> int:
    """Return the page that was asked for, the first where none was; raise ParameterError for what is no page."""
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6 and int(text) > 0):  # noqa: PLR2004 (a million pages)
        raise ParameterError("page", f"'{text[:20]}' is not the number of a page.", "1")
    return int(text)


def paging(total: int, size: int, current: int, path: str, query: Mapping[str, str | Sequence[str]]) -> Pages:
    """Return the links to the pages of a list; raise ParameterError where the current page is beyond the last."""
    last = max((total + size - 1) // size, 1)
    if current > last:
        raise ParameterError("page", f"the last page is {last}.", str(last))

    def to(number: int) -> str:
        return link(path, {**query, "page": str(number) if number > 1 else ""})

    wanted = {1, last, *range(max(current - _AROUND, 1), min(current + _AROUND, last) + 1)}
    steps: list[Step] = []
    for number in sorted(wanted):
        if steps and number > steps[-1].number + 1:
            steps.append(Step(steps[-1].number, ""))
        steps.append(Step(number, to(number), current=number == current))
    before = to(current - 1) if current > 1 else ""
    after = to(current + 1) if current < last else ""
    return Pages(current, last, tuple(steps), before, after)

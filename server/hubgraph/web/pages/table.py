"""The rows of an answer as a table of cells: a record and its name share a column, values in their format."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hubgraph.saved_queries.model import Column, SavedQuery
from hubgraph.saved_queries.sorting import NUMBERS
from hubgraph.store.base import Row, Term
from hubgraph.terms import shorten, split_record_iri
from hubgraph.web.pages.formatting import formatted
from hubgraph.web.pages.frame import LICENCES
from hubgraph.web.pages.links import link, path_of, reference

_NUMERIC = ("integer", "decimal", "percent", "money")
_NAMING = ("Name", "Its name", "Title of")
_LONG = 40
"""Characters from which a text is given room, so that it does not become a column of single words."""
_NUMBERED = {"school": "URN", "trust": "UID", "group": "UID"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: text, its link, a second line; style is num, date, text (a long one) or empty."""

    text: str
    href: str = ""
    sub: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """Head of a column: link that sorts by it, and how it is sorted now (ascending, descending or empty)."""

    label: str
    href: str
    sorted: str
    style: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One column to show: the column of the answer, and the one that names its records, where there is one."""

    column: Column
    name: Column | None = None

    @property
    def sort(self) -> str:
        """Return the name of the column that it is sorted by."""
        return (self.name or self.column).name

    @property
    def label(self) -> str:
        """Return its head: what the record is; of anything else the label of its name, where that says more than `Name`."""
        named = self.name if self.name is not None and not self.column.entity else None
        is_telling = named is not None and not named.label.startswith(_NAMING)
        return (named if named is not None and is_telling else self.column).label or self.column.name

    @property
    def style(self) -> str:
        """Return the class of its cells."""
        if self.column.format in _NUMERIC:
            return "num"
        return "date" if self.column.format == "date" else ""


def shown_columns(saved: SavedQuery) -> tuple[Shown, ...]:
    """Return the columns of a question, each link together with the column that names it."""
    taken: set[str] = set()
    shown = []
    for position, column in enumerate(saved.columns):
        if column.format != "link":
            continue
        label = next((name for name in _names_of(saved, position) if name.name not in taken), None)
        if label is not None:
            taken.add(label.name)
        shown.append(Shown(column, label))
    joined = {one.column.name: one for one in shown}
    return tuple(
        joined.get(column.name) or Shown(column) for column in saved.columns if column.name not in taken
    )


def _names_of(saved: SavedQuery, position: int) -> Iterator[Column]:
    """Yield the columns that may name the records of another, the most certain first.

    By its own name (lead, lead_name), by its last word (nearest_hub, hub_name; organisation_a, name_a), or, for a bare
    `name` or `title`, by standing next to it; a first column is also named by one that no link stands before.
    """
    columns = saved.columns
    column = columns[position]
    names = {other.name: other for other in columns}
    last = column.name.rpartition("_")[2]
    wanted = [f"{column.name}_name", f"{column.name}_label", f"{last}_name", f"name_{last}"]
    if column.entity == "finding":
        wanted.append("pattern_label")
    following = columns[position + 1].name if position + 1 < len(columns) else ""
    bare = [name for name in ("name", "title") if name in names]
    for name in bare:
        before = columns[max(columns.index(names[name]) - 1, 0)]
        if following == name or (position == 0 and before.format != "link"):
            wanted.append(name)
    yield from (names[name] for name in wanted if name in names)


def headers(
    columns: Sequence[Shown], sort: str, path: str, query: Mapping[str, str | Sequence[str]]
) -> tuple[Header, ...]:
    """Return the heads of columns; a second click on the same one turns the order round."""
    made = []
    for shown in columns:
        direction = ""
        if sort.removeprefix("-") == shown.sort:
            direction = "descending" if sort.startswith("-") else "ascending"
        numeric_first = shown.style == "num" and not direction
        target = f"-{shown.sort}" if direction == "ascending" or numeric_first else shown.sort
        href = link(path, {**query, "sort": target}, "#answer")
        made.append(Header(shown.label, href, direction, shown.style))
    return tuple(made)


def cells(rows: Sequence[Row], columns: Sequence[Shown], base: str) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of rows, in the order of columns; an unbound variable is an empty cell."""
    return tuple(tuple(_cell(row, shown, base) for shown in columns) for row in rows)


def plain_cell(term: Term, base: str) -> Cell:
    """Return the cell of a term of which nothing else is known."""
    if term.kind != "iri":
        return Cell(term.value, style="num" if term.datatype in NUMBERS else "")
    return Cell(_short(term.value, base), path_of(term.value, base))


def _cell(row: Row, shown: Shown, base: str) -> Cell:
    term = row.get(shown.column.name)
    label = row.get(shown.name.name) if shown.name else None
    if term is None:
        if label is None and shown.column.empty:
            return Cell("", sub=shown.column.empty, style=shown.style)
        return Cell(label.value if label else "", style=shown.style)
    if term.kind != "iri":
        text = formatted(term.value, shown.column.format)
        return Cell(text, style=shown.style or ("text" if len(text) > _LONG else ""))
    split = split_record_iri(term.value, base)
    sub = f"{_NUMBERED[split[0]]} {split[1]}" if split and label and split[0] in _NUMBERED else ""
    return Cell(label.value if label else _short(term.value, base), path_of(term.value, base), sub)


def _short(iri: str, base: str) -> str:
    split = split_record_iri(iri, base)
    return reference(*split) if split else LICENCES.get(iri) or shorten(iri)

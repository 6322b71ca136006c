"""The catalogue: every saved query of a folder, read once."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jsonschema import Draft202012Validator

from hubgraph.errors import QueryError, SavedQueryError, UnknownQueryError
from hubgraph.saved_queries.head import read_columns, read_head, read_limits, read_params
from hubgraph.saved_queries.model import Kind, SavedQuery
from hubgraph.saved_queries.needs import read_kinds
from hubgraph.sparql import QueryFacts, examine, significant, tokenise
from hubgraph.terms import slug

GROUPS: Final[Mapping[str, str]] = {
    "structure": "Schools, trusts and their history",
    "hubs": "Hubs and who leads them",
    "hats": "People with several roles",
    "overlaps": "Overlapping roles",
    "isolation": "Isolated schools and reach",
    "money": "Money",
    "evidence": "Evidence and fairness",
    "quality": "Sources and data quality",
}
"""Folder names of saved queries and their titles, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All saved queries by slug, in the order of their groups and then of their titles; kinds: what they rest on."""

    queries: Mapping[str, SavedQuery]
    kinds: Mapping[str, Kind]

    @classmethod
    def read(cls, folder: Path) -> "Catalogue":
        """Read every `.rq` file in the group folders; raise SavedQueryError for the first faulty one."""
        schema = folder / "head.schema.json"
        validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
        kinds = read_kinds(folder)
        found: list[SavedQuery] = []
        for group in GROUPS:
            members = [read_query(path, validator, kinds) for path in sorted((folder / group).glob("*.rq"))]
            found.extend(sorted(members, key=lambda saved: saved.title.casefold()))
        queries: dict[str, SavedQuery] = {}
        for saved in found:
            if saved.slug in queries:
                raise SavedQueryError(
                    f"Two saved queries are called '{saved.slug}'; rename one of the files."
                )
            queries[saved.slug] = saved
        return cls(queries, kinds)

    def get(self, slug: str) -> SavedQuery:
        """Return the query of that slug; raise UnknownQueryError with the nearest names."""
        saved = self.queries.get(slug)
        if saved is None:
            near = difflib.get_close_matches(slug, self.queries, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "the catalogue lists them all."
            raise UnknownQueryError(f"There is no saved query called '{slug}'; {hint}")
        return saved

    def all(self) -> tuple[SavedQuery, ...]:
        """Return all queries in catalogue order."""
        return tuple(self.queries.values())

    def groups(self) -> Mapping[str, tuple[SavedQuery, ...]]:
        """Return group name → its queries, without empty groups; GROUPS has the titles."""
        members = {group: tuple(s for s in self.queries.values() if s.group == group) for group in GROUPS}
        return {group: queries for group, queries in members.items() if queries}


def read_query(
    path: Path, validator: Draft202012Validator, kinds: Mapping[str, Kind] | None = None
) -> SavedQuery:
    """Read one file; kinds: those that it may need. Raise SavedQueryError naming file, line and rule."""
    text = path.read_text(encoding="utf-8")
    head = read_head(path, text, validator)
    try:
        facts = examine(text)
    except QueryError as error:
        raise SavedQueryError(f"{path}: {error}") from None
    internal = path.parent.parent / "internal"
    given_notes = head.get("notes", {})
    notes = given_notes.get("query", "")
    params = read_params(head)
    options = sorted({param.options_query for param in params if param.options_query})
    saved = SavedQuery(
        slug=path.stem,
        title=head["title"],
        summary=" ".join(head["summary"].split()),
        group=head["group"],
        answers=tuple(head.get("answers", ())),
        params=params,
        columns=read_columns(head),
        view=head.get("view", "table"),
        explain=" ".join(head.get("explain", "").split()),
        limits=read_limits(head),
        tests=tuple(head.get("tests", ())),
        text=text,
        form=facts.form,
        notes_query=notes,
        notes_text=_internal(path, internal, notes) if notes else "",
        notes_params=tuple(given_notes.get("params", ())),
        options_texts={name: _internal(path, internal, name) for name in options},
        absent=head.get("absent", ""),
        none=" ".join(head.get("none", "").split()),
        needs=_needed(path, head.get("needs", ()), kinds or {}),
    )
    _check_agreement(path, saved, facts)
    _check_notes(path, saved)
    for column in saved.columns:
        _needed(path, column.needs, {kind.name: kind for kind in saved.needs})
    return saved


def _needed(path: Path, names: Sequence[str], kinds: Mapping[str, Kind]) -> tuple[Kind, ...]:
    """Return the kinds of those names; a column may need only what the question needs."""
    unknown = [name for name in names if name not in kinds]
    if unknown:
        known = ", ".join(kinds) or "none"
        raise SavedQueryError(f"{path}: 'needs' names the kind '{unknown[0]}'; it can name {known}.")
    return tuple(kinds[name] for name in names)


def _internal(path: Path, folder: Path, name: str) -> str:
    file = folder / f"{name}.rq"
    if not file.is_file():
        raise SavedQueryError(f"{path}: the head names the query '{name}', but {file} does not exist.")
    return file.read_text(encoding="utf-8")


def _check_agreement(path: Path, saved: SavedQuery, facts: QueryFacts) -> None:
    """Refuse a file whose head and text do not say the same."""
    if slug(path.stem) != path.stem:
        raise SavedQueryError(f"{path}: the file name is the slug; write it in lower case with hyphens.")
    if saved.group != path.parent.name:
        raise SavedQueryError(
            f"{path}: the group is '{saved.group}', but the folder is '{path.parent.name}'."
        )
    unused = [param.name for param in saved.params if param.name not in facts.variables]
    if unused:
        raise SavedQueryError(f"{path}: the query has no variable ?{unused[0]} for its parameter.")
    named = re.findall(r"\{(\w*)\}", saved.none)
    strange = [name for name in named if saved.param(name) is None]
    if strange:
        raise SavedQueryError(f"{path}: 'none' names {{{strange[0]}}}, which is no parameter of the query.")
    lost = [param.before for param in saved.params if param.before and saved.param(param.before) is None]
    if lost:
        raise SavedQueryError(f"{path}: 'before' names {lost[0]}, which is no parameter of the query.")
    missing = [column.name for column in saved.columns if column.name not in facts.variables]
    if missing and saved.form == "SELECT":
        raise SavedQueryError(f"{path}: the query has no variable ?{missing[0]} for its column.")
    words = [token.text.upper() for token in significant(tokenise(saved.text)) if token.kind == "word"]
    if saved.form == "SELECT" and "ORDER" not in words:
        raise SavedQueryError(f"{path}: a SELECT needs ORDER BY, so that two answers can be compared.")


def _check_notes(path: Path, saved: SavedQuery) -> None:
    """Refuse notes that a parameter could reach unasked, or that cannot take one which the head gives them."""
    variables = examine(saved.notes_text).variables if saved.notes_text else ()
    for param in saved.params:
        if param.name in variables and param.name not in saved.notes_params:
            raise SavedQueryError(
                f"{path}: the notes query '{saved.notes_query}' has a variable ?{param.name}, which is also a parameter; "
                f"rename the variable, or list it under 'params' of 'notes' if the notes are to follow it."
            )
    for name in saved.notes_params:
        if saved.param(name) is None or name not in variables:
            raise SavedQueryError(
                f"{path}: 'notes' lists ?{name}, but it must be a parameter of the question and a variable of "
                f"the notes query '{saved.notes_query}'."
            )

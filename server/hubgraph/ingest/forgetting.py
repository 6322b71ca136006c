"""Forgetting people: who is meant, what their traces beside the triples are, and the proof that nothing is left.

The triples themselves go as in every load: the published generation is made again without whom suppressions.csv names.
"""

import csv
import io
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hubgraph.checks.quality import FOLDER, ROWS, read_issues
from hubgraph.errors import InputError
from hubgraph.findings.decisions import COLUMNS, decisions_path, read_decisions
from hubgraph.ingest.rows import RowIssue, write_issues
from hubgraph.people.resolve import FILE as MATCHES
from hubgraph.people.sssom import read_decisions as read_matches
from hubgraph.people.sssom import write_decisions as write_matches
from hubgraph.resources import content
from hubgraph.sparql import bind
from hubgraph.store.absence import Searched, Wanted, search_folder
from hubgraph.store.base import Row, Store
from hubgraph.store.decision_files import writing
from hubgraph.store.dumps import dump_path
from hubgraph.store.generations import Generations
from hubgraph.store.scratch import remove_scratch
from hubgraph.store.search import fold
from hubgraph.terms import record_iri, split_record_iri

_GID: Final = "gid:"
_BETWEEN: Final = rb"[^\n\t\"<>]{0,60}?"
"""What may stand between forename and surname: further forenames, not another cell or statement."""


@dataclass(frozen=True, slots=True)
class Held:
    """One appointment of somebody to forget: its key, how files name it, and the name in its row (parts may be empty)."""

    key: str
    id: str
    name: str = ""
    forename: str = ""
    surname: str = ""


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom to forget: appointments, keys of people, keys of findings about them, references that the store does not have."""

    appointments: tuple[Held, ...]
    people: tuple[str, ...]
    findings: tuple[str, ...]
    unknown: tuple[str, ...]

    def ids(self) -> tuple[str, ...]:
        """Return what suppressions.csv is to name."""
        return tuple(dict.fromkeys((*(held.id for held in self.appointments), *self.unknown)))

    def keys(self) -> frozenset[str]:
        """Return the keys of appointments and people."""
        return frozenset((*(name.removeprefix(_GID) for name in self.ids()), *self.people))


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What was taken out beside the triples: rows of quality/rows.csv, decisions on matches and on findings."""

    issues: int
    matches: int
    findings: int


@dataclass(frozen=True, slots=True)
class Proof:
    """The search for traces; namesakes: appointments that are left with the same forename and surname."""

    searched: Searched
    namesakes: tuple[str, ...]


def whom(store: Store, references: Sequence[str]) -> Whom:
    """Return whom references (gid:N, ids of appointments, keys of people) mean: all appointments of each person."""
    base = store.info().base
    held: dict[str, Held] = {}
    people: list[str] = []
    unknown: list[str] = []
    for text in references:
        key = text.strip().removeprefix(_GID)
        if not key:
            raise InputError(
                f"'{text}' names nobody; write gid:55, the id of an appointment or a person key."
            )
        given = [f"<{record_iri(base, kind, key)}>" for kind in ("appointment", "person")]
        rows = store.select(bind(_query("appointments-of"), {"given": given})).rows
        if not rows:
            unknown.append(f"{_GID}{key}" if key.isdigit() else key)
        for row in rows:
            people.append(_key(row["person"].value, base))
            held.setdefault(row["appointment"].value, _held(row, base))
    found = []
    if people:
        iris = [f"<{record_iri(base, 'person', key)}>" for key in dict.fromkeys(people)]
        rows = store.select(bind(_query("findings-involving"), {"person": iris})).rows
        found = [_key(row["finding"].value, base) for row in rows]
    return Whom(tuple(held.values()), tuple(dict.fromkeys(people)), tuple(found), tuple(unknown))


def refuse_name_in(reason: str, who: Whom) -> None:
    """Raise InputError where a reason names the person: it is kept for as long as the suppression."""
    if any(pattern.search(reason.encode()) for pattern in _names(who).values()):
        raise InputError("The reason names the person, and it is kept; say why without the name.")


def scrub(root: Path, who: Whom) -> Scrubbed:
    """Take out of the published generation's rows.csv and of the files of decisions what is about somebody."""
    generation = Generations(root).current_folder()
    issues = list(read_issues(generation))
    kept = [issue for issue in issues if not _is_about(issue, who)]
    if len(kept) < len(issues):
        part = generation / FOLDER / f"{ROWS}.part"
        write_issues(part, kept)
        part.replace(generation / FOLDER / ROWS)
    with writing(root / "decisions"):
        matches = _scrub_matches(root / "decisions" / MATCHES, who)
        findings = _scrub_findings(decisions_path(root), who)
    return Scrubbed(len(issues) - len(kept), matches, findings)


def remove_older(root: Path) -> tuple[str, ...]:
    """Remove all generations but the published one, all dumps and all copies of what-if; return the numbers of the generations."""
    generations = Generations(root)
    with generations.lock():
        removed = generations.prune(1)
        remove_scratch(root)
        dumps = dump_path(generations.current_folder()).parent.parent
        if dumps.is_dir():
            shutil.rmtree(dumps)
    return removed


def prove(store: Store, root: Path, who: Whom) -> Proof:
    """Search every file of a store folder for addresses, numbers and names of somebody who was forgotten.

    A name that is left on other appointments is not looked for; those appointments are returned as namesakes.
    """
    base = store.info().base
    wanted = {}
    for key in sorted(who.keys()):
        for kind in ("appointment", "person"):
            text = record_iri(base, kind, key).encode()
            pattern = re.compile(re.escape(text) + rb"(?![\w%.~-])")
            wanted[f"the address {kind}/{key}"] = Wanted(pattern, (text.lower(),))
    names = _names(who)
    left: dict[str, None] = {}
    for held in who.appointments:
        same = _namesakes(store, held, base)
        if same:
            names.pop(_what(held), None)
            left.update(dict.fromkeys(same))
    parts = {_what(held): _parts(held) for held in who.appointments}
    wanted |= {what: Wanted(pattern, parts[what]) for what, pattern in names.items()}
    return Proof(search_folder(root, wanted), tuple(left))


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")


def _key(iri: str, base: str) -> str:
    split = split_record_iri(iri, base)
    return split[1] if split is not None else iri


def _held(row: Row, base: str) -> Held:
    key = _key(row["appointment"].value, base)
    texts = {name: row[name].value for name in ("name", "forename", "surname") if name in row}
    return Held(key, f"{_GID}{row['gid'].value}" if "gid" in row else key, **texts)


def _what(held: Held) -> str:
    return f"the name of {held.id}"


def _names(who: Whom) -> dict[str, re.Pattern[bytes]]:
    """Return what → pattern of each name: forename and surname in either order, as written and as the index folds them."""
    found = {}
    for held in who.appointments:
        if held.forename and held.surname:
            pairs = {(held.forename, held.surname), (fold(held.forename), fold(held.surname))}
            parts = [part for pair in sorted(pairs) if all(pair) for part in _orders(*pair)]
        elif held.name or held.surname:
            parts = [re.escape((held.name or held.surname).encode())]
        else:
            continue
        found[_what(held)] = re.compile(rb"(?<!\w)(?:" + b"|".join(parts) + rb")(?!\w)", re.IGNORECASE)
    return found


def _parts(held: Held) -> tuple[bytes, ...]:
    """Return what one of is in everything that the pattern of a name fits, in lower case."""
    text = held.surname if held.forename and held.surname else held.name or held.surname
    return tuple(dict.fromkeys(part.encode().lower() for part in (text, fold(text)) if part))


def _orders(forename: str, surname: str) -> tuple[bytes, bytes]:
    first, last = re.escape(forename.encode()), re.escape(surname.encode())
    return first + rb"(?!\w)" + _BETWEEN + rb"(?<!\w)" + last, last + rb",? " + first


def _namesakes(store: Store, held: Held, base: str) -> list[str]:
    if not (held.forename and held.surname):
        return []
    given = {
        name: [_literal(text)] for name, text in (("forename", held.forename), ("surname", held.surname))
    }
    rows = store.select(bind(_query("namesakes"), given)).rows
    return [_key(row["appointment"].value, base) for row in rows]


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _is_about(issue: RowIssue, who: Whom) -> bool:
    """Tell whether an issue shows a number, an id or a part of a name of somebody."""
    value = issue.value.strip()
    texts = {*who.ids(), *who.keys()}
    for held in who.appointments:
        texts |= {text for text in (held.name, held.surname, held.forename) if text}
    if value in texts:
        return True
    words = f"{value} {issue.reason} {issue.fix}".encode()
    return any(pattern.search(words) for pattern in _names(who).values()) or any(
        re.search(rf"/(appointment|person)/{re.escape(key)}(?![\w%~-])", issue.fix)
        for key in who.keys()  # noqa: SIM118
    )


def _scrub_matches(path: Path, who: Whom) -> int:
    decisions = read_matches(path)
    kept = [each for each in decisions if not who.keys() & set(each.pair)]
    if len(kept) < len(decisions):
        write_matches(path, kept, _ids_in(path))
    return len(decisions) - len(kept)


def _ids_in(path: Path) -> dict[str, str]:
    """Return key → id for the ids of a register that a file of decisions has, so that they stay as written."""
    found = re.findall(r"(?m)(?:^|\t)gid:(\S+)", path.read_text(encoding="utf-8-sig"))
    return {key: f"{_GID}{key}" for key in found}


def _scrub_findings(path: Path, who: Whom) -> int:
    decisions: Mapping[str, object] = read_decisions(path)
    doomed = set(who.findings) & set(decisions)
    if not doomed:
        return 0
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    kept = [row for row in rows if row["finding"].strip().rpartition("/")[2] not in doomed]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(kept)
    part = path.with_suffix(".part")
    part.write_text(out.getvalue(), encoding="utf-8")
    part.replace(path)
    return len(rows) - len(kept)

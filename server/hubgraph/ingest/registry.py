"""What is known by which reference: filled from all files of a load before any row is mapped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from hubgraph.errors import InputError
from hubgraph.ingest.organisation_names import names_agree
from hubgraph.terms import encode_key, parse_reference, record_iri

_DIRECT = {"urn": "school", "la": "la", "gid": "appointment"}
"""Schemes whose number is the key of the record whatever the files say."""

ORGANISATION: Final = "org"
"""Scheme of organisation identifiers as grants write them: `GB-CHC-1156077`, `360G-fund:org-7`, or a reference."""

AREA: Final = "area"
"""Scheme of areas by their name, as lists of hubs write them."""

_SHARED: Final = frozenset({"ukprn"})
"""Schemes whose numbers registers give to bodies that are not the same: alone they are no identity."""

_PROBLEM_KEYS: Final = 4
"""Records that are named where a number stands for several."""

_ISSUED: Final = {"EDU": "urn", "UKPRN": "ukprn", "COH": "coh", "CHC": "charity"}
_ISSUED_PATTERN: Final = re.compile(r"GB-(EDU|UKPRN|COH|CHC)-(.+)", re.IGNORECASE)
_FOREIGN_PATTERN: Final = re.compile(r"(360G|[A-Z]{2,3})-[^\s]+")


@dataclass(frozen=True, slots=True)
class Deferred:
    """A reference that stands for whatever another one stands for, known only once all files are registered."""

    scheme: str
    value: str
    text: str
    text_scheme: str
    kinds: tuple[str, ...]
    source: str
    secondary: bool
    name: str = ""


@dataclass(slots=True)
class Registry:
    """References to record IRIs.

    known: (scheme, value) → IRIs in order of appearance; scheme "" holds row ids, "under" the programme that an
    activity belongs to. sources: IRI → tables that describe it. secondary: IRI → the first table that
    would describe it where no other does. names: IRI → what tables call it, where they say. keys: kind → keys of records whose reference needs no look-up. claimed:
    mapping → keys of its rows so far; repeated: table → rows with a key that an earlier table has.
    """

    base: str
    known: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)
    secondary: dict[str, str] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)
    waiting: list[Deferred] = field(default_factory=list)
    claimed: dict[str, pl.DataFrame] = field(default_factory=dict)
    repeated: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(  # noqa: PLR0913 (what one provided reference consists of)
        self, scheme: str, value: str, iri: str, source: str = "", *, secondary: bool = False, name: str = ""
    ) -> None:
        """Say that a reference stands for a record, which table says so, and what it calls the record."""
        if name:
            self.names.setdefault(iri, set()).add(name)
        if scheme == AREA:
            value = _folded(value)
        if secondary:
            self.secondary.setdefault(iri, source)
        else:
            self.sources.setdefault(iri, set()).add(source)
        iris = self.known.setdefault((scheme, value), [])
        if iri not in iris:
            iris.append(iri)

    def add_keys(self, scheme: str, values: Iterable[str]) -> None:
        """Say that records exist whose key is the number of a direct scheme, such as `gid`."""
        self.keys.setdefault(_DIRECT[scheme], set()).update(values)

    def defer(self, entry: Deferred) -> None:
        """Add a reference that follows another one, to be settled when all files are registered."""
        self.waiting.append(entry)

    def settle(self) -> None:
        """Resolve what waits; done by itself at the first look-up."""
        waiting, self.waiting = self.waiting, []
        for entry in waiting:
            try:
                iri = self.resolve(entry.text, entry.text_scheme, entry.kinds)
            except InputError:
                continue
            if iri is not None:
                self.add(
                    entry.scheme, entry.value, iri, entry.source, secondary=entry.secondary, name=entry.name
                )

    def knows(self, iri: str) -> bool:
        """Tell whether some file describes this record."""
        self.settle()
        if iri in self.sources or iri in self.secondary:
            return True
        kind, _, key = iri.removeprefix(f"{self.base}/id/").partition("/")
        return key in self.keys.get(kind, ())

    def elsewhere(self, iri: str, source: str) -> bool:
        """Tell whether another table describes the record: any that has it in full, else the first that names it."""
        self.settle()
        if not self.sources.get(iri, set()) <= {source}:
            return True
        return iri not in self.sources and self.secondary.get(iri, source) != source

    def resolve(self, text: str, scheme: str, kinds: Sequence[str], named: str | None = None) -> str | None:
        """Return the IRI that a reference stands for, or None where nothing in the data has that id.

        scheme: what a bare value is (empty: the id of a row). kinds: which kinds of record are meant; the first
        one is taken for a number that no file explains. named: what the row calls the record; then a number that
        registers share stands only for the one record whose name agrees, and else for a body of its own. A shared
        number without a name stands for nothing where several records have it.
        """
        if self.waiting:
            self.settle()
        value = text.strip()
        if value.startswith(("http://", "https://")):
            return value
        if scheme == ORGANISATION:
            return self._organisation(value, kinds)
        if scheme == AREA:
            value = _folded(value)
        if not scheme:
            reference = parse_reference(value)
            scheme, value = reference.scheme, _normal(reference.scheme, reference.value)
        found = self.known.get((scheme, value), [])
        wanted = [iri for iri in found if not kinds or self._kind(iri) in kinds]
        if scheme in _DIRECT:
            return found[0] if found else record_iri(self.base, _DIRECT[scheme], value)
        if scheme in _SHARED and found:
            return self._by_shared_number(scheme, value, wanted or found, kinds, named)
        if found or scheme in ("", "under", AREA):
            usable = wanted or (found if scheme else [])
            return usable[0] if usable else None
        return self._unexplained(scheme, value, kinds)

    def _kind(self, iri: str) -> str:
        return iri.removeprefix(f"{self.base}/id/").split("/")[0]

    def _by_shared_number(
        self, scheme: str, value: str, found: Sequence[str], kinds: Sequence[str], named: str | None
    ) -> str | None:
        """Return the one record of a number that registers share; see resolve."""
        # A sponsor is listed as a group beside the trust that it is.
        found = [iri for iri in found if self._kind(iri) != "group"] or found
        if named is None:
            return found[0] if len(found) == 1 else None
        agreeing = [iri for iri in found if any(names_agree(named, name) for name in self.names.get(iri, ()))]
        return agreeing[0] if len(agreeing) == 1 else self._unexplained(scheme, value, kinds)

    def _unexplained(self, scheme: str, value: str, kinds: Sequence[str]) -> str:
        """Return the record of an official number that no file explains."""
        if scheme == "uid":
            group = next((kind for kind in kinds if kind in ("trust", "group")), "group")
            return record_iri(self.base, group, value)
        return record_iri(self.base, "organisation", f"{scheme}-{value}")

    def _organisation(self, value: str, kinds: Sequence[str]) -> str | None:
        """Return the organisation of an identifier; one that another publisher issued stands for itself."""
        issued = _ISSUED_PATTERN.fullmatch(value)
        if issued:
            scheme = _ISSUED[issued[1].upper()]
            return self.resolve(_normal(scheme, issued[2]), scheme, kinds)
        known = self.known.get(("", value), [])
        if _FOREIGN_PATTERN.fullmatch(value) and not known:
            return f"{self.base}/id/organisation/{encode_key(value)}"
        return self.resolve(value, "", kinds)

    def problem(self, text: str, kinds: Sequence[str], scheme: str = "") -> str:
        """Say why a reference could not be resolved; scheme: what a bare value is."""
        if scheme == AREA:
            return f"No area named '{text.strip()}' is in the data."
        try:
            reference = parse_reference(f"{scheme}:{text.strip()}" if scheme in _SHARED else _plain(text))
        except InputError as error:
            return str(error)
        found = self.known.get((reference.scheme, _normal(reference.scheme, reference.value)), [])
        if reference.scheme in _SHARED and len(found) > 1:
            keys = ", ".join(iri.removeprefix(f"{self.base}/id/") for iri in found[:_PROBLEM_KEYS])
            more = f" and {len(found) - _PROBLEM_KEYS:,} more" if len(found) > _PROBLEM_KEYS else ""
            return f"{len(found):,} records have the number {reference.scheme}:{reference.value} ({keys}{more}), so it tells none of them."
        wanted = " or ".join(kinds) if kinds else "record"
        return f"No {wanted} with the id '{text.strip()}' is in the data."


def _folded(name: str) -> str:
    """Return the name of an area for comparing: case, "and" and "&", and blanks do not count."""
    return " ".join(name.casefold().replace("&", " and ").split())


def _plain(text: str) -> str:
    """Return an identifier as grants write it in the form of a reference."""
    issued = _ISSUED_PATTERN.fullmatch(text.strip())
    return f"{_ISSUED[issued[1].upper()]}:{issued[2]}" if issued else text


def _normal(scheme: str, value: str) -> str:
    """Return a company number with the zeros that a spreadsheet took from it."""
    if scheme == "coh":
        return value.upper().zfill(8) if value.isdigit() else value.upper()
    return value

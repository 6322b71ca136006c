"""What is known by which reference: filled from all files of a load before any row is mapped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hubgraph.errors import InputError
from hubgraph.terms import parse_reference, record_iri

_DIRECT = {"urn": "school", "la": "la", "gid": "appointment"}
"""Schemes whose number is the key of the record whatever the files say."""


@dataclass(slots=True)
class Registry:
    """References to record IRIs.

    known: (scheme, value) → IRIs in order of appearance; scheme "" holds row ids, "under" the programme that an
    activity belongs to. sources: IRI → keys of the sources that provide it.
    """

    base: str
    known: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)

    def add(self, scheme: str, value: str, iri: str, source: str = "") -> None:
        """Say that a reference stands for a record, and which source says so."""
        self.sources.setdefault(iri, set()).add(source)
        iris = self.known.setdefault((scheme, value), [])
        if iri not in iris:
            iris.append(iri)

    def knows(self, iri: str) -> bool:
        """Tell whether some file provides this record."""
        return iri in self.sources

    def elsewhere(self, iri: str, source: str) -> bool:
        """Tell whether a source other than this one provides the record."""
        return not self.sources.get(iri, set()) <= {source}

    def resolve(self, text: str, scheme: str, kinds: Sequence[str]) -> str | None:
        """Return the IRI that a reference stands for, or None where nothing in the data has that id.

        scheme: what a bare value is (empty: the id of a row). kinds: which kinds of record are meant; the first
        one is taken for a number that no file explains.
        """
        value = text.strip()
        if value.startswith(("http://", "https://")):
            return value
        if not scheme:
            reference = parse_reference(value)
            scheme, value = reference.scheme, reference.value
        found = self.known.get((scheme, value), [])
        wanted = [
            iri for iri in found if not kinds or iri.removeprefix(f"{self.base}/id/").split("/")[0] in kinds
        ]
        if scheme in _DIRECT:
            return found[0] if found else record_iri(self.base, _DIRECT[scheme], value)
        if found:
            usable = wanted or (found if scheme else [])
            return usable[0] if usable else None
        if scheme in ("", "under"):
            return None
        if scheme == "uid":
            return record_iri(
                self.base, next((kind for kind in kinds if kind in ("trust", "group")), "group"), value
            )
        return record_iri(self.base, "organisation", f"{scheme}-{value}")

    def problem(self, text: str, kinds: Sequence[str]) -> str:
        """Say why a reference could not be resolved."""
        try:
            parse_reference(text)
        except InputError as error:
            return str(error)
        wanted = " or ".join(kinds) if kinds else "record"
        return f"No {wanted} with the id '{text.strip()}' is in the data."


def merge(into: Registry, known: Mapping[tuple[str, str], Sequence[str]]) -> None:
    """Add references of an earlier generation."""
    for (scheme, value), iris in known.items():
        for iri in iris:
            into.add(scheme, value, iri)

"""Which statements are about people who are left out: their appointments, the records of their names, and what hangs on them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from hubgraph.terms import HG, ORG, RDF, XSD

_TYPE: Final = ox.NamedNode(f"{RDF}type")
_MEMBER: Final = ox.NamedNode(f"{ORG}member")
_PEOPLE: Final = (f"{HG}PersonRecord", "http://xmlns.com/foaf/0.1/Person", "https://schema.org/Person")
_FOLLOW: Final = tuple(
    f"{HG}{name}" for name in ("InterestDeclaration", "Mitigation", "Finding", "MatchAssertion")
)
"""Classes whose records say nothing without the person that they are about."""

_Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Who is left out: IRIs of appointments or people, numbers of the register, person keys of sources."""

    records: frozenset[str] = frozenset()
    gids: frozenset[str] = frozenset()
    person_keys: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether anybody is left out."""
        return bool(self.records or self.gids or self.person_keys)


NOBODY: Final = LeaveOut()


def find_doomed(store: ox.Store, leave_out: LeaveOut) -> frozenset[str]:
    """Return the records of a store to leave out, in N-Triples form."""
    doomed: set[_Node] = set()
    waiting: list[_Node] = list(_starting(store, leave_out))
    while waiting:
        node = waiting.pop()
        if node in doomed:
            continue
        doomed.add(node)
        waiting += [*_named_by(store, node), *_following(store, node)]
    return frozenset(str(node) for node in doomed)


def without(quads: Iterable[ox.Quad], leave_out: LeaveOut) -> list[ox.Quad]:
    """Return the statements of an RDF file that are not about people who are left out."""
    given = list(quads)
    if not leave_out:
        return given
    store = ox.Store()
    store.extend(given)
    doomed = find_doomed(store, leave_out)
    return [quad for quad in given if str(quad.subject) not in doomed and str(quad.object) not in doomed]


def lines_without(triples: bytes, doomed: frozenset[str]) -> bytes:
    """Return the lines of N-Triples that have none of these records as subject or object."""
    wanted = {node.encode() for node in doomed}
    return b"\n".join(line for line in triples.split(b"\n") if not _about(line, wanted))


def count_subjects(triples: bytes, doomed: frozenset[str]) -> int:
    """Return how many of these records are described in lines of N-Triples."""
    wanted = {node.encode() for node in doomed}
    return len({line.partition(b" ")[0] for line in triples.split(b"\n")} & wanted)


def _about(line: bytes, wanted: set[bytes]) -> bool:
    if not line:
        return False
    subject, _, rest = line.split(b" ", 2)
    return subject in wanted or rest.removesuffix(b" .") in wanted


def _starting(store: ox.Store, leave_out: LeaveOut) -> Iterator[_Node]:
    for iri in leave_out.records:
        yield from (ox.NamedNode(iri), ox.NamedNode(f"{iri}#person"))
    for name, keys in (("gid", leave_out.gids), ("personKey", leave_out.person_keys)):
        for key in keys:
            for literal in (ox.Literal(key), ox.Literal(key, datatype=ox.NamedNode(f"{XSD}integer"))):
                for quad in store.quads_for_pattern(None, ox.NamedNode(f"{HG}{name}"), literal, None):
                    yield _subject(quad)
                    # A key is on the record of a name; the appointment points to it.
                    yield from (
                        _subject(each) for each in store.quads_for_pattern(None, _MEMBER, quad.subject, None)
                    )


def _named_by(store: ox.Store, node: _Node) -> Iterator[_Node]:
    """Yield the record of the name that an appointment points to, and nameless nodes of its own."""
    for quad in store.quads_for_pattern(node, None, None, None):
        value = quad.object
        if isinstance(value, ox.BlankNode):
            yield value
        elif isinstance(value, ox.NamedNode) and quad.predicate == _MEMBER and _is_a(store, value, _PEOPLE):
            holders = {each.subject for each in store.quads_for_pattern(None, _MEMBER, value, None)}
            if holders == {node}:
                yield value


def _following(store: ox.Store, node: _Node) -> Iterator[_Node]:
    for quad in store.quads_for_pattern(None, None, node, None):
        subject = _subject(quad)
        if _is_a(store, subject, _FOLLOW):
            yield subject


def _is_a(store: ox.Store, node: _Node, classes: tuple[str, ...]) -> bool:
    return any(
        isinstance(quad.object, ox.NamedNode) and quad.object.value in classes
        for quad in store.quads_for_pattern(node, _TYPE, None, None)
    )


def _subject(quad: ox.Quad) -> _Node:
    assert isinstance(quad.subject, ox.NamedNode | ox.BlankNode)
    return quad.subject

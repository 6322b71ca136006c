"""Values that only the store can judge: references to records (entity) and codes of a list."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from hubgraph.errors import InputError, ParameterError
from hubgraph.resources import content
from hubgraph.saved_queries.model import Param
from hubgraph.saved_queries.values import checked_text, fault, is_iri, literal, parse
from hubgraph.sparql import bind
from hubgraph.store.base import Row, Store
from hubgraph.terms import CODE, HG, KINDS, parse_reference, record_iri, split_record_iri

_GROUPS: Final = ("SchoolGroup", "AcademyTrust", "Federation")
_ORGANISATIONS: Final = ("School", "Stub", *_GROUPS, "LocalAuthority", "Body")
CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "school": ("School", "Stub"),
    "trust": ("AcademyTrust",),
    "group": _GROUPS,
    "la": ("LocalAuthority",),
    "area": ("Area",),
    "place": ("LocalAuthority", "Area"),
    "hub": ("Hub",),
    "programme": ("Programme",),
    "project": ("Project",),
    "activity": ("Hub", "Programme", "Project"),
    "organisation": _ORGANISATIONS,
    "party": (*_ORGANISATIONS, "Hub", "Programme", "Project"),
    "subject": ("Hub", "Programme", "Project", "Area", *_ORGANISATIONS),
}
"""What `entity(…)` accepts: name → classes in the hg: namespace."""

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "place": ("la", "area"),
    "group": ("group", "trust"),
    "activity": ("hub", "programme", "project"),
    "organisation": ("organisation", "school", "trust", "group", "la"),
    "party": ("organisation", "school", "trust", "group", "la", "hub", "programme", "project"),
    "subject": ("programme", "hub", "project", "organisation", "school", "trust", "group", "la", "area"),
}
_NAMED: Final = ("la", "area", "place", "programme")
"""Classes small enough to be asked for by name."""


def kinds_of(of: str) -> tuple[str, ...]:
    """Return the kinds of record, as they stand in IRIs, that `entity(of)` takes."""
    return _KEYS.get(of, (of,))


def resolve(store: Store, param: Param, text: str) -> tuple[str, str]:
    """Return (text as echoed, term in N-Triples form) of one value; raise ParameterError where it fails."""
    if param.type == "code":
        return _code(store, param, checked_text(param, text))
    if param.type == "entity":
        value = checked_text(param, text)
        return value, f"<{_entity(store, param, value)}>"
    return parse(param, text)


def choices(store: Store, param: Param, options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the (value, label) pairs that a form can offer, empty where any value may be typed.

    options: texts of the option queries of the saved query; they have the columns value and label.
    """
    if param.enum:
        return tuple((value, value.replace("-", " ")) for value in param.enum)
    if param.options_query is not None:
        rows = store.select(options[param.options_query]).rows
        return tuple((row["value"].value, row.get("label", row["value"]).value) for row in rows)
    if param.type == "code":
        return tuple(
            (row["notation"].value, row.get("label", row["notation"]).value)
            for row in _concepts(store, param.of)
        )
    if param.type == "entity" and param.of in ("la", "programme"):
        base = store.info().base
        pairs = [
            (split_record_iri(row["record"].value, base), row["label"].value)
            for row in _named(store, param.of)
        ]
        return tuple((parts[1], label) for parts, label in pairs if parts is not None)
    return ()


def among_options(
    store: Store, param: Param, texts: Sequence[str], options: Mapping[str, str]
) -> tuple[str, ...]:
    """Return texts that the data can answer, the first option where none is given; refuse any other with those that can."""
    known = [value for value, _ in choices(store, param, options)]
    if not texts:
        return tuple(known[:1])
    for text in texts:
        if checked_text(param, text) not in known:
            listed = f"what can be asked for: {', '.join(known)}." if known else "nothing can be asked for."
            rule = f"'{text.strip()}' cannot be answered from these data; {listed} ({param.help})"
            raise ParameterError(param.name, rule, known[0] if known else "(leave it out)")
    return tuple(texts)


def _query(name: str) -> str:
    return content("queries", "internal", f"{name}.rq").read_text(encoding="utf-8")


def _concepts(store: Store, scheme: str) -> tuple[Row, ...]:
    return store.select(bind(_query("concepts-of-scheme"), {"scheme": [f"<{CODE}{scheme}>"]})).rows


def _named(store: Store, kind: str) -> tuple[Row, ...]:
    classes = [f"<{HG}{name}>" for name in CLASSES[kind]]
    return store.select(bind(_query("records-by-class"), {"class": classes})).rows


def _code(store: Store, param: Param, value: str) -> tuple[str, str]:
    wanted = value.casefold()
    rows = _concepts(store, param.of)
    for key in ("notation", "concept", "label"):
        found = [row for row in rows if key in row and row[key].value.casefold() == wanted]
        if found:
            return found[0]["notation"].value, f"<{found[0]['concept'].value}>"
    some = ", ".join(
        f"{row['notation'].value} ({row.get('label', row['notation']).value})" for row in rows[:6]
    )
    known = f"the list starts {some}." if rows else "the store has no such code list."
    raise fault(
        param, f"'{value}' is not a code of the list '{param.of}', by notation, label or IRI; {known}"
    )


def _entity(store: Store, param: Param, value: str) -> str:
    """Return the IRI of the record that a reference means."""
    kind = f"a record of kind '{param.of}'"
    if param.of == "person":
        return _person(store, param, value)
    if value.startswith(("http://", "https://")):
        if not is_iri(value):
            raise fault(param, f"'{value}' is not an absolute IRI.")
        found = _records(store, "records-by-iri", {"record": [f"<{value}>"]})
        return _only(param, found, value, f"{kind} with that IRI")
    try:
        reference = parse_reference(value)
    except InputError as error:
        # A key or a name may hold a colon itself: only what also is no record of ours is a fault.
        found = _by_key(store, param, value)
        if not found:
            raise fault(param, f"{error}.") from None
        return _only(param, found, value, f"{kind} with that id")
    if reference.scheme:
        number = _normalise(reference.scheme, reference.value)
        given = {"scheme": [literal(reference.scheme)], "value": [literal(number)]}
        found = _records(store, "records-by-identifier", given)
        return _only(param, found, value, f"{kind} with {reference.scheme.upper()} {number}")
    found = _by_key(store, param, value)
    if not found and param.of in _NAMED:
        named = _named(store, param.of)
        found = {
            row["record"].value: {row["class"].value}
            for row in named
            if row["label"].value.casefold() == value.casefold()
        }
    return _only(param, found, value, f"{kind} with that id{' or name' if param.of in _NAMED else ''}")


def _person(store: Store, param: Param, value: str) -> str:
    """Return the IRI of the person that a number, an id of an appointment, a key or an IRI means."""
    base = store.info().base
    if value.startswith(("http://", "https://")):
        if not is_iri(value):
            raise fault(param, f"'{value}' is not an absolute IRI.")
        given = [value]
    else:
        key = value.removeprefix("gid:").strip()
        kinds = ("appointment",) if value.startswith("gid:") else ("person", "appointment")
        given = [record_iri(base, kind, key) for kind in kinds]
    rows = store.select(bind(_query("person-of"), {"record": [f"<{iri}>" for iri in given]})).rows
    found = {row["person"].value: {HG + "Person"} for row in rows}
    return _only(param, found, value, "a person with that number, id or key")


def _normalise(scheme: str, number: str) -> str:
    if scheme == "coh":
        return number.upper().zfill(8)
    return number


def _by_key(store: Store, param: Param, key: str) -> Mapping[str, set[str]]:
    base = store.info().base
    kinds = _KEYS.get(param.of) or ((param.of,) if param.of in KINDS else KINDS)
    given = [f"<{record_iri(base, kind, key)}>" for kind in kinds]
    return _records(store, "records-by-iri", {"record": given})


def _records(store: Store, query: str, given: Mapping[str, Sequence[str]]) -> Mapping[str, set[str]]:
    """Return IRI → classes of the records that a lookup finds."""
    found: dict[str, set[str]] = {}
    for row in store.select(bind(_query(query), given)).rows:
        classes = found.setdefault(row["record"].value, set())
        if "class" in row:
            classes.add(row["class"].value)
    return found


def _only(param: Param, found: Mapping[str, Collection[str]], value: str, wanted: str) -> str:
    accepted = {HG + name for name in CLASSES.get(param.of, ())}
    fitting = [iri for iri, classes in found.items() if not accepted or accepted.intersection(classes)]
    if len(fitting) > 1 and param.of == "place":
        # An authority and a district of one name: the authority, whose districts a question can find.
        fitting = [iri for iri in fitting if HG + "LocalAuthority" in found[iri]] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        reason = f"there is no {wanted.removeprefix('a ')} in this data ('{value}')."
        if found:
            reason = f"'{value}' is in this data, but it is not of kind '{param.of}'."
        raise fault(param, reason)
    raise fault(
        param, f"'{value}' means {len(fitting)} records; name one of them: {', '.join(sorted(fitting)[:5])}."
    )

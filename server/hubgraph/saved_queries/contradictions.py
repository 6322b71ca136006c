"""Parameters that contradict each other: a place outside the region asked for, a hub of another programme, days in reverse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import Final

import yaml

from hubgraph.resources import content
from hubgraph.saved_queries.model import Param, SavedQuery
from hubgraph.saved_queries.values import fault
from hubgraph.sparql import bind
from hubgraph.store.base import Row, Store
from hubgraph.terms import prefix_lines

_MOST: Final = 3
"""Records that a message names beside the one asked for."""


@dataclass(frozen=True, slots=True)
class Implication:
    """What a value of a parameter says about another one; kinds are types of parameters as a head writes them."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    link: str
    say: str


@cache
def implications() -> tuple[Implication, ...]:
    """Return the entries of queries/implications.yaml."""
    entries = yaml.safe_load(content("queries", "implications.yaml").read_text(encoding="utf-8"))
    return tuple(
        Implication(tuple(entry["one"]), tuple(entry["other"]), entry["link"], entry["say"])
        for entry in entries
    )


def refuse_contradictions(
    store: Store, saved: SavedQuery, asked: Mapping[str, str], terms: Mapping[str, tuple[str, ...]]
) -> None:
    """Raise ParameterError, naming both, where one value of a question says that another cannot hold with it.

    asked: texts of the parameters, as they were given; terms: their N-Triples forms. Only what was given is looked at.
    """
    given = [param for param in saved.params if param.name in asked]
    for one, other in permutations(given, 2):
        if one.before == other.name:
            _refuse_reverse(one, other, asked)
        for implied in implications():
            if type_of(one) in implied.one and type_of(other) in implied.other:
                _refuse_unlinked(store, implied, (one, other), asked, terms)


def type_of(param: Param) -> str:
    """Return the type of a parameter as a head writes it, such as `entity(la)`."""
    return f"{param.type}({param.of})" if param.of else param.type


def _refuse_reverse(one: Param, other: Param, asked: Mapping[str, str]) -> None:
    first, last = asked[one.name], asked[other.name]
    if first > last:
        rule = (
            f"{first} is after {last}, the value of '{other.name}': no day is in both, so nothing was asked."
        )
        raise fault(one, rule)


def _refuse_unlinked(
    store: Store,
    implied: Implication,
    params: tuple[Param, Param],
    asked: Mapping[str, str],
    terms: Mapping[str, tuple[str, ...]],
) -> None:
    one, other = params
    text = link_query(implied.link, of_one_class=other.type == "entity")
    rows = store.select(bind(text, {"one": terms[one.name], "other": terms[other.name]})).rows
    if not rows:
        return
    known = sorted({_name(row, "any") for row in rows})
    rule = (
        f"'{one.name}' and '{other.name}' contradict each other: {_name(rows[0], 'one', asked[one.name])} "
        f"({one.name}={asked[one.name]}) {implied.say} {_listed(known)} in these data, not "
        f"{_name(rows[0], 'other', asked[other.name])} ({other.name}={asked[other.name]}). Leave one of them out."
    )
    raise fault(other, rule)


def link_query(link: str, *, of_one_class: bool) -> str:
    """Return the SELECT with a row for each record linked with ?one, and none where ?other is linked with it or nothing is.

    of_one_class: only records of a class of ?other are compared with it, an authority with authorities.
    """
    alike = "FILTER EXISTS { ?any a ?class . ?other a ?class }" if of_one_class else ""
    return f"""{prefix_lines()}
SELECT DISTINCT ?one_name ?other_name ?any ?any_name
WHERE {{
  {{ SELECT DISTINCT ?any WHERE {{ {link.replace("?other", "?any")} }} }}
  {alike}
  FILTER NOT EXISTS {{ {link} }}
  OPTIONAL {{ ?one rdfs:label ?one_name }}
  OPTIONAL {{ ?other rdfs:label ?other_name }}
  OPTIONAL {{ ?any rdfs:label ?any_name }}
}}
ORDER BY ?any_name ?any
"""


def _name(row: Row, name: str, otherwise: str = "") -> str:
    labelled = row.get(f"{name}_name")
    if labelled is not None:
        return labelled.value
    return row[name].value.rpartition("/")[2] if name in row else otherwise


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    return " and ".join([*names[:_MOST], *([f"{more:,} more"] if more > 0 else [])])

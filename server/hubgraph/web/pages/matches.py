"""The review of matches: pairs that wait, both records side by side, and the decisions on them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, request

from hubgraph.errors import ParameterError
from hubgraph.people.model import Decision, Verdict
from hubgraph.people.pairs import Pair, awaiting, read_pairs
from hubgraph.people.resolve import FILE
from hubgraph.people.review import decide
from hubgraph.people.sssom import key_of, read_decisions
from hubgraph.web.memory import once
from hubgraph.web.pages.account import decisions_folder, folder_to_write, see_other, unkept
from hubgraph.web.pages.frame import crumbs, page
from hubgraph.web.pages.paging import page_number, paging
from hubgraph.web.pages.pairs import shown_pair
from hubgraph.web.signin import can_sign_in, form_mark, is_signed_in, require_sign_in
from hubgraph.web.world import world

_VERDICTS: Final[Mapping[str, Verdict]] = {"accept": "accepted", "reject": "rejected"}
_LONGEST: Final = 1_000


def register(blueprint: Blueprint) -> None:
    """Add the review to a blueprint."""
    blueprint.add_url_rule("/matches", "matches", matches)
    blueprint.add_url_rule("/matches", "decide_match", decided, methods=["POST"])


def matches() -> Response:
    """Show the pairs that wait for a review, a page at a time."""
    here = world()
    size = here.settings.page_rows
    number = page_number(request.args.get("page"))
    waiting = once("matches-awaiting", lambda: awaiting(here.store))
    total = len(waiting)
    numbers = paging(total, size, number, "/matches", {})
    found = read_pairs(here.store, waiting[(number - 1) * size : number * size])
    base = here.store.info().base
    noted = _noted()
    return unkept(
        page(
            "matches.html",
            pairs=tuple(shown_pair(pair, base, noted.get(_ids(pair), "")) for pair in found),
            total=total,
            numbers=numbers,
            signed_in=is_signed_in(),
            can_sign_in=can_sign_in() and decisions_folder() is not None,
            mark=form_mark(),
            page_number=number,
            section="data",
            steps=crumbs(("Data", "/data/")),
        )
    )


def decided() -> Response:
    """Note what was decided of one pair, and lead back to the page of the list where it stood."""
    require_sign_in()
    folder = folder_to_write()
    given = {
        name: request.form.get(name, "").strip()
        for name in ("one", "other", "decision", "reviewer", "comment", "page")
    }
    verdict = _VERDICTS.get(given["decision"])
    if verdict is None:
        raise ParameterError("decision", "a pair is accepted or rejected.", "accept")
    for name, value in given.items():
        if len(value) > _LONGEST or any(char in value for char in "\t\r\n"):
            raise ParameterError(name, f"write one line of at most {_LONGEST:,} characters.", "Data team")
    one, other = key_of(given["one"]), key_of(given["other"])
    if not one or not other or one == other:
        raise ParameterError("other", "a decision names two different records.", "gid:55")
    decision = Decision(one, other, verdict, given["reviewer"], "", given["comment"])
    number = page_number(given["page"])
    decide(world().store, (decision,), folder, datetime.now(UTC).date())
    return see_other(f"/matches?page={number}" if number > 1 else "/matches")


def _noted() -> Mapping[tuple[str, str], str]:
    """Return pair of keys → what stands in the file of decisions, for who is signed in."""
    folder = decisions_folder()
    if folder is None or not is_signed_in():
        return {}
    return {decision.pair: decision.verdict for decision in read_decisions(folder / FILE)}


def _ids(pair: Pair) -> tuple[str, str]:
    one, other = sorted((key_of(pair.one.id), key_of(pair.other.id)))
    return one, other

"""Accept is read as RFC 9110 says, and no header makes it fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubgraph.web.formats import extension_by_accept
from hubgraph.web.negotiation import choose, parse_accept, prefers_html

OFFERS = ("text/turtle", "application/n-triples", "application/ld+json", "text/html")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("nonsense", "text/turtle"),
        ("*/*", "text/turtle"),
        ("*/turtle", None),
        ("TEXT/HTML", "text/html"),
        ("text/html;level=1", "text/html"),
        ("text/html, text/turtle", "text/turtle"),
        ("text/html;q=1.0, text/turtle;q=0.999", "text/html"),
        ("text/turtle;q=0, */*", "application/n-triples"),
        ("text/*;q=0.1, application/*;q=0.2", "application/n-triples"),
        ("*/*, text/turtle;q=0.1", "application/n-triples"),
        ('application/ld+json;profile="a,b;q=0"', "application/ld+json"),
        ("image/png", None),
        ("image/png, text/turtle;q=0", None),
        ("text/turtle;q=2, text/html;q=0.1", "text/html"),
    ],
)
def test_the_best_offer_is_chosen(header: str | None, chosen: str | None) -> None:
    assert choose(header, OFFERS) == chosen


@pytest.mark.parametrize(
    ("header", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("*/*", False),
        (None, False),
        ("application/json, text/html;q=0.9", False),
        ("text/html;q=0", False),
    ],
)
def test_a_browser_is_known_by_naming_html(header: str | None, html: bool) -> None:  # noqa: FBT001
    assert prefers_html(header) is html


@pytest.mark.parametrize(
    ("header", "ending"),
    [
        (None, ""),
        ("*/*", ""),
        (BROWSER, ""),
        ("text/turtle", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("text/csv", "csv"),
        ("text/turtle, text/html;q=0.5", "ttl"),
        ("image/png", ""),
    ],
)
def test_a_record_is_a_page_unless_data_are_preferred(header: str | None, ending: str) -> None:
    assert extension_by_accept(header) == ending


@given(st.text(max_size=300))
def test_any_text_is_read_without_failing(header: str) -> None:
    assert choose(header, OFFERS) in (*OFFERS, None)
    prefers_html(header)


_MEDIA = st.sampled_from([*OFFERS, "text/*", "application/*", "*/*", "image/png"])
_QUALITY = st.integers(0, 1000).map(lambda thousandths: f"{thousandths / 1000:.3f}")


@given(st.lists(st.tuples(_MEDIA, _QUALITY), min_size=1, max_size=6, unique_by=lambda pair: pair[0]))
def test_no_other_offer_has_a_higher_quality_than_the_chosen(pairs: list[tuple[str, str]]) -> None:
    known = dict(pairs)

    def quality(offer: str) -> float:
        names = (offer, f"{offer.partition('/')[0]}/*", "*/*")
        return next((float(known[name]) for name in names if name in known), 0.0)

    chosen = choose(", ".join(f"{media};q={q}" for media, q in pairs), OFFERS)
    best = max(quality(offer) for offer in OFFERS)
    assert (chosen is None and best == 0) or (chosen is not None and quality(chosen) == best)


@given(st.lists(st.tuples(_MEDIA, _QUALITY), max_size=6))
def test_every_well_formed_element_is_kept(pairs: list[tuple[str, str]]) -> None:
    ranges = parse_accept(" , ".join(f"{media} ; q={q}" for media, q in pairs))
    assert [(f"{one.type}/{one.subtype}", one.quality) for one in ranges] == [(m, float(q)) for m, q in pairs]

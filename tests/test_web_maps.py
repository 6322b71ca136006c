"""Maps: shapes of districts, classes of numbers, maps of areas and of points, and what their pages say in words."""

import importlib.util
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from districts import load_schools_in_districts
from hubgraph.records.model import Place
from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.settings import Settings
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.web.app import create_app
from hubgraph.web.pages.choropleth import Measured, Scale, draw_areas
from hubgraph.web.pages.classes import bands, counts
from hubgraph.web.pages.districts import Districts, read_districts
from hubgraph.web.pages.maps import CROWD, Outline, Points, draw_points, read_outline

ROOT = Path(__file__).resolve().parent.parent
ENGLAND = ROOT.parent / "shared" / "data" / "england"
CAMBRIDGE, SOUTH_CAMBRIDGESHIRE, NORFOLK = "E07000008", "E07000012", "E07000147"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def shapes() -> Districts:
    return read_districts()


@pytest.fixture(scope="module")
def england() -> Outline:
    return read_outline()


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The application over eight made-up schools in real districts, one of which leads a hub."""
    folder = tmp_path_factory.mktemp("mapped")
    load_schools_in_districts(folder)
    settings = Settings(store=str(folder / "store"), query_seconds=20.0)
    store = EmbeddedStore(folder / "store", settings)
    yield create_app(store, Catalogue.read(content("queries")), settings).test_client()
    store.close()


def page(client: FlaskClient, path: str) -> str:
    return client.get(path, headers=HTML).get_data(as_text=True)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" .", ".")


def titles(html: str) -> list[str]:
    """Return what the areas of the map of a page are called, with their class."""
    return [
        f"{style}: {title}"
        for style, title in re.findall(r'<path class="(\w+)"[^>]*><title>([^<]*)</title>', html)
    ]


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "simplify_districts", ROOT / "scripts" / "simplify_districts.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_shapes_are_few_bytes_and_say_whose_they_are(shapes: Districts) -> None:
    assert content("data", "boundaries", "districts.json").stat().st_size <= 120_000
    assert len(shapes.names) == 296
    assert shapes.names[CAMBRIDGE] == "Cambridge"
    assert "Open Government Licence v3.0" in shapes.attribution
    assert "Contains OS data © Crown copyright and database right 2024" in shapes.attribution


def test_every_district_is_drawn_by_closed_lines(shapes: Districts) -> None:
    for code in shapes.names:
        path = shapes.outline([code])
        assert re.fullmatch(r"(M-?\d+ -?\d+l(-?\d+ ?)+z)+", path), code
        for ring in re.findall(r"l([^z]*)z", path):
            steps = [int(step) for step in ring.split()]
            assert sum(steps[::2]) == sum(steps[1::2]) == 0, code


def test_the_border_between_two_districts_is_left_out_of_their_common_outline(shapes: Districts) -> None:
    # Cambridge lies inside South Cambridgeshire: together they are one ring, the hole is gone.
    assert shapes.outline([CAMBRIDGE]).count("M") == 1
    assert shapes.outline([SOUTH_CAMBRIDGESHIRE]).count("M") == 2
    together = shapes.outline([CAMBRIDGE, SOUTH_CAMBRIDGESHIRE])
    assert together.count("M") == 1
    assert len(together) < len(shapes.outline([SOUTH_CAMBRIDGESHIRE]))


def test_the_script_makes_neighbours_meet_and_refuses_a_district_without_a_code() -> None:
    simplify = script()
    square = [[0, 0], [10, 0], [0, 1], [0, 9], [-10, 0], [0, -10]]
    topology = {
        "transform": {"scale": [1000, 1000], "translate": [0, 0]},
        "arcs": [square, [[10, 0], [10, 0], [0, 10], [-10, 0]], [[10, 0], [0, 10]]],
        "objects": {
            "some": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[0]], "properties": {"name": "Left"}},
                    {"type": "Polygon", "arcs": [[1, -3]], "properties": {"name": "Right"}},
                ]
            }
        },
    }
    made = simplify.simplified(topology, {"Left": "E1", "Right": "E2"})
    assert made["viewBox"] == "0 -100 200 100"
    assert made["arcs"][0] == "0 0 100 0 0 -100 -100 0 0 100"
    assert made["areas"]["E2"] == {"name": "Right", "rings": [[1, -3]]}
    with pytest.raises(SystemExit, match="Right"):
        simplify.simplified(topology, {"Left": "E1"})


@pytest.mark.england
@pytest.mark.skipif(not ENGLAND.is_dir(), reason="the England-wide files are not beside the checkout")
def test_the_script_makes_the_bundled_file_again() -> None:
    simplify = script()
    topology = json.loads((ENGLAND / "boundaries" / "districts-27700.topojson").read_text(encoding="utf-8"))
    codes = simplify.read_codes(ENGLAND / "gias" / "edubasealldata20260130.csv")
    bundled = json.loads(content("data", "boundaries", "districts.json").read_text(encoding="utf-8"))
    assert simplify.simplified(topology, codes) == bundled


def test_classes_are_of_equal_width_with_bounds_that_can_be_said() -> None:
    shares = [Decimal(text) for text in ("0", "0.004", "0.013", "0.027")]
    assert [band.label for band in bands(shares, percent=True)] == [
        "0%",
        "over 0% to 1%",
        "over 1% to 2%",
        "over 2% to 3%",
    ]
    assert [band.label for band in bands([Decimal("94.64")])][-1] == "over 80 to 100"
    assert [band.style for band in bands([Decimal(0)])] == ["c0"]
    assert bands([]) == ()


def test_counts_are_in_classes_that_grow() -> None:
    assert [band.label for band in counts((1, 2, 9, 416))] == [
        "1 to 2",
        "3 to 9",
        "10 to 29",
        "30 to 99",
        "100 to 416",
    ]
    assert [band.label for band in counts((1,))] == ["1"]


def test_an_area_without_a_number_is_not_drawn_as_zero(shapes: Districts) -> None:
    drawn_as = {"a": ("A", (CAMBRIDGE,)), "b": ("B", (NORFOLK,)), "c": ("C", (SOUTH_CAMBRIDGESHIRE,))}
    measured = [
        Measured("a", "A", Decimal(0), "0%"),
        Measured("b", "B", None, ""),
        Measured("x", "X", Decimal(1), "1"),
    ]
    picture = draw_areas(shapes, drawn_as, measured, Scale("Share", percent=True, absent="no data"))
    assert [(area.title, area.style) for area in picture.areas] == [
        ("A: 0%", "c0"),
        ("B: no data", "none"),
        ("C: no data", "none"),
    ]
    assert [(line.label, line.count) for line in picture.legend] == [("0%", 1), ("no data", 2)]
    assert picture.not_drawn == ("X",)


def test_few_points_close_together_are_drawn_on_their_part_of_the_country(
    shapes: Districts, england: Outline
) -> None:
    schools = Points("school", "schools", (Place(545_000, 258_000), Place(560_000, 262_000)))
    picture = draw_points(england, shapes, [schools], Place(550_000, 260_000))
    assert picture.outline == ""
    assert "East Cambridgeshire" in [name.text for name in picture.names]
    assert picture.mark == (5500, -2600)
    left, top, width, height = (int(part) for part in picture.view_box.split())
    assert left < 5450
    assert left + width > 5600
    assert top < -2620
    assert top + height > -2580
    assert width <= 250


def test_points_far_apart_are_drawn_on_the_map_of_england(shapes: Districts, england: Outline) -> None:
    schools = Points("school", "schools", (Place(180_000, 40_000), Place(400_000, 650_000)))
    picture = draw_points(england, shapes, [schools])
    assert picture.outline == england.path
    assert picture.names == ()


def test_a_crowd_of_points_is_counted_in_squares(shapes: Districts, england: Outline) -> None:
    crowd = tuple(Place(400_000 + number % 2 * 12_000, 300_000) for number in range(CROWD + 1))
    picture = draw_points(england, shapes, [Points("school", "schools", crowd)])
    assert picture.squares
    assert [(layer.label, layer.count) for layer in picture.layers][-1] == ("100 to 1,001", 2)
    assert "M4000 -3000h100v100h-100z" in picture.layers[-1].path


def test_districts_are_coloured_by_their_share_and_named_with_it(mapped: FlaskClient) -> None:
    html = page(mapped, "/queries/coverage-by-area?area_kind=district")
    found = titles(html)
    assert len(found) == 296
    assert "c5: Camden: 50.0%" in found
    assert "c0: Hackney: 0.0%" in found
    assert "none: Bath and North East Somerset: no data (no open school in this data)" in found
    text = words(html)
    assert "over 40% to 50% (1 area)" in text
    assert "4 areas of the answer on the map." in text
    assert "1 area is not drawn, because no district of May 2024 stands for it: St Albans." in text
    assert "Contains OS data © Crown copyright and database right 2024" in text


def test_an_authority_is_drawn_as_the_districts_most_of_whose_schools_it_has(mapped: FlaskClient) -> None:
    html = page(mapped, "/queries/coverage-by-area")
    assert set(titles(html)) == {"c5: Camden: 50.0%", "c0: Hackney: 0.0%", "c0: Cambridgeshire: 0.0%"}
    text = words(html)
    assert "An authority is drawn as the districts most of whose open schools it has." in text
    assert "2 areas are not drawn" in text
    assert "Hertfordshire; Peterborough." in text


def test_regions_are_drawn_too(mapped: FlaskClient) -> None:
    found = titles(page(mapped, "/queries/coverage-by-area?area_kind=region"))
    assert "c5: London: 33.3%" in found
    assert len(found) == 2


def test_a_table_stands_below_every_map(mapped: FlaskClient) -> None:
    for path in ("/queries/coverage-by-area", "/queries/isolated-schools?view=map"):
        html = page(mapped, path)
        assert html.index("</figure>") < html.index('<table class="rows')


def test_gaps_are_a_map_on_which_other_areas_are_no_gaps(mapped: FlaskClient) -> None:
    html = page(mapped, "/queries/hub-gaps?area_kind=district")
    assert "none: Camden: no gap in this data, or no open school" in titles(html)
    assert any(title.startswith("c") and "Cambridge:" in title for title in titles(html))


def test_answers_about_reach_say_which_programmes_they_can_see(mapped: FlaskClient) -> None:
    said = "Programmes whose hubs are in these data: Example hubs (1, leads only). Hubs of other programmes are not seen."
    assert said in words(page(mapped, "/queries/coverage-by-area"))
    assert said not in words(page(mapped, "/queries/programme-money"))


def test_who_could_broker_is_a_map_with_the_school_the_hubs_and_the_candidates(mapped: FlaskClient) -> None:
    html = page(mapped, "/queries/brokers-for-school?school=urn:900103")
    text = words(html)
    assert '<circle class="ring" cx="5340" cy="-1850"' in html
    assert "the school asked about (URN 900103)" in text
    assert "1 hub on the map, at the place of the school that leads it." in text
    assert "1 school on the map." in text
    assert '<path class="dots-hub"' in html
    assert "Hackney</text>" in html


def test_areas_without_a_shape_are_shown_as_bars(client: FlaskClient) -> None:
    html = page(client, "/queries/coverage-by-area")
    assert "None of these areas has a known shape, so there is no map." in words(html)
    assert '<rect width="60.00" height="20"/>' in html

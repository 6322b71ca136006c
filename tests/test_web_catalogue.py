"""What the server offers is described for programs, and the descriptions are true."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from rdflib import DCAT, DCTERMS, RDF, SH, VOID, XSD, URIRef

from hubgraph.resources import content
from hubgraph.saved_queries.catalogue import Catalogue
from hubgraph.store.embedded import EmbeddedStore
from hubgraph.terms import HG
from hubgraph.web.world import EXTENSION

ROOT = "https://hubs.example.org"
DATASET = URIRef(f"{ROOT}/data/#dataset")
SLUGS = list(Catalogue.read(content("queries")).queries)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def described(web_app: Flask) -> rdflib.Graph:
    response = web_app.test_client().get("/.well-known/void")
    assert response.mimetype == "text/turtle"
    return rdflib.Graph().parse(data=response.data, format="turtle")


@pytest.fixture(scope="module")
def api(web_app: Flask) -> Json:
    document: Json = json.loads(web_app.test_client().get("/openapi.json").data)
    return document


def test_the_dataset_has_its_numbers_date_dump_and_endpoint(described: rdflib.Graph, web_app: Flask) -> None:
    info = web_app.extensions[EXTENSION].store.info()
    assert int(str(described.value(DATASET, VOID.triples))) == info.triples
    assert described.value(DATASET, DCTERMS.modified) == rdflib.Literal(info.data_date, datatype=XSD.date)
    assert described.value(DATASET, VOID.sparqlEndpoint) == URIRef(f"{ROOT}/sparql")
    assert described.value(DATASET, VOID.dataDump) == URIRef(f"{ROOT}/data/hubgraph.nq.gz")
    catalogue = URIRef(f"{ROOT}/data/")
    assert (catalogue, RDF.type, DCAT.Catalog) in described
    assert described.value(catalogue, DCAT.dataset) == DATASET


def test_every_source_stands_in_the_catalogue_with_its_licence(
    described: rdflib.Graph, web_app: Flask
) -> None:
    store = web_app.extensions[EXTENSION].store
    assert isinstance(store, EmbeddedStore)
    for source in store.manifest().sources:
        one = described.value(URIRef(source.graph), DCTERMS.source)
        assert (DATASET, DCTERMS.source, one) in described
        assert str(described.value(one, DCTERMS.title)) == source.title
        if source.licence:
            assert described.value(one, DCTERMS.license) == URIRef(source.licence)


def test_partitions_count_what_is_there(described: rdflib.Graph, web_app: Flask) -> None:
    store = web_app.extensions[EXTENSION].store
    properties = {
        str(described.value(part, VOID.property)): int(str(described.value(part, VOID.triples)))
        for part in described.objects(DATASET, VOID.propertyPartition)
    }
    assert sum(properties.values()) == store.info().triples
    rows = store.select(f"SELECT (COUNT(*) AS ?n) {{ ?s <{HG}inGroup> ?o }}").rows
    assert properties[f"{HG}inGroup"] == int(rows[0]["n"].value)
    classes = {
        str(described.value(part, VOID["class"])): int(str(described.value(part, VOID.entities)))
        for part in described.objects(DATASET, VOID.classPartition)
    }
    rows = store.select(f"SELECT (COUNT(*) AS ?n) {{ ?s a <{HG}School> }}").rows
    assert classes[f"{HG}School"] == int(rows[0]["n"].value)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize(
    ("address", "accept", "format_"),
    [
        ("/data/", "text/turtle", "turtle"),
        ("/data/catalogue.nt", "*/*", "nt"),
        ("/data/catalogue.rdf", "*/*", "xml"),
        ("/data/catalogue.jsonld", "*/*", "json-ld"),
        ("/.well-known/void", "application/ld+json", "json-ld"),
    ],
)
def test_every_address_and_format_gives_the_same_description(
    client: FlaskClient, described: rdflib.Graph, address: str, accept: str, format_: str
) -> None:
    response = client.get(address, headers={"Accept": accept})
    found = rdflib.Graph().parse(data=response.data, format=format_)
    assert len(found) == len(described)
    again = client.get(address, headers={"Accept": accept, "If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_browser_gets_the_page_of_the_data(client: FlaskClient) -> None:
    response = client.get("/data/", headers={"Accept": "text/html"})
    assert response.mimetype == "text/html"
    assert "Accept" in response.headers["Vary"]


def test_every_question_is_in_rdf_with_its_query_and_parameters(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/queries.ttl").data, format="turtle")
    hydra = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
    for slug, saved in Catalogue.read(content("queries")).queries.items():
        one = URIRef(f"{ROOT}/queries/{slug}")
        assert str(graph.value(one, SH.select)) == saved.text
        mappings = graph.objects(URIRef(f"{one}#template"), hydra.mapping)
        names = {str(graph.value(mapping, hydra.variable)) for mapping in mappings}
        assert names == {param.name for param in saved.params}
        for file in graph.objects(one, DCTERMS.hasFormat):
            assert str(file).startswith(f"{one}.")


def test_every_reference_in_the_interface_leads_somewhere(api: Json) -> None:
    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found = set(references(api))
    assert found
    for reference in found:
        target: Any = api
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
    names = [operation["operationId"] for path in api["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_the_schemas_of_the_interface_are_schemas(api: Json) -> None:
    for schema in api["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for path in api["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                Draft202012Validator.check_schema(parameter["schema"])


def valid(api: Json, path: str, status: int, body: object, media: str = "application/json") -> bool:
    responses = api["paths"][path]["get"]["responses"]
    answer = responses[str(status)]
    if "$ref" in answer:
        answer = api["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = {"allOf": [answer["content"][media]["schema"]], "components": api["components"]}
    Draft202012Validator(schema).validate(body)
    return True


@pytest.mark.parametrize("slug", SLUGS)
def test_answers_are_as_the_interface_says(client: FlaskClient, api: Json, slug: str) -> None:
    path = f"/queries/{slug}.json"
    parameters = api["paths"][path]["get"]["parameters"]
    given = {
        each["name"]: each["example"] for each in parameters if each.get("required") and "example" in each
    }
    response = client.get(path, query_string=given)
    if response.status_code == 200:
        assert valid(api, path, 200, response.get_json())
    else:
        # An example may name a record that the bundled data lack.
        assert [each for each in parameters if each.get("required")]
        assert valid(api, path, response.status_code, response.get_json(), "application/problem+json")
    wrong = client.get(path, query_string={**given, "sort": "no-such-column"})
    assert wrong.status_code == 400
    assert valid(api, path, 400, wrong.get_json(), "application/problem+json")
    assert {each["name"] for each in parameters} == {
        *(param.name for param in Catalogue.read(content("queries")).get(slug).params), "sort",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/search.json?q=hub&kind=hub&kind=school", "/suggest?q=lighthouse", "/healthz"]
)
def test_search_and_health_are_as_the_interface_says(client: FlaskClient, api: Json, path: str) -> None:
    assert valid(api, path.partition("?")[0], 200, client.get(path).get_json())


def test_the_server_and_every_path_stand_under_the_public_address(api: Json, client: FlaskClient) -> None:
    assert api["openapi"] == "3.1.0"
    assert api["servers"] == [{"url": ROOT}]
    for path in api["paths"]:
        real = path.replace("{kind}", "school").replace("{key}", "900001")
        if "queries" not in path:
            assert client.get(real).status_code in (200, 303), path


def test_the_check_and_the_review_are_described_with_their_fields_and_answers(
    api: Json, client: FlaskClient
) -> None:
    what_if = api["paths"]["/whatif"]
    kinds = what_if["get"]["parameters"][0]["schema"]["enum"]
    assert kinds == sorted(path.stem for path in content("data", "what-if").glob("*.csv"))
    for kind in kinds:
        assert client.get(f"/whatif?kind={kind}").status_code == 200
    form = what_if["post"]["requestBody"]["content"]
    assert set(form["multipart/form-data"]["schema"]["properties"]) == {"kind", "rows", "file"}
    assert set(form["application/x-www-form-urlencoded"]["schema"]["properties"]) == {"kind", "rows"}
    assert {"200", "400", "413", "503", "504"} == set(what_if["post"]["responses"])
    review = api["paths"]["/matches"]
    assert [parameter["name"] for parameter in review["get"]["parameters"]] == ["page"]
    decision = review["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert set(decision["properties"]) == {
        "form_mark",
        "one",
        "other",
        "decision",
        "reviewer",
        "comment",
        "page",
    }
    assert decision["properties"]["decision"]["enum"] == ["accept", "reject"]


def test_every_answer_of_the_interface_is_defined(api: Json) -> None:
    known = {f"#/components/responses/{status}" for status in api["components"]["responses"]}
    for path, operations in api["paths"].items():
        for operation in operations.values():
            named = {answer["$ref"] for answer in operation["responses"].values() if "$ref" in answer}
            assert named <= known, path


def test_a_check_that_is_sent_as_the_interface_says_is_answered_as_it_says(
    api: Json, client: FlaskClient
) -> None:
    sent = client.post("/whatif", data={"kind": "appointments", "rows": ""}, headers={"Accept": "text/html"})
    assert str(sent.status_code) in api["paths"]["/whatif"]["post"]["responses"]
    assert client.post("/matches", data={"decision": "accept"}).status_code == 403

"""Labels of properties and kinds for people, and the order in which facts are shown."""

from collections.abc import Mapping
from typing import Final

from hubgraph.terms import DCTERMS, FOAF, GEO, HG, ORG, PROV, RDF, RDFS, SCHEMA, SKOS, VOID, shorten

PROPERTY_LABELS: Final[Mapping[str, str]] = {
    f"{DCTERMS}date": "Date",
    f"{DCTERMS}issued": "Data date",
    f"{DCTERMS}license": "Licence",
    f"{DCTERMS}publisher": "Publisher",
    f"{DCTERMS}source": "Source",
    f"{DCTERMS}title": "Title",
    f"{FOAF}familyName": "Surname",
    f"{FOAF}homepage": "Website",
    f"{FOAF}name": "Name",
    f"{GEO}lat": "Latitude",
    f"{GEO}long": "Longitude",
    f"{ORG}member": "Member",
    f"{ORG}organization": "Organisation or activity",
    f"{ORG}originalOrganization": "School before",
    f"{ORG}resultingOrganization": "School after",
    f"{ORG}role": "Part or role",
    f"{PROV}wasDerivedFrom": "Derived from",
    f"{PROV}wasGeneratedBy": "Made by",
    f"{RDF}type": "Kind of record",
    f"{RDFS}label": "Name",
    f"{SCHEMA}areaServed": "Area served",
    f"{SCHEMA}currency": "Currency",
    f"{SCHEMA}endDate": "Last day",
    f"{SCHEMA}startDate": "First day",
    f"{SKOS}inScheme": "Code list",
    f"{SKOS}notation": "Code",
    f"{SKOS}note": "Note",
    f"{SKOS}prefLabel": "Name",
    f"{VOID}triples": "Statements",
}
"""Labels of properties of other vocabularies; our own carry theirs in the ontology."""

KIND_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "school": ("School", "Schools"),
    "trust": ("Academy trust", "Academy trusts"),
    "group": ("Group", "Groups"),
    "la": ("Local authority", "Local authorities"),
    "area": ("Area", "Areas"),
    "hub": ("Hub", "Hubs"),
    "programme": ("Programme", "Programmes"),
    "project": ("Project", "Projects"),
    "organisation": ("Organisation", "Organisations"),
    "person": ("Person", "People"),
    "appointment": ("Appointment", "Appointments"),
    "award": ("Award", "Awards"),
    "transaction": ("Payment", "Payments"),
    "evaluation": ("Evaluation", "Evaluations"),
    "figure": ("Figure", "Figures"),
    "declaration": ("Declaration", "Declarations"),
    "mitigation": ("Mitigation", "Mitigations"),
    "event": ("Event", "Events"),
    "support": ("Support", "Supports"),
    "publication": ("Publication", "Publications"),
    "finding": ("Finding", "Findings"),
    "source": ("Source", "Sources"),
    "affiliation": ("Affiliation", "Affiliations"),
    "participation": ("Participation", "Participations"),
    "link": ("Link between schools", "Links between schools"),
    "lineage": ("Lineage", "Lineages"),
}
"""Kind of record → its label, one and many."""

_FIRST: Final = (
    "status", "groupStatus", "establishmentType", "typeGroup", "groupType", "phase", "bodyKind", "areaKind",
    "subject", "underProgramme", "partOfProgramme", "partOfProject", "inGroup", "leadsHub", "inHub", "lead",
    "localAuthority", "district", "region", "openDate", "closeDate", "reasonOpened", "reasonClosed",
    "numberOfPupils", "capacity", "percentageFSM", "lowAge", "highAge", "gender", "religiousCharacter",
    "funder", "coordinator", "replaces", "takesPhase", "keepShareMax",
    "street", "locality", "town", "postcode",
    "urn", "laestab", "ukprn", "uid", "groupId", "companiesHouseNumber", "charityNumber", "laCode", "gssCode",
)  # fmt: skip
_OF_DEALINGS: Final = (
    f"{ORG}member", f"{HG}holder", f"{ORG}organization", f"{ORG}role",
    *(f"{HG}{name}" for name in (
        "declaredIn", "declaredTo", "interestIn", "interestType", "nilReturn", "declaredOn",
        "mitigates", "mitigationKind",
        "evaluates", "evaluationStatus", "independence", "evaluator", "commissionedBy",
        "publicationKind", "about", "measure", "value", "unit", "qualifier", "publishedOn",
        "recipient", "toHub", "regrantOf", "amountAwarded", "amountDisbursed", "awardDate",
        "payer", "payee", "amount",
        "host", "participant", "provider", "receiver", "broker",
    )),
    f"{SCHEMA}currency", f"{DCTERMS}date", f"{HG}purpose", f"{SKOS}note",
    f"{SCHEMA}startDate", f"{SCHEMA}endDate", f"{HG}endKnowledge", f"{HG}appointedBy",
)  # fmt: skip
"""Facts of appointments, declarations, evaluations, figures, awards, payments, events and supports."""
ORDER: Final[Mapping[str, int]] = {
    name: position for position, name in enumerate((*(f"{HG}{short}" for short in _FIRST), *_OF_DEALINGS))
}


def property_label(iri: str, found: str = "") -> str:
    """Return a label for a property: the one found in the data, ours for other vocabularies, else its short name."""
    return found or PROPERTY_LABELS.get(iri) or shorten(iri)


def kind_label(kind: str, *, many: bool = False) -> str:
    """Return the label of a kind of record."""
    one, several = KIND_LABELS.get(kind, (kind.capitalize(), kind.capitalize()))
    return several if many else one

"""Settings: name, default and help in one place; read once into a frozen record.

Each setting can be given as an environment variable `HUBGRAPH_<NAME>`; command-line options win over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from hubgraph.errors import HubgraphError

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the default decides the type."""

    name: str
    default: Value
    help: str


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("store", "hubgraph-data", "Folder of the store, or the address of a SPARQL 1.1 endpoint"),
    Setting(
        "base", "https://w3id.org/hubgraph", "Start of every record IRI that a load mints (no trailing slash)"
    ),
    Setting(
        "base_url",
        "",
        "Public address of the server, used in every absolute link it writes; empty: the address it listens on",
    ),
    Setting("host", "127.0.0.1", "Address to listen on"),
    Setting("port", 8000, "Port to listen on"),
    Setting("threads", 8, "Threads that answer requests"),
    Setting(
        "connections", 500, "Connections that are open at once; beyond, the idlest is closed for a new one"
    ),
    Setting(
        "connections_per_client", 100, "The same for one address; without bound where a proxy is trusted"
    ),
    Setting("header_seconds", 10.0, "Time for a client to send the head of a request, in seconds"),
    Setting("body_seconds", 60.0, "Time for a client to send the body of a request, in seconds"),
    Setting(
        "idle_seconds", 60.0, "Time without a next request, or without taking any of an answer, in seconds"
    ),
    Setting("unread_mb", 512, "Answers that clients have not read yet, all together, in MiB"),
    Setting("workers", 2, "Query worker processes"),
    Setting("queue", 32, "Queries that may wait for a worker before the answer is 503"),
    Setting("query_seconds", 10.0, "Time limit of one query, in seconds"),
    Setting("query_memory_mb", 1024, "Memory limit of one query worker, in MiB above what it needs to start"),
    Setting("query_rows", 100_000, "Most rows of one answer"),
    Setting("query_bytes", 50_000_000, "Most bytes of one answer"),
    Setting("query_text_bytes", 200_000, "Longest query text, in bytes"),
    Setting("query_depth", 100, "Deepest nesting of brackets in a query text"),
    Setting("cache_mb", 128, "Memory for answers that are kept until the next generation, in MiB"),
    Setting("generations", 3, "Generations that are kept"),
    Setting("page_rows", 50, "Rows on one page of a table"),
    Setting(
        "token", "", "Secret that signs in on the pages; empty: decisions are made on the command line only"
    ),
    Setting("whatif_bytes", 200_000, "Most bytes of rows that one what-if check takes"),
    Setting("whatif_seconds", 60.0, "Time limit of one what-if check, in seconds"),
    Setting(
        "whatif_memory_mb", 4096, "Memory limit of one what-if check, in MiB above what it needs to start"
    ),
    Setting("operator_name", "", "Who runs this server; shown on the privacy and corrections pages"),
    Setting("operator_contact", "", "How to reach them; shown on the privacy and corrections pages"),
    Setting("log_queries", 0, "1 writes query texts to the log"),
    Setting("trust_proxy", 0, "1 believes X-Forwarded headers of one proxy in front"),
)
"""All settings, in the order in which the documentation lists them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; see SETTINGS for meaning and units."""

    store: str = "hubgraph-data"
    base: str = "https://w3id.org/hubgraph"
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    connections: int = 500
    connections_per_client: int = 100
    header_seconds: float = 10.0
    body_seconds: float = 60.0
    idle_seconds: float = 60.0
    unread_mb: int = 512
    workers: int = 2
    queue: int = 32
    query_seconds: float = 10.0
    query_memory_mb: int = 1024
    query_rows: int = 100_000
    query_bytes: int = 50_000_000
    query_text_bytes: int = 200_000
    query_depth: int = 100
    cache_mb: int = 128
    generations: int = 3
    page_rows: int = 50
    token: str = field(default="", repr=False)
    whatif_bytes: int = 200_000
    whatif_seconds: float = 60.0
    whatif_memory_mb: int = 4096
    operator_name: str = ""
    operator_contact: str = ""
    log_queries: int = 0
    trust_proxy: int = 0


def read_settings(environment: Mapping[str, str], **given: Value | None) -> Settings:
    """Return settings from defaults, then `HUBGRAPH_…` variables, then given values that are not None."""
    values: dict[str, Value] = {}
    for setting in SETTINGS:
        text = environment.get(f"HUBGRAPH_{setting.name.upper()}")
        chosen = given.get(setting.name)
        if chosen is not None:
            values[setting.name] = chosen
        elif text is not None:
            values[setting.name] = _convert(setting, text)
    unknown = set(given) - {each.name for each in fields(Settings)}
    if unknown:
        raise HubgraphError(f"There is no setting called {', '.join(sorted(unknown))}.")
    if "token" in values:
        values["token"] = str(values["token"]).strip()
    for name in ("base", "base_url"):
        if name in values:
            values[name] = str(values[name]).rstrip("/")
    return Settings(**values)  # type: ignore[arg-type]


def _convert(setting: Setting, text: str) -> Value:
    kind = type(setting.default)
    try:
        return kind(text)
    except ValueError:
        variable = f"HUBGRAPH_{setting.name.upper()}"
        example = setting.default
        raise HubgraphError(
            f"{variable} is '{text}', which is not a number; write for example {variable}={example}."
        ) from None

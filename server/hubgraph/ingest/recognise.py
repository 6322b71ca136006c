"""What a file is, told by its content: its header row decides which mapping reads it, not its name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

from hubgraph.errors import InputError
from hubgraph.ingest.json_tables import read_document
from hubgraph.ingest.mapper import used_columns
from hubgraph.ingest.mapping import Mapping
from hubgraph.ingest.tables import decode, read_header
from hubgraph.ingest.workbooks import SUFFIXES, first_rows, sheet_names
from hubgraph.terms import slug

RDF_SUFFIXES: Final = (".ttl", ".trig", ".nt", ".nq", ".rdf", ".owl", ".jsonld")
ACCEPTED: Final = (
    "GIAS extracts (establishments, groups, group links, establishment links, governance), 360Giving grants (JSON, CSV, "
    "XLSX), IDACI by LSOA, teaching school hubs, computing hubs, RISE, PP50 and ITT lists, the hubgraph templates (CSV, or "
    "XLSX with sheets of their names), and RDF (.ttl .trig .nt .nq .rdf .jsonld, also .gz)"
)
"""What a load accepts, for the error about a named file that is none of these."""

_PERFORMANCE_TABLE: Final = frozenset({"RECTYPE", "ALPHAIND", "LEA", "ESTAB", "URN"})
_TEXTUAL: Final = (".csv", ".tsv", ".txt")
_NOT_TABLES: Final = {
    ".md": "it is a text for people",
    ".geojson": "hubgraph does not read boundaries",
    ".topojson": "hubgraph does not read boundaries",
    ".xls": "it is a spreadsheet of an old form; save it as XLSX",
    ".ods": "it is a spreadsheet of another form; save it as XLSX",
    ".pdf": "it is a PDF document",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What can be loaded: a table with its mapping, or RDF with the suffix of its format; sheet: which of a workbook."""

    path: Path
    kind: Literal["table", "rdf"]
    mapping: Mapping | None = None
    suffix: str = ""
    sheet: str = ""

    @property
    def place(self) -> str:
        """Return what stands behind the file's name in messages."""
        return f", sheet {self.sheet}" if self.sheet else ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or sheet that is not loaded, and why, as the end of a sentence."""

    path: Path
    reason: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Return what stands behind the file's name in messages."""
        return f", sheet {self.sheet}" if self.sheet else ""


def walk(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield every file once, folders in alphabetical order, and whether the file was named itself."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise InputError(f"{path} does not exist; name a file or a folder.")
        found = [path] if path.is_file() else sorted(part for part in path.rglob("*") if part.is_file())
        for part in found:
            hidden = any(name.startswith(".") for name in part.relative_to(path).parts)
            if part.resolve() not in seen and not hidden:
                seen.add(part.resolve())
                yield part, path.is_file()


def parts(path: Path, mappings: Sequence[Mapping]) -> tuple[Recognised | Skipped, ...]:
    """Tell what each part of a file is: the sheets of a workbook, or the file itself; raises as recognise does."""
    if path.suffix.lower() not in SUFFIXES:
        return (recognise(path, mappings),)
    sheets = sheet_names(path, path.name)
    return tuple(_sheet(path, sheet, mappings, alone=len(sheets) == 1) for sheet in sheets)


def _sheet(path: Path, sheet: str, mappings: Sequence[Mapping], *, alone: bool) -> Recognised | Skipped:
    header = first_rows(path, sheet, f"{path.name}, sheet {sheet}")
    if not any(header):
        return Skipped(path, "it is empty", sheet)
    called = Path(re.sub(r"\s+", " ", sheet).strip())
    found = choose(path if alone and not _called_like_any(mappings, called) else called, header, mappings)
    if isinstance(found, Skipped):
        return Skipped(path, found.reason, sheet)
    mapping = found.mapping
    if mapping and mapping.file_names and mapping.json is None and not alone and not _called(mapping, called):
        template = mapping.file_names[0]
        return Skipped(
            path,
            f"its columns are those of '{template}', but its name is not; call it '{template}' to load it",
            sheet,
        )
    return Recognised(path, "table", mapping=mapping, sheet=sheet)


def _called_like_any(mappings: Sequence[Mapping], path: Path) -> bool:
    return any(_called(mapping, path) for mapping in mappings)


def _called(mapping: Mapping, path: Path) -> bool:
    """Tell whether a file or sheet has a name of the mapping's template."""
    name = path.stem.lower().strip()
    return any(re.fullmatch(rf"(.*[-_ ])?{re.escape(known)}", name) for known in mapping.file_names)


def recognise(path: Path, mappings: Sequence[Mapping]) -> Recognised | Skipped:
    """Tell what a file is; raise InputError for a table that cannot be read at all."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    last = suffixes[-2] if packed and len(suffixes) > 1 else (suffixes or [""])[-1]
    if last in RDF_SUFFIXES:
        return Recognised(path, "rdf", suffix=last)
    if last == ".json" and not packed:
        return _json(path, mappings)
    reason = "it is packed; unpack it first" if packed else _why_no_table(path, last)
    if reason:
        return Skipped(path, reason)
    # Encodings decide on the whole file; a table is read again, in full, when its turn comes.
    header, _ = read_header(decode(path.read_bytes(), path.name), path.name)
    return choose(path, header, mappings)


def choose(path: Path, header: Sequence[str], mappings: Sequence[Mapping]) -> Recognised | Skipped:
    """Return the mapping that fits a header best: by template name, then by the columns that it knows.

    A file with the name of a template is that template: never another one that asks for fewer columns.
    """
    called = [mapping for mapping in mappings if _called(mapping, path)]
    fitting = [
        mapping
        for mapping in mappings
        if not _missing(mapping, header) and (mapping in called or not _present(mapping, header))
    ]
    if called and not any(mapping in called for mapping in fitting):
        fitting = [mapping for mapping in fitting if not mapping.file_names]
    if fitting:
        ranked = sorted(fitting, key=lambda mapping: _score(mapping, path, header), reverse=True)
        if len(ranked) > 1 and _score(ranked[0], path, header) == _score(ranked[1], path, header):
            titles = " or ".join(mapping.source.title for mapping in ranked[:2])
            return Skipped(
                path,
                f"it could be {titles}; add the columns that tell them apart, or name the file after its template",
            )
        return Recognised(path, "table", mapping=ranked[0])
    if set(header) >= _PERFORMANCE_TABLE:
        return Skipped(path, "it is a DfE performance table, which hubgraph does not read")
    return Skipped(path, _closest(header, called or mappings))


def _renamed(mapping: Mapping, header: Sequence[str]) -> set[str]:
    return {*header, *(mapping.rename.get(name, name) for name in header)}


def _missing(mapping: Mapping, header: Sequence[str]) -> list[str]:
    known = _renamed(mapping, header)
    missing = [column for column in mapping.require if column not in known]
    if mapping.either and not known & set(mapping.either):
        missing.append("' or '".join(mapping.either))
    return missing


def _present(mapping: Mapping, header: Sequence[str]) -> list[str]:
    return [column for column in mapping.forbid if column in header]


def _score(mapping: Mapping, path: Path, header: Sequence[str]) -> tuple[bool, int, int]:
    known = _renamed(mapping, header)
    return _called(mapping, path), len(mapping.require), len(used_columns(mapping) & known)


def _closest(header: Sequence[str], mappings: Sequence[Mapping]) -> str:
    if not mappings or not header:
        return "its columns match no mapping"
    best = max(
        mappings,
        key=lambda mapping: (len(mapping.require) - len(_missing(mapping, header))) / len(mapping.require),
    )
    missing = _missing(best, header)
    if len(missing) == len(best.require):
        return f"its columns match no mapping; it has {_listed(header)}"
    if not missing:
        return f"its columns match no mapping; closest is '{best.source.title}', which has no column {_listed(_present(best, header))}"
    return f"its columns match no mapping; closest is '{best.source.title}', without the column {_listed(missing)}; it has {_listed(header)}"


def _listed(names: Sequence[str], most: int = 6) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _why_no_table(path: Path, suffix: str) -> str:
    """Return why a file is not a CSV table, or an empty string where it may be one."""
    if suffix in _NOT_TABLES:
        return _NOT_TABLES[suffix]
    if suffix == ".txt" and _is_checksums(path):
        return "it is a list of checksums"
    return "" if suffix in _TEXTUAL else "it is neither a table (CSV) nor RDF"


def _json(path: Path, mappings: Sequence[Mapping]) -> Recognised | Skipped:
    """Return the mapping whose list of records a JSON document holds."""
    with path.open("rb") as source:
        start = source.read(4096)
    if b'"FeatureCollection"' in start or b'"Topology"' in start:
        return Skipped(path, "hubgraph does not read boundaries")
    document = read_document(path, path.name)
    for mapping in mappings:
        if mapping.json is not None and isinstance(document, dict) and mapping.json.root in document:
            return Recognised(path, "table", mapping=mapping)
    return Skipped(path, "it is JSON of a kind that hubgraph does not read; JSON-LD has the ending .jsonld")


def _is_checksums(path: Path) -> bool:
    with path.open("rb") as source:
        return re.match(rb"[0-9a-f]{32,128} [ *]", source.read(256)) is not None


def data_date(mapping: Mapping, name: str, as_at: date | None) -> str:
    """Return the ISO date or year of a file's data: from its name, or as the mapping states, or as_at; empty if unknown.

    A name may hold 20260130, 2026-01-30, 2025-autumn (1 September), 2025-spring (1 January), 2025-summer (1 April)
    or a year alone, which stays one.
    """
    stated = mapping.source.date
    found = date_in_name(name) if stated in ("", "file-name") else stated
    return found or (as_at.isoformat() if as_at else "")


def name_without_date(name: str) -> str:
    """Return a file's name as a key, without its ending and the days, terms or years that it holds."""
    stem = name.partition(".")[0]
    bare = re.sub(r"(?<!\d)20\d{2}(-?\d{2}-?\d{2})?(?!\d)([-_ ]?(autumn|spring|summer))?", "", stem.lower())
    return slug(bare)


def date_in_name(name: str) -> str:
    """Return the ISO date that a file name holds, the year where it holds no more, or an empty string."""
    for pattern in (r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)", r"(?<!\d)(20\d{2})-(\d{2})-(\d{2})(?!\d)"):
        match = re.search(pattern, name)
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
            except ValueError:
                return ""
    match = re.search(r"(?<!\d)(20\d{2})(?!\d)(?:[-_ ]?(autumn|spring|summer))?", name.lower())
    if match is None:
        return ""
    if not match[2]:
        return match[1]
    month = {"autumn": 9, "summer": 4, "spring": 1}[match[2]]
    return date(int(match[1]), month, 1).isoformat()

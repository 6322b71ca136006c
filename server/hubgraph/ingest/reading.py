"""One way into every kind of table: CSV, a sheet of a workbook, or JSON."""

from hubgraph.ingest.json_tables import read_json
from hubgraph.ingest.mapper import source_columns
from hubgraph.ingest.mapping import Mapping
from hubgraph.ingest.recognise import Recognised
from hubgraph.ingest.tables import RawTable, read_table
from hubgraph.ingest.workbooks import read_sheet


def read_part(found: Recognised, mapping: Mapping, name: str) -> RawTable:
    """Read what was recognised as a table of a mapping; raise InputError where it cannot be read as a whole.

    name: how issues call it; a sheet is called after its workbook and itself.
    """
    wanted = source_columns(mapping)
    if found.sheet:
        return read_sheet(found.path, found.sheet, name, wanted)
    if found.path.suffix.lower() == ".json" and mapping.json is not None:
        return read_json(found.path, mapping.json, name)
    return read_table(found.path, name, wanted)

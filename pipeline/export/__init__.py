"""The tables in other people's formats, one module a format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from pipeline.errors import DataError
from pipeline.export.tables import load

# Name on the command line, its module's name, and what it writes.
FORMATS = {
    "timelinejs": "dated events as TimelineJS 3 JSON; one file",
    "plover": "events as PLOVER JSON, a record a line; one file",
    "polecat": "events in POLECAT's columns, tab-separated; one file",
    "icews": "events in ICEWS's columns, tab-separated; one file",
    "petrarch2": "events as petrarch2 writes them, tab-separated; one file",
    "timeml": "texts with their time expressions as TimeML; a folder",
    "brat": "texts with mentions, dates and events as BRAT standoff; a folder",
    "neo4j": "actors, events and ties as CSV for `neo4j-admin database import`; a folder",
    "csl": "the texts behind the events as CSL JSON citations; one file",
    "slices": "the graph by period as GraphML, GEXF and JSON; a folder",
    "figures": "the network and the timeline as PNG and SVG, for papers; a folder",
    "jsonld": "events as JSON-LD in SEM with their sources in PROV; one file",
}


def export(folder: Path, format: str, destination: Path) -> None:
    """Write an output folder's tables in another format.

    Parameters
    ----------
    folder : Path
        An output folder of a run.
    format : str
        One of `FORMATS`.
    destination : Path
        The file, or the folder, to write; an existing file is replaced.

    Raises
    ------
    DataError
        When the format is unknown, or the folder has no tables.
    """
    if format not in FORMATS:
        raise DataError(f"{format}: no such format; choose one of {', '.join(FORMATS)}")
    import_module(f"pipeline.export.{format}").write(load(folder), destination)

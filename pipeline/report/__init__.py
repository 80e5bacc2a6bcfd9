"""`report.html`: one page to look at, with everything in it, that opens without a network."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from pipeline import store
from pipeline.report.data import page_data
from pipeline.settings import Settings

_ASSETS = Path(__file__).parent / "assets"
# Characters that could end the script element or a line of it; JSON reads the escapes back as the characters.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def write_report(folder: Path, texts: dict[str, str] | None, settings: Settings | None = None) -> None:
    """Write `report.html` over the tables of an output folder, atomically.

    Parameters
    ----------
    folder : Path
        An output folder with the Parquet tables.
    texts : dict or None
        The source texts by doc_id; without them the page has the sentences behind events and no reader.
    settings : Settings, optional
        Those of the run that made the tables.
    """
    data = page_data(folder, texts, settings=settings)
    html = _template().render(
        title=_title(data),
        data=script_json(data),
        script=_asset("report.js"),
        style=_asset("report.css"),
        script_hash=_hash(_asset("report.js")),
        notices=_asset("THIRD_PARTY_NOTICES.txt").replace("--", "- -"),
    )
    store.write_bytes(folder / "report.html", html.encode("utf-8", "replace"))


def script_json(value: Any) -> str:
    """A value as JSON that cannot leave the script element it stands in.

    Examples
    --------
    >>> script_json({"text": "</script><script>"})
    '{"text":"\\\\u003c/script\\\\u003e\\\\u003cscript\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def _title(data: dict[str, Any]) -> str:
    titles = data["documents"].get("title", [])
    return f"Regesta: {titles[0]}" if len(titles) == 1 else f"Regesta: {len(titles)} texts"


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(_asset("page.html"))

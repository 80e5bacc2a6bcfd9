"""Time expressions as TimeML 1.2.1, and back.

References
----------
TimeML 1.2.1, a formal specification language for events and temporal expressions, 2005 (timeml.org).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from pipeline.dates.calendar import bounds, edtf, iso, parse_timex
from pipeline.errors import InputError
from pipeline.schema import Date

# Characters that XML 1.0 cannot hold; each becomes one replacement character, so that offsets stay.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="http://timeml.org/timeMLdocs/TimeML_1.2.1.xsd">\n'
)
_MODS = frozenset(
    {"BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER", "LESS_THAN", "MORE_THAN", "EQUAL_OR_LESS", "EQUAL_OR_MORE"}
    | {"START", "MID", "END", "APPROX"}
)


def _text(words: str) -> str:
    return escape(_ILLEGAL.sub("\ufffd", words), {"\r": "&#13;"})


def to_timeml(text: str, dates: Sequence[Date], doc_id: str = "") -> str:
    """Write a text with its time expressions as a TimeML document.

    Parameters
    ----------
    text : str
        The source text.
    dates : sequence of Date
        Its rows, as `find_dates` gives them.
    doc_id : str
        For the DOCID element; that of the first row by default.

    Returns
    -------
    str
        XML. What the words leave out is marked by `temporalFunction`, its source by `anchorTimeID`.

    Examples
    --------
    >>> row = Date("a:d3-7", "a", "", 3, 7, "1958", "DATE", "1958", "1958", "", "", "", "", "explicit")
    >>> '<TIMEX3 tid="t1" type="DATE" value="1958">1958</TIMEX3>' in to_timeml("In 1958", [row])
    True
    """
    ordered = sorted(dates, key=lambda d: (d.start, d.end))
    numbers = {d.date_id: f"t{n}" for n, d in enumerate(ordered, 1)}
    parts = [_HEAD, f"<DOCID>{_text(doc_id or (ordered[0].doc_id if ordered else 'text'))}</DOCID>\n<TEXT>"]
    at = 0
    for d in ordered:
        if d.start < at:
            continue  # TimeML elements do not overlap
        attributes = {"tid": numbers[d.date_id], "type": d.type, "value": d.value or "XXXX"}
        if d.mod in _MODS:
            attributes["mod"] = d.mod
        if d.anchor_kind not in ("explicit", "none"):
            attributes["temporalFunction"] = "true"
        if d.anchor in numbers:
            attributes["anchorTimeID"] = numbers[d.anchor]
        words = " ".join(f"{k}={quoteattr(v)}" for k, v in attributes.items())
        parts += [_text(text[at : d.start]), f"<TIMEX3 {words}>", _text(text[d.start : d.end]), "</TIMEX3>"]
        at = d.end
    parts += [_text(text[at:]), "</TEXT>\n</TimeML>\n"]
    return "".join(parts)


def from_timeml(xml: str) -> tuple[str, list[Date]]:
    """Read the text and the time expressions of a TimeML document.

    Parameters
    ----------
    xml : str
        A TimeML document; events, signals and links in it are passed over.

    Returns
    -------
    tuple of str and list of Date
        The text of its TEXT element (of the whole document, if it has none), and rows whose offsets index that text.
        Interval columns come from the values.

    Raises
    ------
    InputError
        When the document is not well-formed XML.
    """
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise InputError(f"not well-formed TimeML: {error}") from error
    doc_id = (root.findtext("DOCID") or "text").strip()
    body = root.find("TEXT")
    pieces: list[str] = []
    found: list[tuple[int, int, dict[str, str]]] = []
    length = 0

    def walk(element: ElementTree.Element) -> None:
        nonlocal length
        start = length
        if element.text:
            pieces.append(element.text)
            length += len(element.text)
        for child in element:
            walk(child)
            if child.tail:
                pieces.append(child.tail)
                length += len(child.tail)
        if element.tag == "TIMEX3":
            found.append((start, length, dict(element.attrib)))

    walk(root if body is None else body)
    text = "".join(pieces)
    found.sort(key=lambda f: f[:2])
    ids = {a.get("tid", ""): f"{doc_id}:d{s}-{e}" for s, e, a in found}
    return text, [_row(doc_id, text, s, e, a, ids) for s, e, a in found]


def _row(doc_id: str, text: str, start: int, end: int, attributes: dict[str, str], ids: dict[str, str]) -> Date:
    value = attributes.get("value", "")
    time = parse_timex(value)
    span = bounds(time) if time else None
    mod = attributes.get("mod", "")
    anchor = ids.get(attributes.get("anchorTimeID", ""), "")
    implicit = attributes.get("temporalFunction") == "true"
    return Date(
        date_id=f"{doc_id}:d{start}-{end}",
        doc_id=doc_id,
        sentence_id="",
        start=start,
        end=end,
        text=text[start:end],
        type=attributes.get("type", "DATE"),
        value=value,
        edtf=edtf(time, mod == "APPROX") if time and span else "",
        earliest=iso(span[0]) if span else "",
        latest=iso(span[1]) if span else "",
        mod=mod,
        anchor=anchor,
        anchor_kind="date" if anchor else "document" if implicit else "explicit" if span else "none",
    )

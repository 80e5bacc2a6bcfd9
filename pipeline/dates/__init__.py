"""Time expressions: found, resolved on the text's timeline, and written as TIMEX3, EDTF and days."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from pipeline.dates.calendar import Time, bounds, edtf, iso, timex
from pipeline.dates.durations import duration_value, set_value
from pipeline.dates.recognise import Expression, lexer_for, recognise, text_kind, with_phrases
from pipeline.dates.sentence import cues
from pipeline.dates.slots import Resolved, Setting
from pipeline.dates.timeline import Timeline
from pipeline.document import HEADING, layout_of
from pipeline.schema import Date
from pipeline.settings import DatesSettings

_FOUR_DIGITS = re.compile(r"\d{4}")


def find_dates(doc: Doc, settings: DatesSettings) -> list[Date]:
    """Find the time expressions of an annotated text and say which time each denotes.

    Parameters
    ----------
    doc : Doc
        Annotated by spaCy (tags, parse, entities).
    settings : DatesSettings
        Kind of text and folder of patterns.

    Returns
    -------
    list of Date
        In order of appearance. Both ends of a range are rows of their own with their own value, and both carry the
        whole range as `edtf`, `earliest` and `latest`.
    """
    layout = layout_of(doc)
    document = layout.document
    found, headings, setting = prepare(doc, settings)
    resolved = Timeline(doc, found, setting).resolve(headings)
    rows: list[Date] = []
    for e, r in zip(found, resolved, strict=True):
        start, end = layout.source(e.start, e.end)
        sentence = layout.sentence_at(e.token_start)
        rows.append(
            Date(
                date_id=f"{document.doc_id}:d{start}-{end}",
                doc_id=document.doc_id,
                sentence_id=sentence.sentence_id if sentence else "",
                start=start,
                end=end,
                text=document.text[start:end],
                type=_type(e, r),
                value=_value(e, r, setting.kind),
                edtf="",
                earliest="",
                latest="",
                mod=str(e.slots.get("mod", "")),
                anchor="",
                anchor_kind=r.anchor_kind,
                token_start=e.token_start,
                token_end=e.token_end,
            )
        )
        if r.span and r.value and e.slots.get("n") == "X":
            rows[-1].mod = "APPROX"
        _set_interval(rows[-1], *(r.span or (r.time, r.time)))
    for e, r, row in zip(found, resolved, rows, strict=True):
        if e.ends is not None:
            _set_interval(row, resolved[e.ends[0]].time, resolved[e.ends[1]].time)
        if r.anchor_kind == "document":
            row.anchor = document.published
        elif r.anchor >= 0:
            row.anchor = rows[r.anchor].date_id
            if headings.get(found[r.anchor].block):
                row.anchor_kind = "section"
    return rows


def prepare(doc: Doc, settings: DatesSettings) -> tuple[list[Expression], dict[int, bool], Setting]:
    """A text's expressions before resolution, which of its blocks are headings, and what holds for the whole text."""
    layout = layout_of(doc)
    document = layout.document
    lexer = lexer_for(settings.data, tuple(settings.languages))
    grammar = lexer.grammar
    kind = settings.text_kind if settings.text_kind != "auto" else text_kind(doc, document.published, grammar)
    found = list(recognise(doc, [(b.start, b.end) for b in layout.blocks], kind, lexer)) if len(doc) else []
    if kind == "narrative" and doc.has_annotation("DEP"):
        with_phrases(doc, found)
        for e in found:
            e.cues = cues(doc, e, grammar.cues)
    headings: dict[int, bool] = {}
    number = 0
    for e in found:
        while number + 1 < len(layout.blocks) and layout.blocks[number + 1].start <= e.token_start:
            number += 1
        e.block = number
        headings[number] = layout.blocks[number].kind == HEADING
    years = sorted(e.slots["y"] for e in found if "y" in e.slots and "era" not in e.slots)
    published = _day(document.published)
    common = years[len(years) // 2] if years else published.y if published and published.y else 1950
    if published and published.y:
        common = min(common, published.y)  # the year 2000, written in 1998, leaves the nineties behind it
    return found, headings, Setting(kind, published, grammar, common // 100)


def _day(text: str) -> Time | None:
    parts = text[:10].split("-")
    if len(parts) != 3 or not all(p.isdigit() for p in parts):
        return None
    return Time(y=int(parts[0]), m=int(parts[1]), d=int(parts[2]))


def _type(e: Expression, r: Resolved) -> str:
    if e.type == "DATE" and r.time is not None and (r.time.clock or r.time.tod):
        return "TIME"
    return e.type


def _value(e: Expression, r: Resolved, kind: str) -> str:
    if e.cat == "DUR":
        return duration_value(e.slots, kind)
    if e.cat == "SET":
        return set_value(e.slots, kind)
    return r.value or ("" if r.time is None else timex(r.time))


def _set_interval(row: Date, first: Time | None, last: Time | None) -> None:
    """Fill in edtf, earliest and latest of a time, or of a range's two ends."""
    if first is None or last is None:
        return
    a, b = bounds(first), bounds(last)
    if a is None or b is None or b[1] < a[0]:
        return
    row.earliest, row.latest = iso(a[0]), iso(b[1])
    if first == last:
        row.edtf = edtf(first, row.mod == "APPROX")
    else:
        ends = [edtf(first, row.mod == "APPROX"), edtf(last, row.mod == "APPROX")]
        row.edtf = "/".join(ends) if not any("/" in x for x in ends) else f"{row.earliest}/{row.latest}"

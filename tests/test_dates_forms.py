"""Every form of time expression that the project promises to read: one row of tests/data/date_forms.tsv each."""

from __future__ import annotations

import calendar
import csv
import time
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.dates.calendar import civil, days
from pipeline.dates.conversion import julian_day
from pipeline.document import Document
from pipeline.read.structure import paragraphs
from pipeline.schema import Date
from pipeline.settings import DatesSettings

with (Path(__file__).parent / "data" / "date_forms.tsv").open(encoding="utf-8", newline="") as file:
    FORMS = [(r["text"], r["published"], r["expected"]) for r in csv.DictReader(file, delimiter="\t", quoting=3)]


def dates_in(nlp: Language, text: str, published: str = "") -> list[Date]:
    document = Document("t", text, published=published, paragraphs=paragraphs(text))
    doc = next(annotate(nlp, [document]))
    return find_dates(doc, DatesSettings(text_kind="news" if published else "narrative"))


@pytest.mark.parametrize(("text", "published", "expected"), FORMS)
def test_form(nlp: Language, text: str, published: str, expected: str) -> None:
    """The words named are found with these values; where none are named nothing is a date."""
    found = {d.text: d.value for d in dates_in(nlp, text, published)}
    if not expected:
        assert found == {}
    for pair in expected.split("; ") if expected else []:
        words, _, value = pair.partition(" = ")
        assert found.get(words) == value, found


def test_an_event_after_an_event_rests_on_its_date(nlp: Language) -> None:
    text = (
        "On July 14, 1958, officers staged a coup. On August 20 he flew to Moscow. Three days after the coup, aid came."
    )
    rows = {d.text: d for d in dates_in(nlp, text)}
    row = rows["Three days after the coup"]
    assert (row.value, row.anchor_kind, row.anchor) == ("1958-07-17", "event", rows["July 14, 1958"].date_id)


def test_a_half_of_a_century_has_its_years(nlp: Language) -> None:
    row = next(d for d in dates_in(nlp, "It declined in the second half of the 18th century."))
    assert (row.value, row.earliest, row.latest) == ("17", "1750-01-01", "1799-12-31")


def test_a_year_of_a_reign_has_its_days(nlp: Language) -> None:
    row = next(d for d in dates_in(nlp, "In the twelfth year of Edward III the tax was raised."))
    assert (row.value, row.earliest, row.latest) == ("1338", "1338-01-25", "1339-01-24")


@pytest.mark.parametrize(
    ("text", "words", "edtf"),
    [
        ("On October 22, 1956, they met. A few days later war came.", "A few days later", "1956-10-24~/1956-10-31~"),
        (
            "They fought in May 1982. In the last week of the month he left.",
            "the last week of the month",
            "1982-05-25/1982-05-31",
        ),
        ("He came in the second week of January 1953.", "the second week of January 1953", "1953-01-08/1953-01-14"),
        (
            "He spoke on February 6, 1956. In the weeks that followed they rose.",
            "the weeks that followed",
            "1956-02/1956-03",
        ),
        ("In 1845 he ruled; at the turn of the year he fell.", "the turn of the year", "1845-12/1846-01"),
    ],
)
def test_what_is_told_loosely_has_its_span(nlp: Language, text: str, words: str, edtf: str) -> None:
    assert {d.text: d.edtf for d in dates_in(nlp, text)}[words] == edtf


MONTHS = list(calendar.month_name)[1:]


@settings(max_examples=40, deadline=None)
@given(st.integers(days(1650, 1, 1), days(1918, 1, 1)))
def test_old_and_new_style_name_the_same_day(nlp: Language, n: int) -> None:
    y, m, d = civil(n)
    if (m, d) == (2, 29):
        return
    new = civil(julian_day(y, m, d))
    if new[0] != y:
        return
    text = f"The fort fell on {d} {MONTHS[m - 1]} ({new[2]} {MONTHS[new[1] - 1]}) {y}."
    iso = f"{new[0]}-{new[1]:02d}-{new[2]:02d}"
    assert [x.value for x in dates_in(nlp, text)][:2] == [iso, iso]


@pytest.mark.parametrize(
    "words",
    [
        ["1" * 100_000],
        ["("] * 20_000 + ["1958"],
        ["x" * 1_000_000],
        ["two", "days", "after", "the", "attack", "on", "May", "5", ","] * 3_000,
        ["in", "793", "("] * 10_000,
        ["7", "November", "[", "O.S.", "25", "October", "]", "1917"] * 3_000,
    ],
)
def test_hostile_text_takes_linear_time(words: list[str]) -> None:
    doc = Doc(spacy.blank("en").vocab, words=words)
    start = time.process_time()
    find_dates(doc, DatesSettings(text_kind="narrative"))
    assert time.process_time() - start < 10


@pytest.mark.parametrize(("heading", "month"), [("The siege, 1915–1916", "1915-07"), ("The siege", "1919-07")])
def test_a_section_keeps_to_the_years_of_its_heading(nlp: Language, heading: str, month: str) -> None:
    told = "They dug in during 1915. Parliament blamed him in 1919. In July the guns moved."
    text = f"= War =\n\n== {heading} ==\n\n{told}\n"
    assert [d.value for d in dates_in(nlp, text) if d.text == "July"] == [month]


def test_a_duration_that_leads_on_lies_between_two_times(nlp: Language) -> None:
    text = "He was killed on January 17, 1961. Over the next four years, the Congo had many prime ministers."
    row = next(d for d in dates_in(nlp, text) if d.type == "DURATION")
    assert (row.value, row.edtf, row.latest) == ("P4Y", "1961/1965", "1965-12-31")

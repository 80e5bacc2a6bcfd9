"""Time expressions: what is found, what it denotes, and what only looks like a date."""

from __future__ import annotations

import calendar
import time

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.dates.calendar import bounds, civil, days, edtf, iso, parse_timex, timex
from pipeline.dates.grammar import load_grammar
from pipeline.dates.timeml import from_timeml, to_timeml
from pipeline.document import Document
from pipeline.errors import DataError, InputError
from pipeline.read.structure import paragraphs
from pipeline.schema import Date
from pipeline.settings import DatesSettings

MONTHS = list(calendar.month_name)[1:]


def annotated(nlp: Language, text: str, published: str = "") -> Doc:
    document = Document("t", text, published=published, paragraphs=paragraphs(text))
    return next(annotate(nlp, [document]))


def dates_in(nlp: Language, text: str, published: str = "", kind: str = "auto") -> list[Date]:
    return find_dates(annotated(nlp, text, published), DatesSettings(text_kind=kind))


def values(nlp: Language, text: str, published: str = "", kind: str = "auto") -> list[tuple[str, str]]:
    return [(d.text, d.value) for d in dates_in(nlp, text, published, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The coup of July 14, 1958 surprised everyone.", ("July 14, 1958", "1958-07-14")),
        ("The king fell on the 14th of July, 1958.", ("the 14th of July, 1958", "1958-07-14")),
        ("He landed on 9 September 1943.", ("9 September 1943", "1943-09-09")),
        ("The treaty of 2009-12-19 was void.", ("2009-12-19", "2009-12-19")),
        ("They met in April of 1924.", ("April of 1924", "1924-04")),
        ("It began in early 1941.", ("early 1941", "1941")),
        ("It was over by the end of May 1968.", ("the end of May 1968", "1968-05")),
        ("They fought in the spring of 1794.", ("the spring of 1794", "1794-SP")),
        ("Unrest grew in the late 1950s.", ("the late 1950s", "195")),
        ("Trade flourished in the 19th century.", ("the 19th century", "18")),
        ("The city fell in 146 BC after a siege.", ("146 BC", "BC0146")),
        ("They signed a 15-year treaty of friendship.", ("15-year", "P15Y")),
        ("The siege lasted nearly two decades.", ("nearly two decades", "P2DE")),
        ("The council met every Monday in secret.", ("every Monday", "XXXX-WXX-1")),
        ("Troops arrived on Christmas Eve 1914 by train.", ("Christmas Eve 1914", "1914-12-24")),
        ("It was signed on Good Friday 1998 in Belfast.", ("Good Friday 1998", "1998-04-10")),
        ("The armistice began at 11 a.m. on November 11, 1918.", ("11 a.m.", "1918-11-11T11:00")),
    ],
)
def test_explicit_forms(nlp: Language, text: str, expected: tuple[str, str]) -> None:
    assert expected in values(nlp, text)


@pytest.mark.parametrize(
    "text",
    [
        "Ambassador April Glaspie met him.",
        "They may march on the capital.",
        "The Department approved 771 licenses.",
        "The Council adopted Resolution 687.",
        "Congress passed Public Law 80.",
        "The 99th Division attacked at once.",
        "Some 1,500 men were killed.",
    ],
)
def test_what_only_looks_like_a_date(nlp: Language, text: str) -> None:
    assert values(nlp, text) == []


def test_range_ends_have_their_own_value_and_the_range_as_interval(nlp: Language) -> None:
    a, b = dates_in(nlp, "Fighting went on from August 4–12, 1970 in the north.")
    assert (a.value, b.value) == ("1970-08-04", "1970-08-12")
    assert a.edtf == b.edtf == "1970-08-04/1970-08-12"
    assert (b.earliest, b.latest) == ("1970-08-04", "1970-08-12")
    first, second = dates_in(nlp, "In 1940–41 he ruled alone.")
    assert (first.value, second.value, first.edtf) == ("1940", "1941", "1940/1941")


def test_coordinated_dates_share_the_year(nlp: Language) -> None:
    assert values(nlp, "It happened in July and December 1962.") == [("July", "1962-07"), ("December 1962", "1962-12")]
    assert ("264", "BC0264") in values(nlp, "The first war, from 264 to 241 BC, was long.")


STORY = (
    "The Congo became independent on June 30, 1960. On July 5, soldiers mutinied. Belgium, which had ruled since 1908, "
    "sent troops two days later. In January, Lumumba was killed.\n\n"
    "The United Nations stayed until 1964. In May of that year the last troops prepared to leave."
)


def test_a_day_just_before_the_last_is_of_the_same_year(nlp: Language) -> None:
    text = (
        "On July 25, 1963, the three delegations initialed the treaty. Their ministers signed it eleven days later.\n\n"
        "Kennedy addressed the nation on July 26. On September 24, the Senate approved the treaty.\n\n"
        "In October 1964, China exploded a bomb."
    )
    found = dict(values(nlp, text))
    assert (found["July 26"], found["September 24"]) == ("1963-07-26", "1963-09-24")


def test_a_deadline_is_no_step_of_the_story(nlp: Language) -> None:
    text = (
        "On October 7, 1993, Clinton announced that he would bring the troops home by March 31, 1994. "
        "Aideed released a pilot a week later."
    )
    assert dict(values(nlp, text))["a week later"] == "1993-10-14"


def test_a_background_year_does_not_pull_the_story(nlp: Language) -> None:
    found = dict(values(nlp, STORY))
    assert found["July 5"] == "1960-07-05"
    assert found["two days later"] == "1960-07-07"
    assert found["January"] == "1961-01"
    assert found["May of that year"] == "1964-05"


def test_implicit_parts_name_their_anchor(nlp: Language) -> None:
    rows = {d.text: d for d in dates_in(nlp, STORY)}
    assert rows["June 30, 1960"].anchor_kind == "explicit"
    assert rows["July 5"].anchor_kind == "date"
    assert rows["July 5"].anchor == rows["June 30, 1960"].date_id


def test_section_heading_gives_the_year(nlp: Language) -> None:
    text = "= War =\n\n== The campaign of 1915 ==\n\nOn 25 April the fleet landed its men.\n"
    row = next(d for d in dates_in(nlp, text) if d.text == "25 April")
    assert (row.value, row.anchor_kind) == ("1915-04-25", "section")


NEWS = "The minister resigned on Friday. He said yesterday that talks begin next week. Last year he had refused."


def test_news_is_read_from_its_publication_date(nlp: Language) -> None:
    found = values(nlp, NEWS, "1998-08-12")
    assert found == [
        ("Friday", "1998-08-07"),
        ("yesterday", "1998-08-11"),
        ("next week", "1998-W34"),
        ("Last year", "1997"),
    ]
    assert all(d.anchor == "1998-08-12" for d in dates_in(nlp, NEWS, "1998-08-12"))


def test_kind_of_text_is_found_and_can_be_set(nlp: Language) -> None:
    story = (
        "In 1914 war came. In August 1914 Belgium fell. In 1915 Italy joined. In May it attacked. In 1916 came Verdun."
    )
    assert ("May", "1915-05") in values(nlp, story, "2009-12-19")
    assert ("May", "2009-05") in values(nlp, story, "2009-12-19", kind="news")


def test_news_keeps_to_a_year_that_its_paragraph_names(nlp: Language) -> None:
    text = "The strike began yesterday. In March 2020 the plant closed. On 23 March the first men were dismissed."
    assert ("23 March", "2020-03-23") in values(nlp, text, "2021-12-01", kind="news")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The deadline was extended until Tuesday.", ("Tuesday", "1998-11-03")),
        ("The army has ruled for the past decade.", ("the past decade", "P10Y")),
        ("Trade grew for a couple of years.", ("a couple of years", "P2Y")),
        ("He promised it by the year two thousand.", ("the year two thousand", "2000")),
        (
            "Profit rose in the second quarter. In the first nine months it fell, compared with a year earlier.",
            ("a year earlier", "1997"),
        ),
        (
            "Profit rose in the third quarter after a flat second quarter. It doubled from a year ago.",
            ("a year ago", "1997-Q3"),
        ),
        (
            "Profit fell in its fourth quarter ended Sept. 30. It was up from a year earlier.",
            ("a year earlier", "1997-Q4"),
        ),
        ("Profit rose in the third quarter. The mill was closed a year ago.", ("a year ago", "1997")),
        ("He will arrive on Friday and leave on Thursday.", ("Thursday", "1998-11-05")),
        ("By Thursday the roads should be open.", ("Thursday", "1998-10-29")),
        ("Sales were $3 million in last year's quarter.", ("last year's quarter", "1997-Q3")),
        ("Trade usually slows in the fourth quarter.", ("the fourth quarter", "XXXX-Q4")),
        ("The minister died last September.", ("last September", "1997-09")),
        ("The economy is going to slow in the spring.", ("the spring", "1999-SP")),
        ("The bank has extended the loan through January.", ("January", "1999-01")),
        ("The March elections changed little.", ("March", "1998-03")),
        ("Flights leave on Monday and Tuesday nights.", ("Monday", "XXXX-WXX-1TNI")),
        ("Sales will fall in the first two quarters of 1999.", ("the first two quarters of 1999", "1999-H1")),
        ("He was chosen on Election Day.", ("Election Day", "1998-11-03")),
        ("The offer had been due to expire Friday.", ("Friday", "1998-10-23")),
        ("In 1990 the army took over. He has been abroad for the last week.", ("the last week", "1998-W43")),
    ],
)
def test_forms_of_news(nlp: Language, text: str, expected: tuple[str, str]) -> None:
    assert expected in values(nlp, text, "1998-10-28", kind="news")


@pytest.mark.parametrize(
    "text",
    [
        "He spoke on This Week with a host.",
        "The party daily Granma said so.",
        "Speed is counted per second.",
        "Guards stand there 24 hours a day.",
        "Now, he says, it looks like war.",
        "He said so on Sixty Minutes with a smile.",
        "He was jailed on election day.",
    ],
)
def test_names_and_measures_are_no_times_of_news(nlp: Language, text: str) -> None:
    assert values(nlp, text, "1998-08-12", kind="news") == []


def test_what_has_gone_on_since_a_month_is_no_anchor(nlp: Language) -> None:
    text = (
        "On June 25, 1950, the army crossed the border. The council, which its delegate had been boycotting since "
        "January, met at once. Two days later the fleet sailed. The same day the council met again."
    )
    found = dict(values(nlp, text))
    assert found["January"] == "1950-01"
    assert found["Two days later"] == found["The same day"] == "1950-06-27"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "On 12 March 1947 he spoke. Greece had been at war since 1946. Two months later the bill passed.",
            ("Two months later", "1947-05"),
        ),
        (
            "On July 26, 1956, he seized the canal. He had become president in 1954. Three months later war came.",
            ("Three months later", "1956-10"),
        ),
        (
            "War broke out in November 1939. The plan (drafted in 1936) was revised. That winter the army attacked.",
            ("That winter", "1939-WI"),
        ),
        (
            "In June 1950 the war began. He had given his speech in January. The following month the envoy left.",
            ("The following month", "1950-07"),
        ),
    ],
)
def test_what_had_happened_before_is_no_anchor(nlp: Language, text: str, expected: tuple[str, str]) -> None:
    assert expected in values(nlp, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "On December 1, 1944, he told the rebels to disband by December 10. They refused, and the next day left.",
            ("the next day", "1944-12-02"),
        ),
        (
            "On February 21, 1947, he said that aid would end on March 31. On the 27th President Truman spoke.",
            ("the 27th", "1947-02-27"),
        ),
    ],
)
def test_what_is_to_be_is_no_anchor_of_the_next_sentence(nlp: Language, text: str, expected: tuple[str, str]) -> None:
    assert expected in values(nlp, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The envoy came in August 1841. The fleet took the port before winter.", ("winter", "1842-WI")),
        (
            "On July 10, 1949, he closed the border. In mid-August the army struck. Two weeks later it was over.",
            ("Two weeks later", "1949-08"),
        ),
        (
            "In November he wrote. They met on the 12th and again on the 17th of December 1862.",
            ("the 12th", "1862-12-12"),
        ),
        ("On Friday, February 21, 1947, he wrote. They met over the weekend.", ("the weekend", "1947-W08-WE")),
        ("On July 14, 1958, he spoke. The leaders met in the afternoon.", ("the afternoon", "1958-07-14TAF")),
    ],
)
def test_the_story_moves_on(nlp: Language, text: str, expected: tuple[str, str]) -> None:
    assert expected in values(nlp, text)


def test_following_is_a_preposition_too(nlp: Language) -> None:
    found = [t for t, _ in values(nlp, "It came in 1956, following months of mounting tension.")]
    assert found == ["1956", "months of mounting tension"]


def test_other_languages_months(nlp: Language) -> None:
    doc = annotated(nlp, "The decree of 14 juillet 1958 was read.")
    rows = find_dates(doc, DatesSettings(languages=("fr",)))
    assert [(d.text, d.value) for d in rows] == [("14 juillet 1958", "1958-07-14")]
    with pytest.raises(DataError, match="klingon"):
        find_dates(doc, DatesSettings(languages=("klingon",)))


def test_offsets_slice_the_source(nlp: Language) -> None:
    text = "It   began on\nMay  1,\n1915 and lasted\ntwo years."
    for d in dates_in(nlp, text):
        assert text[d.start : d.end] == d.text
        assert d.date_id == f"t:d{d.start}-{d.end}"


DAY = st.tuples(st.integers(1000, 2100), st.integers(1, 12), st.integers(1, 28))
FORMS = [
    "{month} {d}, {y}",
    "{d} {month} {y}",
    "the {d}{th} of {month} {y}",
    "{month} {d}{th}, {y}",
    "{y}-{m:02d}-{d:02d}",
    "{month} {d} {y}",
]


@settings(max_examples=60, deadline=None)
@given(day=DAY, form=st.sampled_from(FORMS))
def test_a_rendered_date_parses_back(nlp: Language, day: tuple[int, int, int], form: str) -> None:
    y, m, d = day
    th = "th" if 10 < d < 20 else {1: "st", 2: "nd", 3: "rd"}.get(d % 10, "th")
    rendered = form.format(y=y, m=m, d=d, month=MONTHS[m - 1], th=th)
    assert f"{y}-{m:02d}-{d:02d}" in [v for _, v in values(nlp, f"The war began on {rendered} in the east.")]


VOCABULARY = """
in on by the of and to from early late mid - – , . ( ) May July 14 4 1958 58 BC 490 the 3rd century years two a days
later ago next last that same Monday morning 10 : 30 p.m. Christmas quarter half 1960s '60s former
"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=25)


@settings(max_examples=60, deadline=None)
@given(words=WORDS)
def test_any_words_give_consistent_rows(nlp: Language, words: list[str]) -> None:
    text = " ".join(words)
    last = 0
    for d in dates_in(nlp, text, "1998-08-12"):
        assert text[d.start : d.end] == d.text
        assert d.start >= last
        last = d.end
        assert bool(d.edtf) == bool(d.earliest) == bool(d.latest)
        if d.earliest and not d.earliest.startswith("-") and not d.latest.startswith("-"):
            assert d.earliest <= d.latest
        meant = parse_timex(d.value)
        if meant is not None and d.edtf and "/" not in d.edtf and meant.season != "WI":
            assert d.edtf.rstrip("~") == edtf(meant)


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=80))
def test_no_text_crashes(text: str) -> None:
    doc = Doc(spacy.blank("en").vocab, words=text.split() or ["x"])
    find_dates(doc, DatesSettings())


@pytest.mark.parametrize("text", ["1" * 100_000, "(" * 20_000 + "1958", "1958 - " * 20_000, "May 5 , " * 20_000])
def test_pathological_input_takes_linear_time(text: str) -> None:
    nlp = spacy.blank("en")
    nlp.max_length = 10**7
    doc = Doc(nlp.vocab, words=text.split())
    start = time.process_time()
    find_dates(doc, DatesSettings())
    assert time.process_time() - start < 10


@given(st.integers(-300_000, 1_100_000))
def test_day_numbers_and_dates_are_inverse(n: int) -> None:
    assert days(*civil(n)) == n


@given(DAY)
def test_values_parse_back(day: tuple[int, int, int]) -> None:
    y, m, d = day
    for value in (
        f"{y}",
        f"{y}-{m:02d}",
        f"{y}-{m:02d}-{d:02d}",
        f"{y}-SU",
        f"{y}-Q{(m + 2) // 3}",
        f"BC{y % 900 + 1:04d}",
    ):
        time_ = parse_timex(value)
        assert time_ is not None and timex(time_) == value
        span = bounds(time_)
        assert span is not None and span[0] <= span[1]
        assert iso(span[0]) <= iso(span[1]) or iso(span[0]).startswith("-")


def test_timeml_round_trip(nlp: Language) -> None:
    text = STORY + ' "Q & A" <1961>\r\nBy early 1962 it was over.'
    rows = dates_in(nlp, text)
    xml = to_timeml(text, rows)
    back, again = from_timeml(xml)
    assert back == text
    keep = ("start", "end", "text", "type", "value", "mod")
    assert [[getattr(d, k) for k in keep] for d in again] == [[getattr(d, k) for k in keep] for d in rows]
    assert to_timeml(back, again) == xml


def test_broken_timeml_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="not well-formed"):
        from_timeml("<TimeML><TEXT>")


def test_a_mistake_in_the_patterns_names_file_and_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from pipeline.paths import models_dir

    for file in (models_dir() / "dates").iterdir():
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / "grammar.tsv").open("a", encoding="utf-8") as f:
        f.write("1\tY\tNOSUCH YEAR4\n")
    with pytest.raises(DataError, match=r"grammar\.tsv:\d+: unknown category NOSUCH"):
        load_grammar(str(tmp_path))

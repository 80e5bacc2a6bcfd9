"""What a user can rely on in the event table: sides, types, dates, factuality, who says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import pipeline.components  # noqa: F401  (registers the stages)
from pipeline.document import layout_of
from pipeline.errors import DataError
from pipeline.events import find_duplicates
from pipeline.events.confidence import confidence_of, load_weights
from pipeline.events.data import load_cues
from pipeline.events.dating import When, coarsen
from pipeline.events.parse import parse_of
from pipeline.events.reach import load_reach
from pipeline.paths import models_dir
from pipeline.schema import Event
from pipeline.settings import ActorsSettings, DatesSettings, EventsSettings


def events_of(nlp: Language, text: str) -> list[Event]:
    from pipeline.actors import find_actors
    from pipeline.dates import find_dates
    from pipeline.events import find_events

    doc = nlp(text)
    layout_of(doc)
    doc._.dates = find_dates(doc, DatesSettings())
    doc._.mentions, doc._.actors = find_actors(doc, ActorsSettings())
    return find_events(doc, EventsSettings())


def event(nlp: Language, text: str, trigger: str) -> Event:
    found = [e for e in events_of(nlp, text) if e.trigger == trigger]
    assert found, f"no event {trigger!r} in {text!r}"
    return found[0]


@pytest.mark.parametrize(
    ("text", "trigger", "source", "target"),
    [
        ("Iraq invaded Kuwait on August 2, 1990.", "invaded", "iraq", "kuwait"),
        ("Kuwait was invaded by Iraq on August 2, 1990.", "invaded", "iraq", "kuwait"),
        ("The Iraqi invasion of Kuwait began on August 2, 1990.", "invasion", "iraq", "kuwait"),
        ("France, which attacked Egypt in 1956, lost the peace.", "attacked", "france", "egypt"),
        ("France began attacking Egypt in November 1956.", "attacking", "france", "egypt"),
        ("Egypt signed a peace treaty with Israel in 1979.", "signed", "egypt", "israel"),
        ("Germany declared war on France and invaded Belgium in August 1914.", "invaded", "germany", "belgium"),
        ("In 1990 Iraq invaded Kuwait. Days later Kuwait refused.", "refused", "kuwait", "iraq"),
        ("China warned in 1950 that it would fight if India entered Korea.", "warned", "china", "india"),
    ],
)
def test_sides_follow_the_syntax(nlp: Language, text: str, trigger: str, source: str, target: str) -> None:
    e = event(nlp, text, trigger)
    assert e.source_ids == [source]
    assert e.target_ids == [target]


@pytest.mark.parametrize(
    ("text", "trigger", "source", "target"),
    [
        ("Iraq invaded Iran in 1980. A year later Iranian troops attacked an airfield.", "attacked", "iran", "iraq"),
        (
            "Iraq invaded Iran in 1980. Iran bombed Iraq. Algeria offered its good offices.",
            "offered",
            "algeria",
            "iran iraq",
        ),
        ("In 1980 Iraq invaded Iran. Iranian troops killed thousands of civilians.", "killed", "iran", ""),
        (
            "In Germany President Hindenburg hesitated. Brüning was dismissed in 1932.",
            "dismissed",
            "germany",
            "heinrich-bruning",
        ),
    ],
)
def test_other_events_tell_the_other_side(nlp: Language, text: str, trigger: str, source: str, target: str) -> None:
    e = next(e for e in events_of(nlp, text) if e.trigger.startswith(trigger))
    assert e.source_ids == [source]
    assert sorted(e.target_ids) == target.split()


def test_a_list_of_names_acts_together_however_it_is_parsed(nlp: Language) -> None:
    text = "In response, France, Great Britain, and Spain signed the Convention of London on October 31, 1861."
    assert event(nlp, text, "signed").source_ids == ["france", "united-kingdom", "spain"]


def test_a_mutual_act_has_both_parties_on_both_sides(nlp: Language) -> None:
    e = event(nlp, "Egypt and Israel signed a peace treaty in 1979.", "signed")
    assert set(e.source_ids) == set(e.target_ids) == {"egypt", "israel"}


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("France and Germany signed an armistice in 1940.", ["AGREE"]),
        ("The treaty between France and Spain, signed in May 1860, was short.", ["AGREE"]),
        ("France defeated Prussia in a series of battles in 1806.", ["ASSAULT"]),
        ("Iraq marked the anniversary of its invasion of Kuwait in 1991.", []),
        ("A man whom France could accept was found in 1806.", []),
    ],
)
def test_what_is_told_once_is_one_row(nlp: Language, text: str, types: list[str]) -> None:
    assert [e.event_type for e in events_of(nlp, text)] == types


def test_the_offsets_are_those_of_the_source_text(nlp: Language) -> None:
    text = "Iraq   invaded\nKuwait on August 2, 1990. The United Nations condemned the invasion."
    for e in events_of(nlp, text):
        assert text[e.start : e.end] == e.trigger


@pytest.mark.parametrize(
    ("text", "trigger", "edtf", "basis"),
    [
        ("On June 7, 1967, Iraq broke relations with the United States.", "broke", "1967-06-07", "clause"),
        ("In 1969 Iran abrogated the 1937 treaty with Iraq.", "abrogated", "1969", "clause"),
        ("Iraq invaded Kuwait on August 2, 1990. France condemned Iraq.", "condemned", "1990-08", "carried"),
        ("Israel attacked Egypt in 1956. France had recognized Israel.", "recognized", "1956", "carried"),
        ("Israel attacked Egypt in 1956. France had long recognized Israel.", "recognized", "", "none"),
        ("Germany responded with air attacks on France on May 3, 1940.", "responded", "1940-05-03", "clause"),
        ("In 1910 Japan and Korea met; France attacked Spain on May 3, 1912.", "met", "1910", "clause"),
        ("France attacked Spain; on May 3, 1912, Japan and Korea met.", "attacked", "", "none"),
        ("The Japanese attacked Korea during the war of 1894.", "attacked", "1894", "clause"),
        ("Japan and Korea signed the treaty of annexation on August 22, 1910.", "signed", "1910-08-22", "sentence"),
        ("France attacked Spain before Britain met Japan in May 1912.", "attacked", "", "none"),
    ],
)
def test_an_event_has_its_own_date(nlp: Language, text: str, trigger: str, edtf: str, basis: str) -> None:
    e = event(nlp, text, trigger)
    assert (e.date_edtf, e.date_basis) == (edtf, basis)


@pytest.mark.parametrize(
    ("text", "trigger", "factuality"),
    [
        ("Iraq attacked Iran in 1980.", "attacked", "asserted"),
        ("Iraq did not attack Iran in 1979.", "attack", "negated"),
        ("Iraq refused to attack Iran in 1979.", "attack", "negated"),
        ("Iraq planned to attack Iran in 1979.", "attack", "planned"),
        ("Iraq threatened to attack Iran in 1979.", "attack", "threatened"),
        ("Iran alleged that Iraq had attacked Kuwait.", "attacked", "alleged"),
        ("Iraq might attack Iran.", "attack", "hypothetical"),
        ("France was forced to cede Alsace to Germany in 1871.", "cede", "asserted"),
    ],
)
def test_factuality_is_read_from_what_governs_the_trigger(
    nlp: Language, text: str, trigger: str, factuality: str
) -> None:
    assert event(nlp, text, trigger).factuality == factuality


def test_whoever_says_so_is_named(nlp: Language) -> None:
    assert event(nlp, "Iran alleged that Iraq had attacked Kuwait in 1990.", "attacked").claimed_by == "iran"
    assert event(nlp, "Iraq attacked Kuwait in 1990.", "attacked").claimed_by == ""


def test_a_verb_after_dashes_gets_its_subject_back(nlp: Language) -> None:
    doc = nlp(
        "On June 10 the Iraqi government—which had amassed troops in the north—arrested members of the delegation."
    )
    parse = parse_of(doc)
    arrested = parse.lower.index("arrested")
    assert parse.lower[parse.kids(arrested, "nsubj")[0]] == "government"


def telling(**changes: object) -> Event:
    values: dict[str, object] = {
        "event_id": "a:e0-7-ASSAULT",
        "doc_id": "a",
        "sentence_id": "a:s0",
        "start": 0,
        "end": 7,
        "trigger": "invaded",
        "event_type": "ASSAULT",
        "mode": "",
        "cameo": "",
        "quad_class": 4,
        "goldstein": -10.0,
        "source_ids": ["iraq"],
        "source_sectors": [],
        "source_text": "Iraq",
        "target_ids": ["kuwait"],
        "target_sectors": [],
        "target_text": "Kuwait",
        "place_id": "",
        "place_text": "",
        "date_edtf": "1990-08-02",
        "date_start": "1990-08-02",
        "date_end": "1990-08-02",
        "date_id": "",
        "date_basis": "clause",
        "factuality": "asserted",
        "claimed_by": "",
        "confidence": 0.8,
        "duplicate_of": "",
        "evidence": "",
    }
    return Event(**{**values, **changes})  # type: ignore[arg-type]


def test_a_second_telling_points_to_the_first_across_texts() -> None:
    first = telling()
    second = telling(event_id="b:e9-17-ASSAULT", doc_id="b", sentence_id="b:s0", trigger="invasion")
    find_duplicates([first, second])
    assert (first.duplicate_of, second.duplicate_of) == ("", first.event_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"date_start": "1990-08-03", "date_end": "1990-08-03"},
        {"target_ids": ["iran"]},
        {"event_type": "CONSULT"},
        {"factuality": "planned"},
        {"trigger": "bombed"},
    ],
)
def test_different_events_are_never_joined(changes: dict[str, object]) -> None:
    other = telling(event_id="b:e9-17-X", doc_id="b", sentence_id="b:s0", **changes)
    find_duplicates([telling(), other])
    assert other.duplicate_of == ""


@given(st.dates(), st.booleans())
def test_a_carried_date_covers_the_day_it_comes_from(day: object, year: bool) -> None:
    iso = str(day)
    wide = coarsen(When(iso, iso, iso, "d", "carried"), year)
    assert wide.start <= iso <= wide.end
    assert coarsen(wide, year) == wide


@given(st.lists(st.sampled_from(sorted(load_weights())), unique=True))
def test_confidence_is_a_probability(known: list[str]) -> None:
    assert 0 <= confidence_of(known) <= 1


def test_a_mistake_in_the_cue_words_is_named(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "cues.toml"
    path.write_text('[arguments]\nsubject_control = "promise"\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"cues\.toml"):
        load_cues(path)


@pytest.mark.parametrize(
    ("line", "bad", "message"),
    [
        ("memory = 12", "", "memory is missing"),
        ("acts = 8", "acts = 8.5", "acts must be a whole number"),
        ("[story]", "[tale]", "story"),
    ],
)
def test_a_mistake_in_the_distances_is_named(tmp_path: object, line: str, bad: str, message: str) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "reach.toml"
    good = (models_dir() / "events" / "reach.toml").read_text(encoding="utf-8")
    path.write_text(good.replace(line, bad), encoding="utf-8")
    with pytest.raises(DataError, match=rf"reach\.toml.*{message}"):
        load_reach(path)


def test_an_empty_text_has_no_events(nlp: Language) -> None:
    assert events_of(nlp, "Nothing happened here.") == []
    assert isinstance(nlp("x"), Doc)


@pytest.mark.parametrize(
    ("text", "trigger", "source", "target"),
    [
        (
            "France was at war with Prussia; in 1870 Russia attacked Italy.",
            "attacked",
            "russia",
            "italy",
        ),
        ("The dispute went to the United Nations, where France attacked Iraq in 1960.", "attacked", "france", "iraq"),
        ("Iraq had Kuwait invaded in 1990.", "invaded", "iraq", "kuwait"),
        ("Iraq persuaded Syria to attack Israel in 1967.", "attack", "syria", "israel"),
        ("When Syria asked for help in 1960, Egypt refused.", "refused", "egypt", "syria"),
        ("Iraq, to which Syria appealed in 1961, did nothing.", "appealed", "syria", "iraq"),
        ("Tonga withdrew from its agreement with the United Kingdom in 1970.", "withdrew", "tonga", "united-kingdom"),
        (
            "The United States opened an embassy in Egypt in 1950 with Paul Smith, Jr., as Consul.",
            "opened",
            "united-states",
            "egypt",
        ),
        ("Spain promised in 1800 to return Louisiana to France.", "promised", "spain", "france"),
        ("Iraqi troops loyal to Saddam Hussein attacked Kuwait in 1990.", "attacked", "iraq", "kuwait"),
        (
            "Egypt proposed an alliance to Syria in 1955, a plan that Syria rejected.",
            "rejected",
            "syria",
            "egypt",
        ),
        ("Egypt sent a fleet across the Atlantic against Spain in 1800.", "sent", "egypt", "spain"),
    ],
)
def test_sides_that_the_parse_hides(nlp: Language, text: str, trigger: str, source: str, target: str) -> None:
    e = event(nlp, text, trigger)
    assert source in e.source_ids
    assert e.target_ids == [target]


@pytest.mark.parametrize(
    ("text", "trigger", "factuality"),
    [
        ("The envoys met Stalin in 1948; he hinted that he might attack.", "met", "asserted"),
        ("France was able to invade Spain in 1823.", "invade", "asserted"),
        ("The French were not successful in occupying Spain in 1823.", "occupying", "negated"),
        ("France did not recognize Iraq until May 1925.", "recognize", "asserted"),
        ("Truman ordered the fleet to attack Korea in 1950.", "attack", "asserted"),
        ("France neither attacked Spain nor recognized Mexico in 1823.", "recognized", "negated"),
        ("Japan allowed France to attack Korea in 1860.", "attack", "asserted"),
        ("Japan would allow France to attack Korea.", "attack", "hypothetical"),
        ("The treaty of 1980 confirmed Iraq's right to attack Iran.", "attack", "hypothetical"),
        ("According to Iran, Iraq attacked Kuwait in 1990.", "attacked", "alleged"),
    ],
)
def test_what_clauses_make_of_an_event(nlp: Language, text: str, trigger: str, factuality: str) -> None:
    assert event(nlp, text, trigger).factuality == factuality


@pytest.mark.parametrize(
    ("text", "trigger", "date"),
    [
        ("The treaty, dated April 30, 1803, was signed on May 2, 1803.", "signed", "1803-05-02"),
        ("Zhou Enlai walked out of the Soviet party congress in October 1961.", "walked out", "1961-10"),
    ],
)
def test_of_two_words_near_a_date_the_right_one_is_dated(nlp: Language, text: str, trigger: str, date: str) -> None:
    assert event(nlp, text, trigger).date_edtf == date


def test_mediators_stand_between_those_that_fight(nlp: Language) -> None:
    text = "Iraq invaded Iran in 1980. Iran attacked Iraq in 1982. In 1983 Turkey offered to mediate."
    offer = event(nlp, text, "offered")
    assert offer.source_ids == ["turkey"]
    assert sorted(offer.target_ids) == ["iran", "iraq"]

"""What a political scientist can rely on when reading, editing or replacing the ontology."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

import pipeline.components  # noqa: F401  (registers the stages)
from pipeline.errors import DataError
from pipeline.events.ontology import Coding, Frame, Ontology, load_ontology
from pipeline.events.ontology_check import check, predicates_in
from pipeline.paths import models_dir

OWN = Path(__file__).parent / "data" / "own_ontology"
PLOVER = [
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "INVESTIGATE",
    "DEMAND",
    "DISAPPROVE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def phrase(words: str) -> tuple[str, frozenset[str]]:
    """A phrase whose last word is its head."""
    return words.split()[-1], frozenset(words.split())


def verb(lemma: str, obj: str = "", *, kind: str = "", subject: str = "", clause: str = "", **preps: str) -> Frame:
    head, words = phrase(obj) if obj else ("", frozenset())
    return Frame(
        lemma,
        "VERB",
        object=head,
        object_words=words,
        object_kind=kind,
        subject=subject,
        subject_words=frozenset(subject.split()),
        preps={p.removesuffix("_"): phrase(w) for p, w in preps.items()},
        xcomp=Frame(clause, "VERB") if clause else None,
    )


def noun(lemma: str, **preps: str) -> Frame:
    return Frame(lemma, "NOUN", preps={p.removesuffix("_"): phrase(w) for p, w in preps.items()})


def code(ontology: Ontology, frame: Frame) -> Coding:
    coding = ontology.code(frame)
    assert coding is not None, frame
    return coding


def test_types_are_plovers_and_govern(ontology: Ontology) -> None:
    assert set(ontology.types) == {*PLOVER, "GOVERN"}


@pytest.mark.parametrize(
    ("frame", "event_type"),
    [
        # One verb, several acts: the object decides.
        (verb("withdraw", "ambassador", from_="washington"), "SANCTION"),
        (verb("withdraw", "combat troop", from_="iraq"), "RETREAT"),
        (verb("withdraw", "recognition"), "SANCTION"),
        (verb("sign", "peace treaty", with_="israel"), "AGREE"),
        (verb("sign", "civil rights act"), "GOVERN"),
        (verb("break off", "diplomatic relation", with_="france"), "SANCTION"),
        (verb("break", "ceasefire"), "ASSAULT"),
        (verb("recognize", "kuwait", kind="STATE"), "SUPPORT"),
        (verb("establish", "diplomatic relation"), "SUPPORT"),
        (verb("establish", "special committee"), "GOVERN"),
        (verb("present", "credential", to="king"), "SUPPORT"),
        (verb("take", "power"), "GOVERN"),
        (verb("take", "city", kind="PLACE"), "ASSAULT"),
        (verb("open", "fire", on="crowd"), "ASSAULT"),
        (verb("open", "embassy", in_="chad"), "SUPPORT"),
        (verb("hold", "secret talk", with_="israel"), "CONSULT"),
        (verb("hold", "election"), "GOVERN"),
        (verb("hand over", "key", to="ambassador"), "CONCEDE"),
        (verb("declare", "war", on="serbia"), "ASSAULT"),
        (verb("declare", "martial law"), "COERCE"),
        (verb("declare", "independence", from_="congo"), "GOVERN"),
        (verb("nationalize", "company"), "GOVERN"),
        (verb("nationalise", "company"), "GOVERN"),
        # What is promised, threatened or refused.
        (verb("agree", clause="withdraw"), "AGREE"),
        (verb("refuse", clause="pay"), "REJECT"),
        (verb("threaten", clause="attack"), "THREATEN"),
        # Nouns.
        (noun("overthrow", of="iraqi monarchy"), "GOVERN"),
        (noun("invasion", of="kuwait"), "ASSAULT"),
        (noun("withdrawal", of="soviet troop", from_="egypt"), "RETREAT"),
        (noun("resignation"), "GOVERN"),
        (noun("nationalisation", of="oil company"), "GOVERN"),
    ],
)
def test_coding_follows_what_the_predicate_governs(ontology: Ontology, frame: Frame, event_type: str) -> None:
    assert code(ontology, frame).event_type == event_type


@pytest.mark.parametrize(
    "frame",
    [
        verb("say"),
        verb("believe", "rumour"),
        verb("be", "king"),
        verb("hold", "view"),
        verb("meet", "need"),
        verb("support", "thesis"),
        verb("make", "mistake"),
        noun("economy"),
    ],
)
def test_states_opinions_and_idioms_are_no_events(ontology: Ontology, frame: Frame) -> None:
    assert ontology.code(frame) is None


def test_sides_of_nouns_follow_their_prepositions(ontology: Ontology) -> None:
    overthrow = code(ontology, noun("overthrow", of="monarchy"))
    assert overthrow.target[0] == "prep:of" and "prep:of" not in overthrow.source
    withdrawal = code(ontology, noun("withdrawal", of="troop", from_="egypt"))
    assert "prep:of" in withdrawal.source and withdrawal.target[0] == "prep:from"


def test_mutual_acts_are_reciprocal(ontology: Ontology) -> None:
    assert code(ontology, verb("meet", "envoy", kind="PERSON")).reciprocal
    assert not code(ontology, verb("invade", "kuwait", kind="STATE")).reciprocal


def test_codes_scores_and_classes_belong_together(ontology: Ontology) -> None:
    coding = code(ontology, verb("sign", "treaty"))
    assert (coding.cameo, coding.goldstein, coding.quad_class) == ("057", 8.0, 1)
    assert code(ontology, verb("dismiss", "minister", kind="PERSON")).quad_class == 0


def test_a_named_word_outweighs_a_class(ontology: Ontology) -> None:
    # An ultimatum is a demand, but the entry for ultimatums says more.
    assert code(ontology, verb("deliver", "ultimatum", to="serbia")).event_type == "THREATEN"


def test_a_particle_the_lexicon_lacks_is_passed_over(ontology: Ontology) -> None:
    assert ontology.code(verb("invade across", "poland")) == ontology.code(verb("invade", "poland"))


def test_lower_layers_are_less_sure(ontology: Ontology) -> None:
    by_layer = {e.layer: e.confidence for e in ontology.entries if e.event_type and not e.requirements}
    assert by_layer["lexicon"] > by_layer["derived"]


def test_trigger_lemmas_are_those_that_can_denote_events(ontology: Ontology) -> None:
    assert ontology.is_trigger_lemma("invade", "VERB") and ontology.is_trigger_lemma("coup", "NOUN")
    assert not ontology.is_trigger_lemma("believe", "VERB") and not ontology.is_trigger_lemma("invade", "NOUN")


@given(
    lemma=st.sampled_from(["sign", "take", "withdraw", "recognize", "meet", "attack", "say", "zzz"]),
    words=st.frozensets(st.sampled_from(["treaty", "troop", "power", "office", "relation", "Ω", "war"]), max_size=4),
    negated=st.booleans(),
    passive=st.booleans(),
)
def test_any_frame_is_coded_the_same_way_twice(lemma: str, words: frozenset[str], negated: bool, passive: bool) -> None:
    ontology = load_ontology()
    head = min(words, default="")
    frame = Frame(lemma, "VERB", object=head, object_words=words, negated=negated, passive=passive)
    first = ontology.code(frame)
    assert first == ontology.code(frame)
    assert first is None or (first.event_type in ontology.types and 0 < first.confidence <= 1)
    assert first is None or ontology.is_trigger_lemma(lemma, "VERB")


def test_every_example_is_coded_by_its_own_entry(ontology: Ontology, nlp: Language) -> None:
    assert [str(p) for p in check(ontology, nlp)] == []


def test_the_check_reports_an_example_that_does_not_fit(tmp_path: Path, nlp: Language) -> None:
    folder = copy(OWN, tmp_path)
    edit(folder / "lexicon" / "predicates.tsv", "Gregory excommunicated Henry.", "Gregory crowned Henry.")
    (problem,) = check(Ontology(folder), nlp)
    assert problem.line == 7 and problem.found == ("crown/verb/CROWN",)


def test_an_ontology_of_ones_own(nlp: Language) -> None:
    own = load_ontology(str(OWN))
    assert set(own.types) == {"CROWN", "ENDOW", "EXCOMMUNICATE", "FIGHT"}
    assert check(own, nlp) == []
    gift = code(own, verb("give", "land", to="abbey"))
    assert (gift.event_type, gift.target, gift.goldstein, gift.cameo) == ("ENDOW", ("prep:to",), 6.0, "")
    assert own.code(verb("give", "answer", to="abbey")) is None
    assert own.code(verb("sign", "treaty")) is None


def copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "ontology"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\tEXCOMMUNICATE\t", "\tCURSE\t", r"predicates.tsv:7: unknown type 'CURSE'"),
        ("\tGIFT\t", "\tGIFTS\t", r"predicates.tsv:5: unknown word class GIFTS"),
        ("election\tnoun", "election\tnown", r"predicates.tsv:4: pos is 'nown'"),
        ("coronation\t", "tonsure\t", r"predicates.tsv:3: unknown mode 'tonsure'"),
        ("prep:by\tprep:of", "prep:by\tpatient", r"predicates.tsv:4: unknown role 'patient'"),
        ("The Normans besieged Bari.", "", r"predicates.tsv:8: no example"),
        ("besiege|attack", "besiege||attack", r"predicates.tsv:8: '' is no lemma"),
        ("excommunicate\tverb", "crown\tverb", r"predicates.tsv:7: same predicate and conditions"),
        ("found\tverb", "found", r"predicates.tsv:6: 12 cells where the header has 13"),
        ("target\tfactuality", "target", r"predicates.tsv:2: columns must be"),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = copy(OWN, tmp_path)
    edit(folder / "lexicon" / "predicates.tsv", old, new)
    with pytest.raises(DataError, match=message):
        Ontology(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("types.toml", "quad_class = 4", "quad_class = 5", r"types.toml: \[types.FIGHT\] quad_class"),
        ("types.toml", "goldstein = -10.0", "goldstein = -11", r"types.toml: \[types.FIGHT\] goldstein"),
        ("types.toml", "[types.FIGHT]", "[types.FIGHT", r"types.toml: .*line 29"),
        ("classes.toml", '"mill"', '"MILLS"', r"classes.toml: GIFT names the class MILLS"),
    ],
)
def test_mistakes_in_toml_are_named(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    folder = copy(OWN, tmp_path)
    edit(folder / file, old, new)
    with pytest.raises(DataError, match=message):
        Ontology(folder)


def test_an_empty_folder_is_no_ontology(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"types.toml: missing"):
        load_ontology(str(tmp_path))


def test_the_lexicon_is_large_and_every_file_holds_its_own_type() -> None:
    ontology = load_ontology()
    made_by_hand = {
        (lemma, e.pos) for e in ontology.entries if e.layer == "lexicon" and e.event_type for lemma in e.lemmas
    }
    assert len(made_by_hand) > 900
    folder = models_dir() / "ontology" / "lexicon"
    strays = [e.id for e in ontology.entries if e.path.parent == folder and e.path.stem != e.event_type.lower()]
    assert strays == []


INTENTIONS = [
    ("Norway is willing to send aid to Liberia.", "AGREE"),
    ("Norway is not willing to send aid to Liberia.", "REJECT"),
    ("Norway was reluctant to recognize Liberia.", "REJECT"),
    ("Finland will give aid to Tanzania.", "AGREE"),
    ("Finland will not recognize Tanzania.", "REJECT"),
    ("Kenya may expel the British ambassador.", "THREATEN"),
    ("Kenya is to expel the British ambassador.", "THREATEN"),
    ("Turkey is considering recognizing Armenia.", "AGREE"),
    ("France was unhappy about the British plan.", "DISAPPROVE"),
]


IDIOMS = [
    ("Canada announced plans to give Haiti aid.", "AGREE"),
    ("Chad announced plans to expel the envoys.", "THREATEN"),
    ("Egypt closed down the newspaper.", "COERCE"),
    ("Cuba came to the defence of Venezuela.", "SUPPORT"),
    ("Crowds demonstrated in Rome.", "PROTEST"),
    ("The rebels retreated into Chad.", "RETREAT"),
]


def types_in(sentence: str, nlp: Language, ontology: Ontology) -> set[str]:
    return {p.coding.event_type for p in predicates_in(nlp(sentence), ontology)}


@pytest.mark.parametrize(("sentence", "event_type"), INTENTIONS + IDIOMS)
def test_sentences_as_the_news_has_them(sentence: str, event_type: str, nlp: Language, ontology: Ontology) -> None:
    assert event_type in types_in(sentence, nlp, ontology)


@pytest.mark.parametrize(
    "sentence",
    [
        "Finland gave aid to Tanzania.",
        "The king was pleased.",
        "If Kenya may expel him, he stays.",
        "Poverty threatens peace.",
        "We must fight hunger.",
    ],
)
def test_a_plain_or_subordinate_clause_announces_nothing(sentence: str, nlp: Language, ontology: Ontology) -> None:
    assert not {"AGREE", "THREATEN", "REJECT"} & types_in(sentence, nlp, ontology)


@pytest.mark.parametrize(
    ("sentence", "event_type"),
    [
        ("Syrian troops pulled out of the port.", "RETREAT"),
        ("Militiamen set ablaze a village.", "COERCE"),
        ("The two presidents sat down together for talks.", "CONSULT"),
    ],
)
def test_particles_count_however_they_are_parsed(
    sentence: str, event_type: str, nlp: Language, ontology: Ontology
) -> None:
    assert event_type in types_in(sentence, nlp, ontology)

"""The parts of the actors stage that need no language model: own actors, names, weights, word lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline.actors.find import method_scores
from pipeline.actors.lexicon import load_lexicon
from pipeline.actors.own import load_own, parse_own
from pipeline.actors.ranker import load_selection, load_weights
from pipeline.actors.readings import load_bridges
from pipeline.actors.referents import is_short_for, name_words
from pipeline.document import layout_of
from pipeline.errors import DataError
from pipeline.paths import models_dir

WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8), min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[actor]]\nname = "A"\ntype = "PERSON"\n\n[[actor]]\nname = "B"\n', r"line 5.*lacks type"),
        ('[[actor]]\nname = "A"\ntype = "WIZARD"\n', r"line 1.*WIZARD"),
        ('\n[[actor]]\nname = "A"\ntype = "PERSON"\nage = 3\n', r"line 2.*'age'"),
        ('[[actors]]\nname = "A"\n', r"line 1: unknown table 'actors'"),
        ('[[actor]]\nname = "A\n', r"line 2"),
        ('[[merge]]\nkeep = "a"\ndrop = ["a"]\n', r"line 1.*already"),
        ('[[merge]]\nkeep = "a"\ndrop = ["b"]\n[[merge]]\nkeep = "b"\ndrop = ["a"]\n', r"circle"),
        (
            '[[actor]]\nname = "A"\ntype = "PERSON"\naliases = ["X"]\n'
            '[[actor]]\nname = "B"\ntype = "PERSON"\naliases = ["X"]\n',
            r"line 5.*'X' already",
        ),
        ('never = "A"\n', r"never must be a list"),
    ],
)
def test_mistakes_in_own_actors_name_the_line(text: str, message: str) -> None:
    with pytest.raises(DataError, match=r"actors\.toml") as caught:
        parse_own(text, "actors.toml")
    assert re.search(message, str(caught.value)), caught.value


def test_split_gives_names_to_a_new_actor() -> None:
    own = parse_own('[[split]]\nnames = ["Abdul Rahman Arif"]\ninto = "Abdul Rahman Arif"\ncountry = "IRQ"', "a.toml")
    assert own.names["abdul rahman arif"] == "abdul-rahman-arif"
    assert own.actors["abdul-rahman-arif"].country == "IRQ"


def test_missing_file_of_own_actors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.toml"):
        load_own(str(tmp_path / "nowhere.toml"))
    assert load_own("").names == {}


@given(WORDS)
def test_a_name_is_short_for_itself_and_its_surname_for_it(words: tuple[str, ...]) -> None:
    assert is_short_for(words, words)
    assert is_short_for(words[-1:], words)
    assert not is_short_for((*words, "more"), words)


@given(WORDS.filter(lambda words: len(words) > 1), st.sampled_from(sorted(load_lexicon().suffixes)))
def test_generational_suffixes_do_not_count(words: tuple[str, ...], suffix: str) -> None:
    assert name_words(" ".join([*words, suffix]), load_lexicon()) == name_words(" ".join(words), load_lexicon())


def test_the_number_of_a_ruler_counts() -> None:
    george = name_words("George III", load_lexicon())
    assert not is_short_for(george, name_words("George Washington", load_lexicon()))
    assert is_short_for(name_words("George", load_lexicon()), george)


def test_weights_are_numbers_for_every_class_of_pronoun() -> None:
    classes = {entry[0] for entry in load_lexicon().pronouns.values()}
    assert classes <= load_weights().keys()


def test_mistakes_in_the_table_of_places_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "selection.tsv").write_text("place\tactor\ninvade nsubj\tmuch\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2"):
        load_selection(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "find", "put", "message"),
    [
        ("nominals.tsv", "\tstaff\t", "\tstuff\t", "link 'stuff'"),
        ("titles.tsv", "king|head_of_state\tGOV\tm", "king|head_of_state\tGOV\tx", "gender 'x'"),
        ("words.toml", "never = [", "nevermore = [", "'never'"),
        ("metonyms.tsv", "\t1918\t", "\tlate\t", "years"),
    ],
)
def test_mistakes_in_word_lists_are_reported(tmp_path: Path, name: str, find: str, put: str, message: str) -> None:
    for path in (models_dir() / "actors").iterdir():
        text = path.read_text(encoding="utf-8")
        assert path.name != name or find in text
        (tmp_path / path.name).write_text(text.replace(find, put, 1) if path.name == name else text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(name)) as caught:
        load_lexicon(str(tmp_path))
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_text_without_words_has_no_sentences(text: str) -> None:
    assert layout_of(spacy.blank("en")(text)).sentences == []


@given(st.floats(0.02, 0.98))
def test_what_the_ranker_says_can_be_told_from_the_score(said: float) -> None:
    scores = method_scores()
    assert scores.said(scores.of("pronoun", "ranker", said)) == pytest.approx(said, abs=0.02)


def test_rules_without_a_rate_of_their_own_have_that_of_their_kind() -> None:
    scores = method_scores()
    assert scores.of("name", "no such rule") == scores.rates["name"]
    assert all(0 < rate < 1 for rate in scores.rates.values())


def test_weights_of_descriptions_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    (tmp_path / "bridges.toml").write_text('threshold = 0.35\n[weights]\nrule = "much"\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"bridges\.toml"):
        load_bridges(str(tmp_path))

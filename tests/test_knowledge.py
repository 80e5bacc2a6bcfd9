"""What a linker can rely on in the knowledge base."""

import pytest

from pipeline.actors.knowledge import Knowledge, load_knowledge
from pipeline.errors import DataError


@pytest.fixture(scope="module")
def kb() -> Knowledge:
    return load_knowledge()


def test_pronoun_is_no_state(kb: Knowledge) -> None:
    assert kb.lookup("U.S.")[0].entity_id == "united-states"
    assert kb.lookup("us") == []


@pytest.mark.parametrize(
    ("word", "date", "state"),
    [
        ("Soviet", "", "soviet-union"),
        ("Turkish", "1877", "ottoman-empire"),
        ("Turkish", "1952", "turkey"),
        ("Russian", "1904", "russia"),
        ("Ceylonese", "1956", "sri-lanka"),
    ],
)
def test_demonym_of_its_time(kb: Knowledge, word: str, date: str, state: str) -> None:
    assert kb.demonym(word, date) == state


def test_capital_of_its_time(kb: Knowledge) -> None:
    assert kb.capital_state("Moscow", "1962-10-22") == "soviet-union"
    assert kb.capital_state("Moscow", "2003") == "russia"


def test_envoy_on_a_day(kb: Knowledge) -> None:
    found = kb.holders("ambassador", "USA", "1963-08-01", "1963-08-31", to_country="iraq")
    assert kb.entity(found[0].person).name == "Robert C. Strong"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "used"),
    [
        (["United", "States", ",", "Congress"], 2),
        (["Martin", "Luther", "King", ",", "Jr."], 5),
        (["Dar", "es", "Salaam"], 3),
    ],
)
def test_a_comma_parts_names(kb: Knowledge, words: list[str], used: int) -> None:
    assert kb.longest_match(words, 0)[0] == used


def test_longest_name_wins(kb: Knowledge) -> None:
    tokens = ["Soviet", "Union", "and", "the", "United", "States", "of", "America"]
    assert kb.longest_match(tokens, 0)[0] == 2
    assert kb.longest_match(tokens, 4)[0] == 4
    assert kb.longest_match(tokens, 2) == (0, [])


def test_missing_tables_are_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError, match="make knowledge"):
        load_knowledge(str(tmp_path))


def test_a_capital_can_be_one_twice() -> None:
    kb = load_knowledge()
    assert [kb.capital_state("Belgrade", year) for year in ("1914", "1960", "2011")] == [
        "serbia",
        "yugoslavia",
        "serbia",
    ]

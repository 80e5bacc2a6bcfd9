"""How the knowledge base is made: curated tables are checked, persons merged on evidence, ids kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.actors.names import is_acronym, key, skeleton
from pipeline.errors import DataError
from scripts.knowledge.curated import aliases, read_rows, states
from scripts.knowledge.merge import merge
from scripts.knowledge.offices import office_of, office_patterns, roles_in
from scripts.knowledge.records import AliasRecord, PersonRecord, RoleRecord
from scripts.knowledge.tables import Ids

FOLDER = Path(__file__).parent.parent / "models" / "knowledge"


def person(source: str, name: str, office: str, start: str, end: str, **facts: str) -> PersonRecord:
    role = RoleRecord(office, "", "IRQ", "", start, end, "exact", "exact")
    return PersonRecord([source], name, name.split()[-1], [AliasRecord(name)], [role], "IRQ", **facts)


def test_a_name_alone_merges_nobody() -> None:
    first = person("a:1", "John Foster", "foreign_minister", "1892-06-29", "1893-02-23")
    later = person("b:1", "John Foster", "ambassador", "1979-01-01", "1981-01-01")
    assert len(merge([[first], [later]])) == 2


def test_name_and_office_merge() -> None:
    first = person("a:1", "Hashim Jawad", "foreign_minister", "1959-02-07", "1963-02-08")
    same = person("b:1", "H. Jawad", "foreign_minister", "1960-01-01", "1962-01-01")
    merged = merge([[first], [same]])
    assert [p.sources for p in merged] == [["a:1", "b:1"]]


def test_years_of_birth_keep_namesakes_apart() -> None:
    father = person("a:1", "Ali Hasan", "minister", "1950-01-01", "1951-01-01", born="1890")
    son = person("b:1", "Ali Hasan", "minister", "1950-06-01", "1952-01-01", born="1925")
    assert len(merge([[father], [son]])) == 2


def test_another_transliteration_of_the_same_ruler_merges() -> None:
    first = person("a:1", "Abd al-Karim Qasim", "head_of_government", "1958-07-14", "1963-02-08")
    same = person("b:1", "Karrim Kassem", "leader", "1958-07-14", "1963-02-08")
    assert len(merge([[first], [same]])) == 1


def test_a_visitor_is_the_leader_of_that_time_and_name_only() -> None:
    leader = person("reign:IRQ:Jawad", "Hashim Jawad", "leader", "2014-06-08", "")
    before = person("reign:IRQ:Sadr", "Hashim Sadr", "leader", "1970-10-15", "1981-10-06")
    visitor = person("visits:IRQ:Hashim Jawwad", "Hashim Jawwad", "president", "2019", "2023")
    assert [p.sources for p in merge([[leader, before], [visitor]])] == [
        ["reign:IRQ:Jawad", "visits:IRQ:Hashim Jawwad"],
        ["reign:IRQ:Sadr"],
    ]


def test_ids_survive_a_rebuild(tmp_path: Path) -> None:
    lock = tmp_path / "ids.lock.tsv"
    before = Ids(lock)
    assert before.give(["x:1"], "John Smith", ["USA"]) == "john-smith"
    assert before.give(["x:2"], "John Smith", ["USA"]) == "john-smith-usa"
    before.write()
    after = Ids(lock)
    assert after.give(["x:2"], "Johnny Smith", []) == "john-smith-usa"
    assert after.give(["x:3"], "John Smith", []) == "john-smith-2"


def test_curated_mistakes_are_named_with_their_line(tmp_path: Path) -> None:
    header = "name\tcode\tstart\tend\tadjectives\tpeople\taliases\tcapitals\trank\n"
    (tmp_path / "states.tsv").write_text(header + "Iraq\tIRQ\t1921\t\t\t\t\t\tbest\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"states\.tsv, line 2: rank 'best'"):
        states(tmp_path)
    (tmp_path / "states.tsv").write_text(header + "Iraq\tIRQ\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2: 2 cells, 9 wanted"):
        list(read_rows(tmp_path / "states.tsv", header.replace("\t", " ").strip()))
    with pytest.raises(DataError, match="from/to"):
        aliases("Zaire@1971", "", "here")


@pytest.mark.parametrize(
    ("title", "office"),
    [
        ("Iraqi Foreign Minister", "foreign_minister"),
        ("Deputy Foreign Minister", "deputy"),
        ("Assistant Secretary of State for African Affairs", "deputy"),
        ("Secretary of State", "foreign_minister"),
        ("President of the Council of Ministers", "head_of_government"),
        ("Ambassador to the United Nations", "un_representative"),
        ("Chargé d’Affaires in Iraq", "charge_d_affaires"),
        ("Special Representative of the President", "official"),
    ],
)
def test_office_of_a_title(title: str, office: str) -> None:
    assert office_of(title, office_patterns(FOLDER / "offices.toml")) == office


def test_roles_of_a_description() -> None:
    text = "Foreign Minister of Iraq until February 8, 1963; thereafter Ambassador to Iran"
    first, second = roles_in(text, ("1961", "1963"), office_patterns(FOLDER / "offices.toml"), lambda t, y: ("IRQ", ""))
    assert (first.office, first.start, first.end, first.end_basis) == ("foreign_minister", "", "1963-02-08", "exact")
    assert (second.office, second.start) == ("ambassador", "1963-02-08")


@given(st.text(max_size=40))
def test_key_is_stable(text: str) -> None:
    assert key(key(text)) in (key(text), key(text).removeprefix("the "))
    assert key(text.upper().lower()) == key(text.lower()) or not text.isascii()


@given(st.sampled_from(["Abd al-Karim Qasim", "Nikita Khrushchev", "Chiang Kai-shek"]), st.booleans())
def test_skeleton_ignores_case_and_articles(name: str, upper: bool) -> None:
    assert skeleton(name.upper() if upper else name.replace("al-", "el-")) == skeleton(name)
    assert not is_acronym(name)

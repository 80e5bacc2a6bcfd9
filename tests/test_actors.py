"""Mentions of actors and where they lead, on sentences about several countries and centuries."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.actors import find_actors
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.document import Document, layout_of
from pipeline.read.structure import paragraphs
from pipeline.schema import Actor, Mention
from pipeline.settings import ActorsSettings, DatesSettings

Read = tuple[list[Mention], dict[str, Actor], str]


def read(nlp: Language, text: str, own: str = "") -> Read:
    """Mentions and actors of a text."""
    doc = nlp(text)
    layout_of(doc)
    doc._.dates = find_dates(doc, DatesSettings())
    mentions, actors = find_actors(doc, ActorsSettings(own=own))
    return mentions, {a.actor_id: a for a in actors}, text


def led_to(result: Read, words: str, nth: int = 0) -> set[str]:
    """Names of the actors to which the n-th occurrence of some words leads, aliases included."""
    mentions, actors, text = result
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    hits = [m for m in mentions if m.start < at + len(words) and at < m.end]
    exact = [m for m in hits if m.text == words] or hits
    return {n for m in exact for a in m.actor_id for n in (actors[a].name, *actors[a].aliases)}


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("In 1904 the Japanese attacked Port Arthur.", "Japanese", "Japan"),
        ("In 1962 Soviet troops arrived in Cuba.", "Soviet", "Soviet Union"),
        ("In 1962 Soviet troops arrived in Cuba.", "Soviet troops", "Soviet Union"),
        ("In July 1958 the Iraqi government fell.", "the Iraqi government", "Iraq"),
        ("In 1956 Washington warned London and Paris.", "Washington", "United States"),
        ("In 1854 he asked for help, but London was not willing to give it.", "London", "United Kingdom"),
        ("In 1950 General Douglas A. MacArthur directed Tokyo to raise a police force.", "Tokyo", "Japan"),
        ("In 1950 General Douglas A. MacArthur left for Tokyo.", "Tokyo", "Tokyo"),
        ("In 1950 General Douglas A. MacArthur left for Tokyo.", "MacArthur", "Douglas MacArthur"),
        ("In 1823 President James Monroe spoke.", "James Monroe", "James Monroe"),
        ("In 1967 President Johnson met Premier Alexei Kosygin.", "Johnson", "Lyndon B. Johnson"),
        ("In 1867 President Johnson bought Alaska.", "Johnson", "Andrew Johnson"),
        ("The Treaty of Portsmouth ended the war in 1905.", "Treaty of Portsmouth", "Treaty of Portsmouth"),
        ("In 1986 the Kremlin offered talks.", "Kremlin", "Soviet Union"),
        ("In 1956 the Eisenhower administration protested.", "Eisenhower administration", "Eisenhower administration"),
        ("In 1960 South Kasai declared its independence.", "South Kasai", "South Kasai"),
    ],
)
def test_names_lead_to_the_actor_of_the_time(nlp: Language, text: str, words: str, name: str) -> None:
    assert name in led_to(read(nlp, text), words)


def test_surname_finds_full_name_and_titles_stay_outside(nlp: Language) -> None:
    result = read(nlp, "Ambassador Zebulon Quarles spoke in 1931. Quarles left Peru in May. He never returned.")
    mentions, actors, _ = result
    assert [m.text for m in mentions if m.kind == "name" and m.label == "PERSON"] == ["Zebulon Quarles", "Quarles"]
    assert led_to(result, "Quarles left") == led_to(result, "Zebulon Quarles") == led_to(result, "He")
    local = actors["local:zebulon-quarles:person"]
    assert not local.known and local.name == "Zebulon Quarles" and local.mentions == 3


def test_a_president_and_his_son_stay_apart(nlp: Language) -> None:
    mentions, _, _ = read(nlp, "In 1798 John Adams was president. His son John Quincy Adams went to Berlin.")
    assert {m.text: m.actor_id for m in mentions if m.kind == "name" and m.label == "PERSON"} == {
        "John Adams": ["john-adams"],
        "John Quincy Adams": ["john-q-adams"],
    }


def test_relatives_of_one_surname_stay_apart(nlp: Language) -> None:
    text = "Abdul Salam Arif ruled Iraq. His brother Abdul Rahman Arif followed him in 1966."
    mentions, _, _ = read(nlp, text)
    ids = {m.text: m.actor_id for m in mentions if m.kind == "name"}
    assert ids["Abdul Salam Arif"] != ids["Abdul Rahman Arif"]


def test_a_person_of_another_century_is_not_a_namesake(nlp: Language) -> None:
    mentions, actors, _ = read(nlp, "In March 1969 James Monroe of the National Security Council wrote a memorandum.")
    monroe = next(m for m in mentions if m.text == "James Monroe")
    assert all(not actors[a].known for a in monroe.actor_id)


def test_acronym_is_defined_in_brackets(nlp: Language) -> None:
    result = read(nlp, "The Northern Rivers Development Authority (NRDA) met in 1950. The NRDA closed in 1951.")
    assert "Northern Rivers Development Authority" in led_to(result, "NRDA closed")


def test_plural_nominals_take_up_the_states_named(nlp: Language) -> None:
    result = read(
        nlp, "In 1971 war broke out between India and Pakistan. The two countries signed a truce in December."
    )
    assert {"India", "Pakistan"} <= led_to(result, "The two countries")


def test_offices_lead_to_their_holder_in_text_and_knowledge(nlp: Language) -> None:
    result = read(nlp, "Egyptian President Gamal Abdel Nasser spoke on July 26, 1956. The Egyptian leader was angry.")
    assert "Gamal Abdel Nasser" in led_to(result, "The Egyptian leader")
    president = (
        "President Truman met President Chiang Kai-shek of China in 1949. Chiang asked for U.S. aid. {} refused."
    )
    assert "Harry S. Truman" in led_to(read(nlp, president.format("But the President")), "the President")
    result = read(nlp, "In June 1963 the British prime minister met reporters.")
    assert "Harold Macmillan" in led_to(result, "the British prime minister")


def test_apposition_leads_to_the_name(nlp: Language) -> None:
    result = read(nlp, "On July 25, 1990, Saddam met the Iraqi Foreign Minister, Tariq Aziz, in Baghdad.")
    assert "Tariq Aziz" in led_to(result, "the Iraqi Foreign Minister")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In 1987 Iran and Iraq fought on in the holy month of Ramadan.", "Ramadan"),
        ("In 1945 Germany was led by Grand Admiral Karl Dönitz.", "Grand"),
        ("On 3 May 1987 Iraq and Vietnam bought Su-20 aircraft.", "Su"),
        ("In 1990 the treaty with Spain was printed in Spanish.", "Spanish"),
    ],
)
def test_words_that_are_no_names_lead_to_nobody(nlp: Language, text: str, words: str) -> None:
    known = [m for m in read(nlp, text)[0] if not m.actor_id[0].startswith("local:")]
    assert not [m for m in known if m.text.startswith(words)]


def test_sector_is_kept(nlp: Language) -> None:
    mentions, _, _ = read(nlp, "In 1960 Belgian troops returned, and Belgian officials stayed.")
    assert {m.text: m.sector for m in mentions if m.kind == "nominal"} == {
        "Belgian troops": "MIL",
        "Belgian officials": "GOV",
    }


def test_every_mention_is_words_of_the_text(nlp: Language) -> None:
    text = "Israel, who regarded Nasser as a threat to its security, attacked in 1956. U.S.-led forces did not."
    mentions, actors, _ = read(nlp, text)
    assert mentions == sorted(mentions, key=lambda m: (m.start, -m.end))
    for m in mentions:
        assert text[m.start : m.end] == m.text
        assert m.token_start <= m.token_head < m.token_end
        assert m.actor_id and set(m.actor_id) <= actors.keys()
        assert 0 <= m.score <= 1 and m.method
    assert sum(a.mentions for a in actors.values()) == sum(len(m.actor_id) for m in mentions)


def test_the_same_text_gives_the_same_rows(nlp: Language) -> None:
    text = "Britain and France landed troops in Egypt in 1956. Their allies protested."
    assert read(nlp, text)[0] == read(nlp, text)[0]


def test_own_actors_win(nlp: Language, tmp_path: Path) -> None:
    own = tmp_path / "actors.toml"
    own.write_text(
        'never = ["Suez Canal"]\n\n'
        '[[actor]]\nname = "Nasser the Elder"\ntype = "PERSON"\naliases = ["Nasser"]\n\n'
        '[[merge]]\nkeep = "united-kingdom"\ndrop = ["france"]\n',
        encoding="utf-8",
    )
    result = read(nlp, "In 1956 Nasser closed the Suez Canal to Britain and France.", str(own))
    mentions, actors, _ = result
    assert "Nasser the Elder" in led_to(result, "Nasser")
    assert led_to(result, "France") == led_to(result, "Britain")
    assert not [m for m in mentions if m.text == "Suez Canal"]
    assert "france" not in actors


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("In his message to Congress in 1823, James Monroe warned Europe.", "his", "James Monroe"),
        ("In 1823 Adams wrote to Baron de Tuyll, the Russian minister.", "Baron de Tuyll", "de Tuyll"),
        (
            "In 1950 South Korea quarrelled with Japan. Japan protested to the republic.",
            "the republic",
            "South Korea",
        ),
        ("Spain was at war in 1937. Spain's north fell to the Nationalists.", "Nationalists", "Nationalists (Spain)"),
        ("On 2 May 1987 the Government of the People's Republic of Angola spoke.", "Government", "Angola"),
        ("In 1937 the Nationalists held Nanjing, the capital of China.", "Nationalists", "Kuomintang"),
        ("Italy and Ethiopia were at war in 1896. Menelik won.", "Menelik", "Menelik II"),
        ("In 480 BC Xerxes led the Achaemenid Empire. Persian ships sailed to Athens.", "Persian", "Achaemenid Empire"),
        ("In late 1915 a Franco-British force landed in Greece.", "Franco", "France"),
        (
            "The U.S. embassy in Beirut was bombed in April 1983.",
            "U.S. embassy in Beirut",
            "Embassy of the United States, Beirut",
        ),
        ("The U.S. embassy in Beirut was bombed in April 1983.", "Beirut", "Beirut"),
        ("In 1786 John Adams negotiated with Morocco, Algiers, and Tunis.", "Morocco", "Morocco"),
        (
            "In 1980 Iraq attacked Iran, and Iraq took Khorramshahr. Iran drove Iraq out and struck back at its enemy.",
            "its enemy",
            "Iraq",
        ),
        ("In 1960 President Eisenhower told Laos so. He warned his successor.", "his successor", "John F. Kennedy"),
        (
            "In 1962 President Kennedy went to Panama. He praised his predecessor.",
            "his predecessor",
            "Dwight D. Eisenhower",
        ),
        (
            "In 1956 Hungary revolted. The Soviet Union attacked the Hungarian capital.",
            "the Hungarian capital",
            "Budapest",
        ),
        ("In October 1962 the Soviet Union armed Cuba. Kennedy blockaded the island.", "the island", "Cuba"),
        ("In 1900 John Hay wrote to the European powers. Japan answered.", "the European powers", "European powers"),
        ("In 1968 Prague fell. The government in Prague had trusted Romania.", "The government", "Czechoslovakia"),
        ("In 1823 John Quincy Adams was ready to act. Monroe, to whom he appealed, agreed.", "he", "John Quincy Adams"),
    ],
)
def test_descriptions_and_names_take_their_context(nlp: Language, text: str, words: str, name: str) -> None:
    assert name in led_to(read(nlp, text), words)


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        (
            "In 1911 the Turkish government received Paul Weitz, a German journalist. The journalist wrote a report.",
            "The journalist",
            "Paul Weitz",
        ),
        (
            "In 1848 students in Vienna marched. The demonstrators asked for a constitution.",
            "The dem",
            "Austrian students",
        ),
        ("In 1905 Russia was at war. The rebels in Poland fought on, but they lost.", "they", "Polish rebels"),
        ("In 1830 Belgium broke away, and France recognized the new state.", "the new state", "Belgium"),
        (
            "In March 1916 General John J. Pershing entered Mexico, and his troops took a hill.",
            "his troops",
            "United States",
        ),
        ("In 1939 the cabinet in Paris met.", "the cabinet", "France"),
        ("In 1941 Germany and the Soviet Union attacked each other.", "each other", "Germany"),
        ("In 1921 Michael Collins met David Lloyd George. He and Collins signed a treaty.", "He", "David Lloyd George"),
        ("In 1903 Chilean landowners protested.", "Chilean landowners", "Chile"),
        (
            "In 1920 a secret society called the Brotherhood of Dawn rose in revolt.",
            "a secret society",
            "Brotherhood of Dawn",
        ),
    ],
)
def test_descriptions_lead_to_persons_groups_and_states(nlp: Language, text: str, words: str, name: str) -> None:
    assert name in led_to(read(nlp, text), words)


def test_countries_of_several_persons(nlp: Language) -> None:
    text = "In September 1978 Anwar Sadat and Menachem Begin met. They discussed peace between their two countries."
    names = led_to(read(nlp, text), "their two countries")
    assert {"Egypt", "Israel"} <= names


def test_two_persons_just_named_are_they(nlp: Language) -> None:
    text = "In September 1978 Begin refused to give up the Sinai, and Sadat insisted on it. They no longer met."
    assert {"Anwar Sadat", "Menachem Begin"} <= led_to(read(nlp, text), "They")


def test_the_enemy_of_nobody_named_is_no_state(nlp: Language) -> None:
    mentions, _, _ = read(nlp, "In 1918 a general saw that the enemy was thinning.")
    assert not [m for m in mentions if m.text == "the enemy"]


def test_a_number_of_people_is_no_pair_of_states(nlp: Language) -> None:
    mentions, _, _ = read(nlp, "In 1895 Japan defeated China. In 1897 two missionaries were killed.")
    assert not [m for m in mentions if m.text == "two missionaries" and len(m.actor_id) > 1]


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("In 1790 George Washington wrote to Paris. King George III was ill.", "George III", "George Washington"),
        ("In 1912 the National Assembly of China met in Nanking.", "National Assembly", "National Assembly (France)"),
    ],
)
def test_namesakes_are_kept_apart(nlp: Language, text: str, words: str, name: str) -> None:
    names = led_to(read(nlp, text), words)
    assert names, "somebody is meant"
    assert name not in names


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("In 1856 the American Legation in Comayagua was opened.", "American Legation", "United States"),
        ("In 1921 the United States Government signed the treaty.", "United States Government", "United States"),
        (
            "In 1994 the Rwandan Patriotic Front of Paul Kagame won.",
            "Rwandan Patriotic Front",
            "Rwandan Patriotic Front",
        ),
        ("In 1994 the Rwandan Patriotic Front of Paul Kagame won.", "Paul Kagame", "Paul Kagame"),
        ("In 1959 the 26th of July Movement entered Havana.", "26th of July Movement", "26th of July Movement"),
        ("In 1861 Tongzhi's court remained in Peking.", "Peking", "Beijing"),
    ],
)
def test_names_end_where_another_begins(nlp: Language, text: str, words: str, name: str) -> None:
    assert name in led_to(read(nlp, text), words)


def test_headings_name_actors_that_the_text_or_the_knowledge_base_has(nlp: Language) -> None:
    document = Document("d", "= Relations of Chile =\n\nChile signed a treaty with Peru in 1929.\n")
    document.paragraphs = paragraphs(document.text)
    (doc,) = annotate(nlp, [document])
    doc._.dates = find_dates(doc, DatesSettings())
    mentions, _ = find_actors(doc, ActorsSettings())
    headed = [(m.text, m.actor_id) for m in mentions if not m.sentence_id]
    assert headed == [("Chile", ["chile"])]


def test_own_descriptions_are_found(nlp: Language, tmp_path: Path) -> None:
    own = tmp_path / "actors.toml"
    own.write_text('[[alias]]\nactor = "gamal-abdel-nasser"\nnames = ["the lion of the Nile"]\n', encoding="utf-8")
    result = read(nlp, "In 1956 the lion of the Nile closed the Suez Canal.", str(own))
    assert "Gamal Abdel Nasser" in led_to(result, "lion of the Nile")


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        (
            "From Washington he flew to Buenos Aires, where a crowd had been assembled to greet him.",
            "a crowd",
            "Argentine",
        ),
        ("Bolivia, a poor state, hoped for a port, and Paraguay feared a war. Both built forts.", "Both", "Paraguay"),
        (
            "Jefferson Davis sent James Mason and John Slidell to Europe. A warship stopped them. The crew carried off "
            "the envoys.",
            "the envoys",
            "John Slidell",
        ),
        (
            "In 1973 Bolivian troops reached Lake Titicaca. The next day they crossed the lake.",
            "the lake",
            "Lake Titicaca",
        ),
        (
            "In 1920 the League of Nations met in Geneva. The League heard Poland, and the body set up a commission.",
            "the body",
            "League of Nations",
        ),
        (
            "In 1952 the Majlis met in Tehran, the capital of Iran. The Majlis quarreled, and the deputies went home.",
            "the deputies",
            "Majlis",
        ),
    ],
)
def test_what_is_described_is_of_who_and_where_is_told(nlp: Language, text: str, words: str, name: str) -> None:
    assert any(name in called for called in led_to(read(nlp, text), words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Refugees were confined in camps in France. The refugees had nothing to eat.", "The refugees"),
        (
            "In 1953 Dwight Eisenhower led the United States. Churchill found the next administration cool.",
            "the next administration",
        ),
    ],
)
def test_who_may_be_from_elsewhere_leads_nowhere(nlp: Language, text: str, words: str) -> None:
    assert not led_to(read(nlp, text), words)


def test_who_is_to_do_something_is_not_who_demands_it(nlp: Language) -> None:
    text = "The French and the Spaniards had gone. The Americans demanded that they leave."
    assert "United States" not in led_to(read(nlp, text), "they")


def test_who_was_met_is_one_of_them(nlp: Language) -> None:
    result = read(nlp, "In 1961 John F. Kennedy met Nikita Khrushchev in Vienna. They discussed the future of Berlin.")
    both = led_to(result, "John F. Kennedy") | led_to(result, "Nikita Khrushchev")
    assert led_to(result, "They") == both


def test_she_is_no_man(nlp: Language) -> None:
    result = read(nlp, "In 1861 Captain Charles Wilkes stopped the packet. He searched her and then let her continue.")
    assert "Charles Wilkes" in led_to(result, "He")
    assert not led_to(result, "her")

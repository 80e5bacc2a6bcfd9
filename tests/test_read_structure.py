"""The structure of plain texts of every layout: titles, sections, paragraphs, and what is not prose."""

# ruff: noqa: E501 - the lines of the texts are the matter here

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import HEADING, LIST, PROSE
from pipeline.read.lines import INVISIBLE
from pipeline.read.structure import paragraphs, title_of

TEXTS = Path(__file__).parent / "data" / "texts"


def seen(text: str) -> list[tuple[str, str]]:
    """Kind and words of every paragraph, line breaks folded."""
    return [(p.kind, " ".join(text[p.start : p.end].split())) for p in paragraphs(text)]


def of_kind(text: str, kind: str) -> list[str]:
    return [words for found, words in seen(text) if found == kind]


def sections(text: str) -> dict[str, str]:
    """Section path of every prose paragraph by its first three words."""
    return {" ".join(text[p.start : p.end].split()[:3]): p.section for p in paragraphs(text) if p.kind == PROSE}


# ------------------------------------------------------------------------------------------------ whole texts
def test_wiki_article() -> None:
    text = (
        "= Iraq =\n\nInfobox\n- Capital: Baghdad\n- Mission1: Iraqi Embassy, Washington, D.C.\n\nIraq is a state.\n\n"
        "== History ==\n=== Arab Union, 1958 ===\nThe Union was founded on 14 February.\n\n=== Coup ===\n\nIt fell in July.\n"
        "== See also ==\n- Gulf War\n* [[Kuwait]]\n== References ==\n- Gibson, Bryan R. Sold Out? 2015.\n"
    )
    assert seen(text) == [
        (HEADING, "Iraq"), (HEADING, "Infobox"), (LIST, "Capital: Baghdad"),
        (LIST, "Mission1: Iraqi Embassy, Washington, D.C."), (PROSE, "Iraq is a state."),
        (HEADING, "History"), (HEADING, "Arab Union, 1958"), (PROSE, "The Union was founded on 14 February."),
        (HEADING, "Coup"), (PROSE, "It fell in July."), (HEADING, "See also"), (LIST, "Gulf War"), (LIST, "[[Kuwait]]"),
        (HEADING, "References"), (LIST, "Gibson, Bryan R. Sold Out? 2015."),
    ]  # fmt: skip
    assert sections(text) == {
        "Iraq is a": "", "The Union was": "History > Arab Union, 1958", "It fell in": "History > Coup"
    }  # fmt: skip


def test_markdown_with_underlined_headings_front_matter_quotation_and_table() -> None:
    text = (TEXTS / "suez.md").read_text(encoding="utf-8")
    assert of_kind(text, HEADING) == ["The Suez Crisis", "Invasion", "Aftermath", "See also", "Sources"]
    assert title_of(text, paragraphs(text)) == "The Suez Crisis"
    prose = of_kind(text, PROSE)
    assert "We are not at war > with Egypt, said Eden." in prose
    assert "The Security Council met on 30 October and Britain cast its veto." in prose
    assert "Eden resigned in January 1957." in prose and "Macmillan followed him." in prose
    assert any(words.startswith("The main source for the crisis") for words in prose), "prose among references"
    assert {"Ceasefire", "Port Said", "| Israel | 231 |", "title: The Suez Crisis", "Six-Day War"} <= set(
        of_kind(text, LIST)
    )
    assert sections(text)["The last troops"] == "Invasion > Aftermath"


def test_book_from_gutenberg() -> None:
    text = (TEXTS / "gutenberg.txt").read_text(encoding="utf-8")
    assert title_of(text, paragraphs(text)) == "THE CRIMEAN WAR"
    assert not any("anyone anywhere" in words or "Foundation" in words for words in of_kind(text, PROSE))
    assert of_kind(text, HEADING)[-4:] == ["CHAPTER I.", "THE QUARREL", "CHAPTER II.", "THE LANDING"]
    assert sections(text)["In the year"] == "CHAPTER I. > THE QUARREL"
    assert sections(text)["Sebastopol fell a"] == "CHAPTER II. > THE LANDING"
    prose = of_kind(text, PROSE)
    assert any(words.endswith("the Danube at Kalafat.") for words in prose), "wrapped lines are one paragraph"
    lists = " ".join(of_kind(text, LIST))
    assert "Kinglake, vol. i." in lists and "THE SIEGE ......" in lists and "Author: A. Writer" in lists


def test_memo_with_page_breaks() -> None:
    text = (TEXTS / "memo.txt").read_text(encoding="utf-8")
    assert of_kind(text, HEADING) == [
        "The Armistice of Mudros", "Status of this Memo", "Table of Contents", "Introduction", "Delegates",
        "Security Considerations", "References", "Author's Address",
    ]  # fmt: skip
    assert sections(text)["Rauf Bey led"] == "Introduction > Delegates"
    prose = of_kind(text, PROSE)
    assert "Turkey opened the Straits to the Allied fleets and gave up the forts on both shores." in prose
    assert not any("[Page" in words or "RFC 9999" in words for words in prose)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("blank", [True, False])
def test_wrapped_paragraphs_with_and_without_blank_lines(end: str, blank: bool) -> None:
    first = [
        "     The Soviet Union demanded territory from Finland in October",
        "1939. Finland refused, and on 30 November the",
    ]
    first += ["Red Army crossed the border without a declaration of war."]
    second = [
        "     The League of Nations expelled the Soviet Union on 14 December.",
        "It was the last act of the League that",
    ]
    second += ["anyone noticed, and nobody came to the help of the Finns."]
    text = end.join([*first, *([""] if blank else []), *second])
    assert [words[:22] for words in of_kind(text, PROSE)] == ["The Soviet Union deman", "The League of Nations "]


def test_line_breaks_without_blank_lines_or_indents() -> None:
    text = (
        "At the outset, allow me, Sir, to congratulate you on your\nelection to the high office of President of the General\n"
        "Assembly at its session.\nThe trauma, which was imposed by others and endured by\nthe Afghan people, continues to have"
        " disturbing effects\nfor our nation, and nobody knows when it will end.\n"
    )
    assert [words.split()[0] for words in of_kind(text, PROSE)] == ["At", "The"]


def test_paragraph_a_line_with_headings_and_no_blank_lines() -> None:
    text = (
        "The Winter War\nBackground\nThe Soviet Union demanded territory from Finland in October 1939.\nFinland refused.\n"
        "The war\nOn 30 November 1939 the Red Army crossed the border and bombed Helsinki.\nPeace\nThe treaty was signed.\n"
    )
    assert of_kind(text, HEADING) == ["The Winter War", "Background", "The war", "Peace"]
    assert sections(text)["Finland refused."] == "Background"


def test_double_spaced_typescript() -> None:
    lines = (  # noqa: SIM905
        "On 14 July 1958 the army overthrew the king in Baghdad and|proclaimed a republic. Qasim became premier, and the new|"
        "government left the Baghdad Pact in March of the following year|and made a treaty with Moscow. The United States had|"
        "recognised the republic on 2 August 1958 because it hoped that|oil would flow. The talks of the company broke down in|"
        "1961 and the law took back all the land that it did not work,|which was nearly all of it, so that little was left."
    ).split("|")
    text = "\n\n".join(lines) + "\n\n\n\nA year later the Kurds rose\n\nagainst him."
    assert [words.split()[0] for words in of_kind(text, PROSE)] == ["On", "A"]


def test_chronology_and_years_as_headings() -> None:
    text = "1917\n\nThe Tsar fell in March.\n\n1918\n\nThe war ended.\n\n1921-1923\n\nFamine came.\n"
    assert sections(text) == {"The Tsar fell": "", "The war ended.": "1918", "Famine came.": "1921-1923"}
    entries = (
        "Timeline\n\nThese are the dates.\n\n- 1958: Coup in Baghdad\n- 14 July 1968 – Ba'ath takes power\n- Gulf War\n"
    )
    assert of_kind(entries, PROSE)[1:] == ["1958: Coup in Baghdad", "14 July 1968 – Ba'ath takes power"]
    assert of_kind(entries, LIST) == ["Gulf War"]


def test_numbered_paragraphs_of_minutes_are_prose_without_their_numbers() -> None:
    text = (
        "69.\tI speak for a small country, which wants to be friends\nwith all countries. Our policy is peaceful.\n"
        "70.\tWe thank the President of the Assembly and the Secretary-\nGeneral, Mr. Hammarskjold.\n71. I thank you.\n"
    )
    assert [words[:12] for words in of_kind(text, PROSE)] == ["I speak for ", "We thank the", "I thank you."]


def test_page_numbers_and_running_heads_are_no_prose() -> None:
    page = "The delegates of the conference sat until the\nmorning and the talks went on and on without an\nend, because the"
    head = "\n\n12  THE CONGRESS\n\n"
    text = f"{page}{head}emperor was ill.\n\n{page}{head.replace('12', '14')}king was ill.\n\n{page}\n\n16\n\nqueen was ill.\n"
    assert not any("CONGRESS" in words or words == "16" for words in of_kind(text, PROSE))
    assert len(of_kind(text, LIST)) == 3


# ------------------------------------------------------------------------------------------------ single lines
@pytest.mark.parametrize(
    "line",
    [
        "Early stages", "AFTERMATH", "1. Background", "2.3 The second battle", "IV. The peace", "Chapter II", "CHAPTER 3. The siege",
        "Part One", "Relations with Qasim's government, 1958–1963", "2003: Invasion", "1936", "499-493 BC", "\"War of the Cities\"",
        "Women's March on Versailles", "Relations with the U.S.", "First invasion of Greece (492-490 BC)", "Allies close in",
        "U.S. declaration of war on Germany", "CPC establish People's Republic of China / KMT retreat to Taiwan",
    ],
)  # fmt: skip
def test_headings_standing_alone(line: str) -> None:
    text = (
        f"A title\n\nThe first paragraph says something about the whole.\n\n{line}\n\nThen the war began in earnest.\n"
    )
    found = of_kind(text, HEADING)
    assert len(found) == 2 and found[1] in line


@pytest.mark.parametrize(
    "line",
    [
        "BAGHDAD, Iraq (AP) -", "WASHINGTON _", "JOHANNESBURG, August 7 (Xinhua) --", "\"We shall never surrender\"",
        "He resigned.", "Glaspie is quoted saying to Saddam:", "Dear Mr. President,", "- Gulf War", "and so it ended",
        "It was not the end of the war", "The king said that he would not sign the treaty", "Will he go?", "War; peace;",
        "By John F. Burns", "* * *", "12", "http://example.org/a", "...", "He came. They went", "A/PV.2371",
    ],
)  # fmt: skip
def test_lines_that_are_no_headings(line: str) -> None:
    text = (
        f"A title\n\nThe first paragraph says something about the whole.\n\n{line}\n\nThen the war began in earnest.\n"
    )
    assert of_kind(text, HEADING) == ["A title"]


def test_a_text_of_one_line_is_prose() -> None:
    assert seen("Hungary and Romania agreed to cooperate") == [(PROSE, "Hungary and Romania agreed to cooperate")]


def test_sentences_without_full_stops_are_no_headings() -> None:
    text = "\n\n".join(f"Delegation {i} left the hall" for i in range(12))
    assert len(of_kind(text, HEADING)) <= 1


def test_verse_and_names_are_no_headings() -> None:
    verse = "The poem ran so.\n\nHalf a league, half a league,\nHalf a league onward,\nAll in the valley of Death\nRode the six hundred.\n"
    assert of_kind(verse + "\nIt was a blunder.", HEADING) == []
    names = "The meeting\n\nThe following came.\n\nMr. Dulles\nMr. Herter\nMr. Dillon\nGeneral Twining\n\nThe Secretary spoke.\n"
    assert of_kind(names, HEADING) == ["The meeting"]


def test_a_dash_or_number_at_the_start_of_a_wrapped_line_begins_no_list_item() -> None:
    text = "The treaty of the two powers was signed in the capital on March\n14. The king, who had not been asked about it\n- he was ill - protested in vain and left.\n"
    assert len(of_kind(text, PROSE)) == 1


def test_sentence_cut_by_a_blank_line_goes_on() -> None:
    text = "The agency supported a bomb and sabotage campaign, which ended in a failed coup against Saddam\n\n- and in 1998 the law changed.\n"
    assert len(of_kind(text, PROSE)) == 1


def test_citations_among_references_and_prose_after_them() -> None:
    text = (
        "Title\n\nThe war ended.\n\nReferences\n\nKinross, Lord. Atatürk: The Rebirth of a Nation. London: Phoenix, 1995. ISBN 1-84212-599-0.\n\n"
        "Legacy\n\nThe republic lasted.\n"
    )
    assert of_kind(text, LIST) == [
        "Kinross, Lord. Atatürk: The Rebirth of a Nation. London: Phoenix, 1995. ISBN 1-84212-599-0."
    ]
    assert sections(text)["The republic lasted."] == "Legacy"


def test_byte_order_mark_is_in_no_paragraph() -> None:
    text = "\ufeff= Iraq =\n\nIt exists."
    assert seen(text) == [(HEADING, "Iraq"), (PROSE, "It exists.")]
    assert paragraphs(text)[0].start == 3


# ------------------------------------------------------------------------------------------------ any text
_WORDS = "the war|Iraq|began.|on 14 July 1958|THE PEACE|1917|Chapter II|See also|References|and so|Mr. Dulles|He said:|page 3|o"
_MARKS = "== |=|# |- |* |1. |12.|(a) |> |***|---|===|[1]|[Page 2]|||{||\"|“|(|)|.|...|:|,|–|'''|**|o  "
_ENDS = "\n|\n\n|\n\n\n|\r\n|\r|\f|\t| |   |\u2028|\x85|\ufeff|\u200b|\x00|\x1c"
_ANY = st.lists(st.sampled_from(_WORDS.split("|") + _MARKS.split("|") + _ENDS.split("|") * 2), max_size=80).map("".join)
_ANY_TEXT = st.one_of(st.text(max_size=300), _ANY)
_MARKUP = set("=#*_'-~^>•·‣◦●○■□▪∙⁃–—().]:0123456789abcdefghijklmnopqrstuvwxyzIVXLC ")


@given(_ANY_TEXT)
@settings(max_examples=600, deadline=None)
def test_paragraphs_are_in_order_and_lose_nothing_but_markup(text: str) -> None:
    found = paragraphs(text)
    assert [p.index for p in found] == list(range(len(found)))
    last = 0
    for p in found:
        assert last <= p.start < p.end <= len(text)
        assert p.kind in (PROSE, HEADING, LIST)
        assert not text[p.start].isspace() and not text[p.end - 1].isspace()
        _assert_markup(text[last : p.start])
        last = p.end
    _assert_markup(text[last:])


def _assert_markup(between: str) -> None:
    """What is in no paragraph is white space, or the short markup of headings, items and quotations."""
    for line in between.splitlines():
        rest = "".join(c for c in line if not c.isspace() and c not in INVISIBLE)
        assert set(rest) <= _MARKUP and sum(c.isalpha() for c in rest) <= 5, f"lost: {between!r}"


@given(_ANY_TEXT)
@settings(max_examples=100, deadline=None)
def test_structure_is_deterministic_and_ignores_the_kind_of_line_end(text: str) -> None:
    plain = text.replace("\r", "\n")
    dos = plain.replace("\n", "\r\n")
    one = [(p.kind, p.section, plain[p.start : p.end]) for p in paragraphs(plain)]
    two = [(p.kind, p.section, dos[p.start : p.end].replace("\r\n", "\n")) for p in paragraphs(dos)]
    assert one == two


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000, "\n" * 1_000_000, "[" * 300_000 + "]" * 300_000, "= " * 300_000, " " * 1_000_000 + "x",
        "a\n" * 60_000, "- a\n" * 60_000, "> " * 300_000, ". " * 300_000, "\u200b \n" * 200_000, "word and then " * 400_000,
        "Title\n\n" * 30_000, "a\tb\n" * 50_000, "1. a\n" * 50_000, "\x00" * 1_000_000, "a-\n" * 60_000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_hostile_texts_take_linear_time(text: str) -> None:
    start = time.process_time()
    paragraphs(text)
    assert time.process_time() - start < 6

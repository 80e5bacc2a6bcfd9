"""Folding text for the language model keeps the way back to the source."""

from __future__ import annotations

from bisect import bisect_right

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.annotate import annotate, fold, pack, unpack, words_of
from pipeline.document import Document, layout_of
from pipeline.read.structure import paragraphs

# Texts dense in what folding treats: line ends, marks, hyphens, notes, quotation signs.
_LETTERS = "war|Peace|de|clared|declared|1958|prove[d]|coup.2 The|é|😀|\ud800"
_SIGNS = '.|. |-|-\n|- \n|[1]|[12][a]|[citation needed]|²|> |\n> |\n>>\n|"3 |[|]|(|)'
_BLANKS = " |  |\n|\r\n|\r|\t|\f|\u00ad|\u200b|\ufeff|\x00|\u2028|\u00a0"
_PIECES = st.sampled_from("|".join((_LETTERS, _SIGNS, _BLANKS)).split("|"))
TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join))


def _source(segments: list[tuple[int, int]], i: int) -> int:
    start, source = segments[bisect_right([a for a, _ in segments], i) - 1]
    return source + i - start


@given(TEXTS, st.data())
@settings(max_examples=400, deadline=None)
def test_every_folded_character_stands_at_its_source(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    folded, segments = fold(text, start, end, words_of(text))
    places = [_source(segments, i) for i in range(len(folded))]
    assert places == sorted(set(places)), "offsets go forward only"
    for character, place in zip(folded, places, strict=True):
        assert start <= place < end
        assert text[place] == character or (character == " " and text[place].isspace())


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_folding_leaves_no_line_break_nor_run_of_spaces(text: str) -> None:
    folded, _ = fold(text, 0, len(text))
    assert "  " not in folded
    assert not any(c.isspace() and c != " " for c in folded)


@given(st.lists(st.sampled_from(["Iraq", "left", "the", "Baghdad", "Pact", "in", "1959"]), min_size=1, max_size=30))
def test_folding_keeps_every_word(words: list[str]) -> None:
    text = "\r\n \u200b".join(words)
    assert fold(text, 0, len(text))[0].split() == words


def _folded(text: str) -> str:
    return fold(text, 0, len(text), words_of(text))[0]


def test_words_broken_at_a_line_end_are_put_together() -> None:
    assert _folded("The Assembly was declared open; it de-\nclared the sixty-\nninth session open.") == (
        "The Assembly was declared open; it declared the sixty-ninth session open."
    )
    assert _folded("the Anglo-\r\nFrench fleet") == "the Anglo-French fleet"
    assert _folded("short- and medium-\nand long-term aims") == "short- and medium- and long-term aims"
    assert _folded("they de- clared war- then fled; con¬demned, it was declared") == (
        "they declared war- then fled; condemned, it was declared"
    )
    assert _folded("the war -\nand the peace") == "the war - and the peace"


def test_notes_are_left_out_and_brackets_of_the_text_stay() -> None:
    assert _folded("He fell in the coup.[12][a] The army ruled.²") == "He fell in the coup. The army ruled."
    assert _folded("It was denied[citation needed] in 1963.[4]:21–22") == "It was denied in 1963."
    assert _folded('They signed the treaty.1 The war went on. "Never."2 It ended.') == (
        'They signed the treaty. The war went on. "Never." It ended.'
    )
    kept = "It would prove[d] to be [r]educed, see [12] and No. 5 The list[1958]."
    assert _folded(kept) == kept


def test_signs_of_quoted_lines_are_left_out() -> None:
    assert _folded("We are not at war\n> with Egypt,\n>> said Eden.") == "We are not at war with Egypt, said Eden."


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_annotated_sentences_lie_in_order_in_the_source(text: str) -> None:
    text = text.replace("\ud800", "")
    nlp = _sentencizer()
    document = Document(doc_id="t", text=text, paragraphs=paragraphs(text))
    (doc,) = annotate(nlp, [document])
    layout = layout_of(doc)
    last = 0
    for sentence in layout.sentences:
        assert last <= sentence.source_start < sentence.source_end <= len(text)
        last = sentence.source_end
    for token in doc:
        if not token.is_space:
            start, _end, words = layout.span(doc, token.i, token.i + 1)
            assert text[start] == token.text[0] and words


def test_packed_docs_come_back_with_their_layout() -> None:
    document = Document(doc_id="t", text="= War =\n\nIt be-\ngan.[1] It\nended.")
    document.paragraphs = paragraphs(document.text)
    nlp = _sentencizer()
    (made,) = annotate(nlp, [document])
    (back,) = unpack(pack([made]), nlp.vocab, [document])
    assert [t.text for t in back] == [t.text for t in made]
    assert layout_of(back).blocks == layout_of(made).blocks
    assert [layout_of(back).span(back, t.i, t.i + 1) for t in back] == [
        layout_of(made).span(made, t.i, t.i + 1) for t in made
    ]


def test_very_long_paragraphs_are_cut_between_sentences() -> None:
    sentence = "The army of Mr. Smith entered\nthe city of Baghdad in 1958."
    text = " ".join([sentence] * 300)
    (doc,) = annotate(_sentencizer(), [Document(doc_id="t", text=text, paragraphs=paragraphs(text))])
    found = [text[s.source_start : s.source_end] for s in layout_of(doc).sentences]
    assert found == [sentence] * 300


def test_a_long_line_without_spaces_is_annotated() -> None:
    text = "x" * 20_000
    (doc,) = annotate(_sentencizer(), [Document(doc_id="t", text=text, paragraphs=paragraphs(text))])
    assert sum(len(t) for t in doc) == len(text)


_NLP: list[Language] = []


def _sentencizer() -> Language:
    if not _NLP:
        nlp = spacy.blank("en")
        nlp.add_pipe("sentencizer")
        _NLP.append(nlp)
    return _NLP[0]

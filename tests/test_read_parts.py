"""A long text is worked on in parts: nothing is lost, offsets stay those of the whole, memory does not grow with it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

import pipeline
from pipeline.document import Document, Paragraph
from pipeline.read.parts import LEAST_CHARS, in_parts
from pipeline.read.structure import paragraphs
from pipeline.settings import Settings
from tests.texts import PACT, SUEZ

CHAPTER = "\n\n== The war of {0} ==\n\n" + "Britain and France bombed Egyptian airfields on 31 October {0}. " * 100


def test_a_text_within_the_limit_is_whole() -> None:
    assert in_parts(SUEZ, 1_000_000) == (paragraphs(SUEZ), [])


def test_parts_begin_at_headings_and_keep_their_sections() -> None:
    text = "A history" + "".join(CHAPTER.format(1950 + n) for n in range(6))
    found, counts = in_parts(text, 16_000)
    assert len(counts) == 3 and sum(counts) == len(found)
    assert [(p.start, p.end, p.kind, p.section) for p in found] == [
        (p.start, p.end, p.kind, p.section) for p in paragraphs(text)
    ]
    assert [p.index for p in found] == list(range(len(found)))


def test_what_follows_a_part_in_the_middle_of_a_section_stays_in_it() -> None:
    text = "== The war ==\n\n" + "\n\n".join("Egypt closed the canal. " * 40 for _ in range(30))
    found, counts = in_parts(text, LEAST_CHARS)
    assert len(counts) > 2
    assert {p.section for p in found} == {"The war"}


@given(
    st.lists(st.sampled_from(["word", "War. ", "\n", "\n\n", "= H =\n", "\r\n", "- item\n", "x" * 3000]), max_size=60)
)
def test_paragraphs_are_in_order_and_within_the_text(pieces: list[str]) -> None:
    text = "".join(pieces) + "The end. " * 1500
    found, counts = in_parts(text, LEAST_CHARS)
    ends = 0
    for p in found:
        assert ends <= p.start < p.end <= len(text)
        ends = p.end
    assert sum(counts) == len(found)
    gaps = zip([0, *(p.end for p in found)], [*(p.start for p in found), len(text)], strict=True)
    lost = "".join(text[a:b] for a, b in gaps)
    assert "word" not in lost and "end" not in lost


def test_a_document_in_parts() -> None:
    pieces = [Paragraph(i, 10 * i, 10 * i + 9, "prose", "") for i in range(5)]
    document = Document("d", "x" * 50, paragraphs=pieces, parts=[2, 3])
    parts = list(document.in_parts())
    assert [p.bounds for p in parts] == [(0, 19), (20, 49)]
    assert Document.from_dict(document.to_dict()) == document


def test_the_tables_of_a_text_in_parts(tmp_path: Path) -> None:
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    text = "\n\n".join([SUEZ, *(["The canal stayed closed and nobody spoke of it. " * 50] * 6), PACT])
    (corpus / "long.txt").write_text(text, encoding="utf-8")
    (corpus / "pact.txt").write_text(PACT, encoding="utf-8")
    assert not pipeline.run(corpus, out, Settings(part_chars=LEAST_CHARS)).failed
    rows = {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in ("documents", "events", "actors")}
    assert [d["doc_id"] for d in rows["documents"]] == ["long", "pact"]
    assert rows["documents"][0]["encoding"] == "utf-8"
    told = [e for e in rows["events"] if e["doc_id"] == "long"]
    assert {"1956-10-29", "1939-08-23"} <= {e["date_start"] for e in told}, "from the first and from the last part"
    assert all(text[e["start"] : e["end"]] == e["trigger"] for e in told)
    again = {e["duplicate_of"] for e in rows["events"] if e["doc_id"] == "pact"}
    assert any(first.startswith("long:") for first in again), "told again in another text"
    documents = {a["actor_id"]: a["documents"] for a in rows["actors"]}
    assert documents["germany"] == 2 and documents["egypt"] == 1

"""Texts in other formats, compressed, in other encodings and languages, and what is refused for safety."""

# ruff: noqa: E501 - the lines of the texts are the matter here

from __future__ import annotations

import bz2
import csv
import datetime
import gzip
import importlib
import json
import lzma
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.document import HEADING, PROSE, Document
from pipeline.errors import InputError, RegestaError
from pipeline.read import find_sources, fingerprint, formats, read

WAR = "The war began in 1914 when Austria attacked Serbia. It ended in 1918."
PEACE = "The treaty was signed on 28 June 1919."


def all_of(path: Path | str) -> dict[str, Document]:
    return {source.doc_id: read(source) for source in find_sources(path)}


def of_kind(document: Document, kind: str) -> list[str]:
    return [document.text[p.start : p.end] for p in document.paragraphs if p.kind == kind]


# ------------------------------------------------------------------------------------------------ rows
ROWS = [
    {"id": "n1", "headline": "War", "date": "1914-07-28", "text": WAR},
    {"id": "n2", "headline": "Peace, at last", "date": "1919-06-28T12:00:00Z", "text": PEACE + "\n\nIt was\nharsh."},
]


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    if ".jsonl" in path.name:
        data = "".join(json.dumps(row) + "\n\n" for row in rows).encode()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    elif path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(
                file, rows[0], delimiter=";" if "semi" in path.name else "\t" if "tsv" in path.name else ","
            )
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.csv", "semi.csv", "a.tsv", "a.parquet"])
def test_a_text_a_row(tmp_path: Path, name: str) -> None:
    found = all_of(write_rows(tmp_path / name, ROWS))
    assert list(found) == ["n1", "n2"]
    assert [(d.title, d.published) for d in found.values()] == [("War", "1914-07-28"), ("Peace, at last", "1919-06-28")]
    assert found["n2"].text == PEACE + "\n\nIt was\nharsh."
    assert found["n2"].path == f"{name}#n2"
    sources = find_sources(tmp_path / name)
    assert [source.chars for source in sources] == [len(row["text"]) for row in ROWS], "so that rows share a shard"
    assert [read(source).doc_id for source in reversed(sources)] == ["n2", "n1"], "in any order"


def test_dates_in_parquet(tmp_path: Path) -> None:
    table = {"text": [WAR], "published": [datetime.date(1914, 7, 28)]}
    pq.write_table(pa.table(table), tmp_path / "a.parquet")
    (document,) = all_of(tmp_path / "a.parquet").values()
    assert document.published == "1914-07-28"


def test_a_row_without_id_is_known_by_its_words(tmp_path: Path) -> None:
    rows = [{"text": WAR}, {"text": PEACE}, {"text": WAR}, {"text": " "}]
    path = write_rows(tmp_path / "a.jsonl", rows)
    before = {source.doc_id: fingerprint(source) for source in find_sources(path)}
    assert len(before) == 3, "an empty row is none; the same words twice are two texts"
    write_rows(path, [{"text": "Another came first."}, *rows])
    after = {source.doc_id: fingerprint(source) for source in find_sources(path)}
    assert {key: after[key] for key in before} == before


def test_tables_beside_texts_are_data_about_them(tmp_path: Path) -> None:
    write_rows(tmp_path / "events.csv", ROWS)
    assert list(all_of(tmp_path)) == ["n1", "n2"]
    (tmp_path / "a.txt").write_text(WAR, encoding="utf-8")
    assert list(all_of(tmp_path)) == ["a"]
    assert list(all_of(tmp_path / "events.csv")) == ["n1", "n2"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"id,words\n1,x\n", "no column with texts"),
        ("a.csv", b"text\n\xff\xfe\n", "not UTF-8"),
        ("a.jsonl", b'{"text": "x"}\n{"text": \n', "line 2: not JSON"),
        ("a.jsonl", b"[1]\n", "line 1: no JSON object"),
        ("a.jsonl", b"[" * 100_000 + b"\n", "line 1: not JSON"),
        ("a.parquet", b"PAR1 no", "not a Parquet file"),
    ],
)
def test_broken_tables_are_named(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RegestaError) as caught:
        find_sources(tmp_path / name)
    assert str(caught.value).startswith(name) and words in str(caught.value) and "\n" not in str(caught.value)


def test_a_row_with_a_wrong_date_fails_alone(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", [{"id": "n0", "date": "28 July", "text": WAR}, *ROWS])
    first, second, _ = find_sources(path)
    with pytest.raises(InputError, match=r"a\.jsonl#n0: published '28 July' is no date"):
        read(first)
    assert read(second).doc_id == "n1"


def test_a_table_that_changes_while_being_read(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", ROWS)
    sources = find_sources(path)
    write_rows(path, [{"id": "n1", "text": "Other words."}])
    for source in sources:
        with pytest.raises(InputError, match="changed while"):
            read(source)


# ------------------------------------------------------------------------------------------------ compressed
@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_compressed_texts(tmp_path: Path, ending: str, pack) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / f"a.txt.{ending}").write_bytes(pack(WAR.encode()))
    (tmp_path / "metadata.csv").write_text("doc_id,title\na,The war\n", encoding="utf-8")
    (document,) = all_of(tmp_path).values()
    assert (document.doc_id, document.text, document.title) == ("a", WAR, "The war")


def test_an_archive_of_texts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in (
            "x/one.txt",
            "y/one.txt",
            "two.txt",
            "../../evil.txt",
            "__MACOSX/._two.txt",
            "picture.png",
            "README.txt",
        ):
            archive.writestr(name, WAR)
    found = all_of(tmp_path)
    assert sorted(found) == ["a__x__one.txt", "a__y__one.txt", "two"]
    assert sorted(p.name for p in tmp_path.parent.rglob("evil*")) == [], "nothing is unpacked to disk"


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.txt.gz", gzip.compress), ("a.txt.xz", lambda data: lzma.compress(data, preset=0)), ("a.zip", None)],
)
def test_bombs_are_refused(tmp_path: Path, name: str, pack) -> None:  # type: ignore[no-untyped-def]
    data = b"war " * 20_000_000
    if pack is None:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", data)
    else:
        (tmp_path / name).write_bytes(pack(data))
    with pytest.raises(RegestaError, match=r"unpacks to (more than )?\d+ MB"):
        all_of(tmp_path / name)


@pytest.mark.parametrize("name", ["a.txt.gz", "a.txt.bz2", "a.txt.xz", "a.zip"])
def test_broken_archives_are_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x1f\x8b\x08\x00 this is nothing packed" * 9)
    with pytest.raises(RegestaError) as caught:
        all_of(tmp_path / name)
    assert str(caught.value).startswith(name) and "\n" not in str(caught.value)


def test_a_cut_off_archive(tmp_path: Path) -> None:
    noise = random.Random(0).randbytes(3000).hex().encode()
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(noise)[:900])
    with pytest.raises(InputError, match=r"a\.txt\.gz: broken archive"):
        all_of(tmp_path)


# ------------------------------------------------------------------------------------------------ encodings
LETTERS = f"“The coup d’état,” wrote the café owner – he was called Díaz – “is over.” {WAR} " * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(LETTERS.encode(encoding))
    (document,) = all_of(tmp_path).values()
    assert document.text.lstrip("\ufeff") == LETTERS
    assert document.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize("data", [b"caf\xe9 and \xff", "d’état".encode("cp1252"), random.Random(1).randbytes(5000)])
def test_an_encoding_that_cannot_be_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(InputError, match=r"a\.txt: (not UTF-8|binary)"):
        all_of(tmp_path)


# ------------------------------------------------------------------------------------------------ documents
def test_web_page(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    (tmp_path / "a.html").write_text(
        f"<html lang=en><head><title>The Great War</title><meta name=date content=2014-07-28></head><body>"
        f"<nav><a href=x>Home</a></nav><article><h1>The Great War</h1><p>{WAR} {'Many men died in France. ' * 8}</p>"
        f"<h2>Peace</h2><p>{PEACE} {'It was harsh on Germany. ' * 8}</p></article><script>alert(1)</script>"
        "<footer>All rights reserved</footer></body></html>",
        encoding="utf-8",
    )
    document = all_of(tmp_path)["a"]
    assert (document.title, document.published) == ("The Great War", "2014-07-28")
    assert of_kind(document, HEADING) == ["The Great War", "Peace"]
    assert [words[:12] for words in of_kind(document, PROSE)] == [WAR[:12], PEACE[:12]]
    assert "alert" not in document.text and "rights" not in document.text


def test_word_document(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("Suez", 0)
    made.add_heading("Invasion", 1)
    made.add_paragraph(WAR)
    made.add_paragraph("Port Said", style="List Bullet")
    made.save(tmp_path / "a.docx")
    document = all_of(tmp_path)["a"]
    assert of_kind(document, HEADING) == ["Suez", "Invasion"] and of_kind(document, PROSE) == [WAR]


def pdf(pages: list[str]) -> bytes:
    """A PDF with a text layer, as small as can be."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for i, page in enumerate(pages):
        lines = " ".join(f"({line}) Tj T*" for line in page.split("\n"))
        content = f"BT /F1 12 Tf 72 720 Td 14 TL {lines} ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def test_pdf(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "a.pdf").write_bytes(
        pdf(["The war began in 1914 when Austria attacked\nSerbia. It ended in the", "year 1918."])
    )
    document = all_of(tmp_path)["a"]
    assert [" ".join(words.split()) for words in of_kind(document, PROSE)] == [
        WAR.replace("in 1918", "in the year 1918")
    ]


@pytest.mark.parametrize(("name", "module"), [("a.pdf", "pypdf"), ("a.docx", "docx"), ("a.html", "trafilatura")])
def test_broken_documents_are_named(tmp_path: Path, name: str, module: str) -> None:
    pytest.importorskip(module)
    (tmp_path / name).write_bytes(b"%PDF-1.4 nothing" if name == "a.pdf" else b"PK\x03\x04 nothing" * 3)
    with pytest.raises(InputError) as caught:
        all_of(tmp_path)
    assert str(caught.value).startswith(f"{name}: ") and "\n" not in str(caught.value)


# ------------------------------------------------------------------------------------------------ Wikipedia
PAGE = """{{Infobox country
| name = Arab Union
}}
The '''Arab Union''' was founded by [[Iraq|the Kingdom of Iraq]] on {{nowrap|14 February 1958}}.<ref name="a">Cite, p. 5</ref>

== History ==
[[File:Flag.svg|thumb|The flag of [[Iraq]]]]
It lasted six months.
{| class="wikitable"
| cell
|}
== References ==
{{reflist}}
[[Category:Iraq]]"""


def dump(pages: dict[str, str], start: str = "") -> str:
    body = "".join(
        f"<page><title>{title}</title><ns>{1 if ':' in title else 0}</ns><revision><text>"
        f"{text.replace('&', '&amp;').replace('<', '&lt;')}</text></revision></page>"
        for title, text in pages.items()
    )
    return f'{start}<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/">{body}</mediawiki>'


def test_wikipedia_dump(tmp_path: Path) -> None:
    pytest.importorskip("mwparserfromhell")
    data = dump({"Arab Union": PAGE, "Talk:Arab Union": "no", "Kuwait": "'''Kuwait''' is a state."}).encode()
    # Multistream: several compressed streams one after another.
    (tmp_path / "dump.xml.bz2").write_bytes(bz2.compress(data[:300]) + bz2.compress(data[300:]))
    found = all_of(tmp_path / "dump.xml.bz2")
    assert list(found) == ["Arab_Union", "Kuwait"]
    union = found["Arab_Union"]
    assert of_kind(union, HEADING) == ["Arab Union", "History", "References"]
    assert of_kind(union, PROSE) == [
        "The Arab Union was founded by the Kingdom of Iraq on 14 February 1958.", "It lasted six months."
    ]  # fmt: skip


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("defusedxml")
    start = '<!DOCTYPE a [<!ENTITY a "war"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    (tmp_path / "dump.xml").write_text(dump({"A": "x"}, start).replace(">x<", ">&b;<"), encoding="utf-8")
    with pytest.raises(RegestaError, match=r"dump\.xml: refused for safety"):
        find_sources(tmp_path / "dump.xml")


# ------------------------------------------------------------------------------------------------ languages
GERMAN = (
    "Der Krieg begann im Jahre 1914, als Österreich-Ungarn Serbien angriff, und er endete erst vier Jahre später mit der "
    "Niederlage der Mittelmächte. Die Friedensverhandlungen fanden in Versailles statt, wo die Sieger den Vertrag diktierten. "
)


def test_a_text_in_another_language_is_skipped_with_a_note(tmp_path: Path) -> None:
    pytest.importorskip("py3langid")
    (tmp_path / "a.txt").write_text(GERMAN * 3, encoding="utf-8")
    (tmp_path / "b.txt").write_text((WAR + " " + PEACE) * 8, encoding="utf-8")
    german, english = find_sources(tmp_path)
    with pytest.raises(InputError, match="'de', skipped"):
        read(german)
    assert read(english).language == "en"
    (tmp_path / "metadata.csv").write_text("doc_id,language\na,en\nb,de\n", encoding="utf-8")
    german, english = find_sources(tmp_path)
    assert read(german).language == "en", "what the metadata say counts"
    with pytest.raises(InputError, match="'de', skipped"):
        read(english)


# ------------------------------------------------------------------------------------------------ registry, URLs
def test_a_missing_library_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def missing(name: str) -> ModuleType:
        if name.startswith("pipeline"):
            return real(name)
        raise ImportError(name)

    (tmp_path / "a.pdf").write_bytes(pdf(["War."]))
    (source,) = find_sources(tmp_path)
    monkeypatch.setattr(formats.importlib, "import_module", missing)
    with pytest.raises(RegestaError, match=r"a\.pdf: reading it needs pypdf; .*regesta\[inputs\]"):
        read(source)


def test_others_can_add_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_loud(stream: BinaryIO, name: str) -> Iterator[formats.Member]:
        words = stream.read().decode().upper()
        yield formats.Member(lambda: words)

    reader = formats.Reader(read_loud)

    class Point:
        name, value = "loud", "package:READER"

        def load(self) -> formats.Reader:
            return reader

    monkeypatch.setattr(formats, "entry_points", lambda group: [Point()] if group == "regesta.readers" else [])
    formats._others.cache_clear()
    try:
        (tmp_path / "a.loud").write_text("war.", encoding="utf-8")
        assert all_of(tmp_path)["a"].text == "WAR."
    finally:
        monkeypatch.undo()
        formats._others.cache_clear()


def test_texts_at_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    system = fsspec.filesystem("memory")
    system.pipe({"/texts/a.txt": WAR.encode(), "/texts/sub/b.txt": PEACE.encode(), "/texts/picture.png": b"x"})
    system.pipe({"/texts/metadata.csv": b"doc_id,title\na,The war\n"})
    assert [(d, t.title) for d, t in all_of("memory://texts").items()] == [("a", "The war"), ("b", "")]
    assert list(all_of("memory://texts/sub/*.txt")) == ["b"]
    system.rm("/texts/sub/b.txt")
    assert list(all_of("memory://texts")) == ["a"]
    with pytest.raises(RegestaError, match="memory://nowhere"):
        find_sources("memory://nowhere/a.txt")

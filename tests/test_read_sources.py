"""Finding, fingerprinting and reading texts: ids, metadata, and a clear line for everything that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError, RegestaError
from pipeline.read import Source, find_sources, fingerprint, read

TEXT = "The war began in 1914. It ended in 1918."


def write(folder: Path, names: str, text: str = TEXT) -> None:
    for name in names.split():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def ids(inputs: object) -> list[str]:
    return [source.doc_id for source in find_sources(inputs)]  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ what is found
def test_a_file_a_folder_and_a_glob(tmp_path: Path) -> None:
    write(tmp_path, "b.txt a.txt sub/c.txt sub/d.html.txt e.bak notes")
    assert ids(tmp_path / "b.txt") == ["b"]
    assert ids(str(tmp_path)) == ["a", "b", "c", "d.html"]
    assert ids(f"{tmp_path}/*.txt") == ["a", "b"]
    assert ids(f"{tmp_path}/**/*.txt") == ["a", "b", "c", "d.html"]
    assert ids([tmp_path / "sub", tmp_path]) == ["c", "d.html", "a", "b"], "each text once"
    assert ids(tmp_path / "notes") == ["notes"], "a file that is named is a text whatever its ending"
    assert [source.name for source in find_sources(tmp_path)] == ["a.txt", "b.txt", "sub/c.txt", "sub/d.html.txt"]


def test_files_about_the_texts_and_hidden_ones_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.txt .hidden.txt .git/x.txt README.txt ATTRIBUTION.txt LICENSE.txt actors.toml")
    write(tmp_path, "metadata.csv", "doc_id,published\na,1958-07-14\n")
    assert ids(tmp_path) == ["a"]


def test_a_file_whose_name_is_a_glob(tmp_path: Path) -> None:
    write(tmp_path, "speech[1].txt speech1.txt")
    assert ids(f"{tmp_path}/speech[1].txt") == ["speech[1]"]


@pytest.mark.parametrize("inputs", ["nowhere", "nowhere/*.txt", "empty", []])
def test_nothing_there_is_said_in_one_line(
    tmp_path: Path, inputs: str | list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    with pytest.raises(RegestaError) as caught:
        find_sources(inputs)
    assert "\n" not in str(caught.value)
    assert not inputs or str(inputs) in str(caught.value)


def test_links_that_go_round_are_entered_once(tmp_path: Path) -> None:
    write(tmp_path, "a.txt sub/b.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert ids(tmp_path) == ["a", "gone", "b"], "a link that leads nowhere is named when it is read"


# ------------------------------------------------------------------------------------------------ ids
def test_equal_stems_get_their_paths_and_change_nobody_elses_id(tmp_path: Path) -> None:
    write(tmp_path, "july.txt 1958/july.txt 1961/july.txt 1961/june.txt x.txt x.text")
    found = {source.name: source.doc_id for source in find_sources(tmp_path)}
    assert found == {
        "july.txt": "july", "1958/july.txt": "1958__july", "1961/july.txt": "1961__july", "1961/june.txt": "june",
        "x.txt": "x.txt", "x.text": "x.text",
    }  # fmt: skip
    write(tmp_path, "1963/august.txt")
    again = {source.name: source.doc_id for source in find_sources(tmp_path)}
    assert {name: again[name] for name in found} == found


def test_ids_of_two_inputs_differ(tmp_path: Path) -> None:
    write(tmp_path, "one/a.txt two/a.txt")
    assert len(set(ids([tmp_path / "one", tmp_path / "two"]))) == 2


_NAMES = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1, max_size=40)


@given(st.lists(_NAMES, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_file_name_gives_a_unique_printable_id(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    made = 0
    for name in names:
        if name in (".", "..") or len(os.fsencode(name)) > 240:
            continue
        (folder / f"{name}.txt").write_text(TEXT, encoding="utf-8")
        made += 1
    if not made:
        return
    try:
        found = ids(folder)
    except RegestaError:  # every file hidden or about the texts
        return
    assert len(set(found)) == len(found)
    assert all(i and "/" not in i and "\n" not in i and i.encode("utf-8") for i in found)


def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(TEXT, encoding="utf-8")
    (found,) = find_sources(tmp_path)
    assert found.doc_id == "caf\ufffd" and read(found).text == TEXT and fingerprint(found)


# ------------------------------------------------------------------------------------------------ metadata
def metadata(tmp_path: Path, table: str) -> dict[str, Source]:
    write(tmp_path, "a.txt b.txt sub/c.txt")
    (tmp_path / "metadata.csv").write_bytes(table.encode("utf-8"))
    return {source.doc_id: source for source in find_sources(tmp_path)}


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_metadata_beside_the_texts(tmp_path: Path, separator: str, start: str) -> None:
    lines = ["doc_id,published,title,source,language", "a,1958-07-14,The coup,Wikipedia,EN", 'c,,"Peace",,', ",,,,"]
    found = metadata(tmp_path, start + "\r\n".join(lines).replace(",", separator) + "\r\n")
    assert (found["a"].published, found["a"].title, found["a"].language) == ("1958-07-14", "The coup", "en")
    assert (found["c"].title, found["b"].title) == ("Peace", "")
    (alone,) = find_sources(tmp_path / "a.txt")
    assert alone.title == "The coup", "also for a text that is named alone"


def test_metadata_may_name_texts_by_file_name_or_path(tmp_path: Path) -> None:
    found = metadata(tmp_path, "doc_id,title\na.txt,A\nsub/c.txt,C\n")
    assert (found["a"].title, found["c"].title) == ("A", "C")


def test_the_nearest_metadata_rules(tmp_path: Path) -> None:
    write(tmp_path, "sub/metadata.csv", "doc_id,title\nc,near\n")
    assert metadata(tmp_path, "doc_id,title\nc,far\n")["c"].title == "near"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("doc_id,published\na,14 July 1958\n", "line 2: published '14 July 1958' is no date"),
        ("doc_id,published\na,1958-02-30\n", "line 2"),
        ("id,published\na,1958-07-14\n", "no column doc_id"),
        ("", "no column doc_id"),
        ("doc_id,title\na,x\na,y\n", "line 3: doc_id 'a' again (line 2)"),
        ("doc_id,title\n,x\n", "line 2: doc_id is empty"),
        ("doc_id,title\na,\"x\n", "line 2"),
    ],
)  # fmt: skip
def test_mistakes_in_metadata_are_named_with_their_line(tmp_path: Path, table: str, words: str) -> None:
    with pytest.raises(RegestaError) as caught:
        metadata(tmp_path, table)
    message = str(caught.value)
    assert words in message and "metadata.csv" in message and "\n" not in message


def test_a_row_without_its_text_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    write(tmp_path, "metadata.csv", "doc_id,title\na,A\nnobody,N\n")
    told: dict[str, str] = {}
    assert [s.title for s in find_sources(tmp_path, told.__setitem__)] == ["A"]
    assert list(told) == ["nobody"] and "line 3: no text has the doc_id 'nobody'" in told["nobody"]


def test_metadata_that_is_no_utf8(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / "metadata.csv").write_bytes("doc_id,title\na,é\n".encode("latin-1"))
    with pytest.raises(RegestaError, match=r"metadata\.csv: not UTF-8"):
        find_sources(tmp_path)


# ------------------------------------------------------------------------------------------------ reading
def one(tmp_path: Path, data: bytes) -> Source:
    (tmp_path / "a.txt").write_bytes(data)
    return find_sources(tmp_path)[0]


@pytest.mark.parametrize("text", ["War\r\nand peace.\r\n", "\ufeffWar and peace.", "War\rand\n\npeace.\x0c"])
def test_the_text_is_kept_exactly(tmp_path: Path, text: str) -> None:
    document = read(one(tmp_path, text.encode("utf-8")))
    assert document.text == text
    assert document.path == "a.txt" and document.language == "en" and len(document.sha256) == 64


def test_title_from_metadata_or_text(tmp_path: Path) -> None:
    source = one(tmp_path, b"= The war =\n\nIt began.")
    assert read(source).title == "The war"
    (tmp_path / "metadata.csv").write_text("doc_id,title\na,Another\n", encoding="utf-8")
    assert read(find_sources(tmp_path)[0]).title == "Another"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"), (b" \r\n\t\xef\xbb\xbf", "empty"), (b"\xef\xbb\xbf", "empty"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8, "binary"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_named_with_a_remedy(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(one(tmp_path, data))
    message = str(caught.value)
    assert message.startswith("a.txt: ") and words in message and ";" in message and "\n" not in message


def test_a_text_that_vanished(tmp_path: Path) -> None:
    source = one(tmp_path, b"War.")
    source.path.unlink()
    for function in (read, fingerprint):
        with pytest.raises(InputError, match=r"a\.txt: cannot be read"):
            function(source)


def test_a_single_nul_does_not_make_a_text_binary(tmp_path: Path) -> None:
    assert "\0" in read(one(tmp_path, b"The war\0 began in 1914 and it went on for four years." * 5)).text


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_document_or_an_input_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    try:
        document = read(one(tmp_path_factory.mktemp("bytes"), data))
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert document.paragraphs or not any(c.isalnum() for c in document.text)


def test_fingerprint_follows_bytes_and_metadata_alone(tmp_path: Path) -> None:
    source = one(tmp_path, b"War.")
    first = fingerprint(source)
    os.utime(source.path, (0, 0))
    assert fingerprint(find_sources(tmp_path)[0]) == first
    (tmp_path / "metadata.csv").write_text("doc_id,published\na,1914-07-28\n", encoding="utf-8")
    dated = fingerprint(find_sources(tmp_path)[0])
    source.path.write_bytes(b"War!")
    assert len({first, dated, fingerprint(source)}) == 3

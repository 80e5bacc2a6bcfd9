"""Finding the texts of an input: files, folders and globs, rows and archives, with their metadata and stable ids."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import InputError, RegestaError
from pipeline.read.compressed import ARCHIVE, entries, opened, split
from pipeline.read.formats import endings, reader_for
from pipeline.read.metadata import METADATA, Metadata, load_metadata
from pipeline.read.remote import fetch, is_url

#: Files about the texts, by stem in lower case.
_ABOUT = frozenset(
    {"readme", "attribution", "attributions", "license", "licence", "copying", "notice", "authors", "changelog"}
)
#: Bytes of an id; exports add an ending to it, and few disks take a name of over 255.
_LONGEST = 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029|]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A text to read: where it is and what the metadata say of it.

    `name` is the path relative to the input's root; `member` a row or page within a container, and `chars` about how
    long that is.
    """

    doc_id: str
    path: Path
    name: str
    title: str = ""
    published: str = ""
    language: str = ""
    member: str = ""
    chars: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A file with texts and the root that its name is relative to."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()


@dataclass(slots=True)
class _Found:
    """A source whose id is not settled: the forms it may take, in order of preference."""

    source: Source
    file: _File
    forms: list[str]


def find_sources(
    inputs: str | Path | Sequence[str | Path], missing: Callable[[str, str], None] = lambda doc_id, why: None
) -> list[Source]:
    """The texts of one or several inputs.

    Parameters
    ----------
    inputs : str, Path or sequence of them
        Files, folders (searched with their subfolders), globs or URLs of them; tables with a text a row when they are
        named or nothing else is there. A `metadata.csv` in the folder or beside the texts gives their `doc_id`, and
        any of `published`, `title`, `language`.
    missing : callable
        Called with the doc_id of a row of `metadata.csv` whose text is not there, and a line about it.

    Returns
    -------
    list of Source
        Sorted by path within each input. A text's id is its file's stem; where several share a stem, the path within
        the input (`1958__july`), so that no other text's id depends on it.

    Raises
    ------
    RegestaError
        When nothing is there, or `metadata.csv` lacks its doc_id column or holds a wrong date.
    """
    listed = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    files: dict[str, _File] = {}
    for one in listed:
        for file in _files(one):
            files.setdefault(str(file.path.absolute()), file)
    found = [one for file in files.values() for one in _texts(file)]
    if not found:
        raise RegestaError(f"no texts in {', '.join(map(str, listed)) or 'an empty list'}; put .txt files there")
    _settle_ids(found)
    return _with_metadata(found, missing)


def _texts(file: _File) -> Iterator[_Found]:
    """The texts of a file: itself, its rows or the files in it."""
    name = _printable(file.name)
    stem, ending = split(file.path.name)
    if file.path.suffix.lower() == ARCHIVE:
        for entry in _entries(file.path, name):
            inner = _printable(entry)
            forms = [_id(split(inner)[0]), _id(f"{stem}/{inner}"), _id(f"{file.name}/{inner}")]
            yield _Found(Source("", file.path, f"{name}/{inner}", member=entry), file, forms)
        return
    reader = reader_for(ending)
    if reader is None or not reader.many:
        inside = str(Path(file.name).parent / stem)
        yield _Found(Source("", file.path, name), file, [_id(stem), _id(inside), _id(file.name)])
        return
    with opened(file.path, "", name) as stream:
        for number, row in enumerate(reader.read(stream, name), 1):
            # Without an id of its own a row is known by its words, so that rows before it may come and go.
            own = _printable(row.doc_id) or f"{stem}-{row.mark[:10]}"
            member = f"{number}:{row.mark}"
            source = Source("", file.path, f"{name}#{own}", row.title, row.published, row.language, member, row.chars)
            yield _Found(source, file, [_id(own), _id(f"{stem}-{own}"), _id(f"{file.name}-{own}")])


def _entries(path: Path, name: str) -> list[str]:
    single, _ = endings()
    try:
        found = [Path(entry) for entry in entries(path, name)]
    except InputError as error:
        raise RegestaError(str(error)) from error
    return [
        str(p) for p in found if _is_text(p, single) and not any(part.startswith((".", "__MACOSX")) for part in p.parts)
    ]


def _files(one: str | Path) -> list[_File]:
    """The text files of one input."""
    single, many = endings()
    if is_url(str(one)):
        path = fetch(str(one), lambda p: _is_text(p, single | many) or p.name == METADATA)
    else:
        path = Path(one)
    if path.is_dir():
        return [_File(p, path) for p in _walk(path)]
    if path.exists():
        return [_File(path, path.parent)]
    pattern = str(one)
    if not glob.has_magic(pattern):
        raise RegestaError(f"{one}: no such file or folder; check the path")
    root = Path(*_fixed_parts(Path(pattern)))
    matches = (Path(m) for m in sorted(glob.glob(pattern, recursive=True)))  # noqa: PTH207 - Path.glob refuses `a**`
    return [_File(p, root) for p in matches if p.is_file() and _is_text(p, single | many)]


def _fixed_parts(pattern: Path) -> Iterator[str]:
    """The leading folders of a glob that hold no wildcard."""
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            return
        yield part


def _is_text(path: Path, of: Container[str]) -> bool:
    """Whether a file found by a search is of one of the formats, and not hidden or about the texts."""
    stem, ending = split(path.name)
    wanted = ending in of or path.suffix.lower() == ARCHIVE
    return wanted and not path.name.startswith(".") and path.name != METADATA and stem.casefold() not in _ABOUT


def _walk(folder: Path) -> list[Path]:
    """The text files of a folder and its subfolders, sorted; links are followed, each folder entered once.

    A table of texts (CSV, JSONL, Parquet) beside single texts is taken for data about them.
    """
    single, many = endings()
    seen: set[tuple[int, int]] = set()

    def unreadable(error: OSError) -> None:
        raise RegestaError(f"{error.filename}: {error.strerror}; make the folder readable or move it away") from error

    found: list[Path] = []
    tables: list[Path] = []
    for here, folders, names in os.walk(folder, onerror=unreadable, followlinks=True):
        status = Path(here).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        # A link that leads nowhere is taken along: reading it says what is wrong.
        listed = (Path(here, name) for name in sorted(names))
        paths = [p for p in listed if p.is_file() or (p.is_symlink() and not p.exists())]
        found += [p for p in paths if _is_text(p, single)]
        tables += [p for p in paths if _is_text(p, many)]
    return found or tables


def _settle_ids(found: list[_Found]) -> None:
    """Give each source the first of its forms that no other shares, not even in another case.

    Two ids that differ in case alone would be one file where a disk ignores case.
    """
    for one in found:
        one.forms.append(_id(f"{one.file.root.absolute().name}/{one.forms[-1]}"))  # for the same name in two inputs
    shared = [Counter(one.forms[i].casefold() for one in found) for i in range(4)]
    used: Counter[str] = Counter()
    for one in found:
        unique = (form for i, form in enumerate(one.forms) if shared[i][form.casefold()] == 1)
        chosen = next(unique, one.forms[0])
        used[chosen.casefold()] += 1
        doc_id = chosen if used[chosen.casefold()] == 1 else f"{chosen}~{used[chosen.casefold()]}"
        one.source = replace(one.source, doc_id=doc_id)


def _id(name: str) -> str:
    """A name as an id: composed characters, no control characters, no slashes, short enough for a file's name."""
    found = re.sub(r"[/\\]", "__", _printable(name)).strip() or "_"
    data = found.encode()
    if len(data) <= _LONGEST:
        return found
    return data[: _LONGEST - 9].decode(errors="ignore") + "~" + hashlib.sha256(data).hexdigest()[:8]


def _printable(name: str) -> str:
    """A file name that every table can hold: valid UTF-8, composed, without control characters."""
    valid = os.fsencode(name).decode("utf-8", "replace")
    return _UNPRINTABLE.sub("_", unicodedata.normalize("NFC", valid))


def _with_metadata(found: list[_Found], missing: Callable[[str, str], None]) -> list[Source]:
    """The sources with what the `metadata.csv` of their folders says: the nearest one up to the root rules."""
    above = {one.file: _folders(one.file) for one in found}
    tables: dict[Path, Metadata] = {}
    for folder in sorted({f for folders in above.values() for f in folders}):
        if (folder / METADATA).is_file():
            tables[folder] = load_metadata(folder / METADATA)
    if tables:
        for one in found:
            source = one.source
            keys = (source.doc_id, source.name, source.path.name, split(source.path.name)[0], Path(source.name).name)
            row = next((r for f in above[one.file] if f in tables and (r := tables[f].take(keys))), None)
            if row is not None:
                one.source = replace(
                    source,
                    title=row.title or source.title,
                    published=row.published or source.published,
                    language=row.language or source.language,
                )
        for folder in sorted(tables):
            for doc_id, why in tables[folder].without_text({_id(split(p.name)[0]) for p in _walk(folder)}):
                missing(doc_id, why)
    return [one.source for one in found]


def _folders(file: _File) -> list[Path]:
    """The folders of a file up to its root, the nearest first."""
    parents = [file.path.parent, *file.path.parent.parents]
    return [f for f in parents if f == file.root or file.root in f.parents] or [file.root]

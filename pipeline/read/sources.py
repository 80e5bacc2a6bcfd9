"""Finding the texts of an input: files, folders and globs, with their metadata and stable ids."""

from __future__ import annotations

import glob
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import RegestaError
from pipeline.read.metadata import METADATA, Metadata, load_metadata

#: File types that are texts when a folder or glob is searched.
TEXT_SUFFIXES = (".txt", ".text")
#: Files about the texts, by stem in lower case.
_ABOUT = frozenset(
    {"readme", "attribution", "attributions", "license", "licence", "copying", "notice", "authors", "changelog"}
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029|]+")


@dataclass(frozen=True, slots=True)
class Source:
    """A text to read: where it is and what the metadata say of it.

    `name` is the path relative to the input's root; `member` a row or page within a container.
    """

    doc_id: str
    path: Path
    name: str
    title: str = ""
    published: str = ""
    language: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    """A text file and the root that its name is relative to."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()


def find_sources(inputs: str | Path | Sequence[str | Path]) -> list[Source]:
    """The texts of one or several inputs.

    Parameters
    ----------
    inputs : str, Path or sequence of them
        Files, folders (searched with their subfolders) or globs. A `metadata.csv` in the folder or beside the texts
        gives their `doc_id`, and any of `published`, `title`, `language`.

    Returns
    -------
    list of Source
        Sorted by path within each input. A text's id is its file's stem; where several share a stem, the path within
        the input (`1958__july`), so that no other text's id depends on it.

    Raises
    ------
    RegestaError
        When nothing is there, or `metadata.csv` names a text that is not there or holds a wrong date.
    """
    listed = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    files: dict[str, _File] = {}
    for one in listed:
        for file in _files(one):
            files.setdefault(str(file.path.absolute()), file)
    if not files:
        raise RegestaError(f"no texts in {', '.join(map(str, listed)) or 'an empty list'}; put .txt files there")
    found = [
        Source(doc_id=doc_id, path=file.path, name=_printable(file.name))
        for file, doc_id in zip(files.values(), _ids(list(files.values())), strict=True)
    ]
    return _with_metadata(found, list(files.values()))


def _files(one: str | Path) -> list[_File]:
    """The text files of one input."""
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
    return [_File(p, root) for p in matches if p.is_file() and _is_text(p)]


def _fixed_parts(pattern: Path) -> Iterator[str]:
    """The leading folders of a glob that hold no wildcard."""
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            return
        yield part


def _is_text(path: Path) -> bool:
    """Whether a file found by a search is a text, and not hidden or about the texts."""
    return not path.name.startswith(".") and path.suffix.lower() in TEXT_SUFFIXES and path.stem.casefold() not in _ABOUT


def _walk(folder: Path) -> Iterator[Path]:
    """The text files of a folder and its subfolders, sorted; links are followed, each folder entered once."""
    seen: set[tuple[int, int]] = set()

    def unreadable(error: OSError) -> None:
        raise RegestaError(f"{error.filename}: {error.strerror}; make the folder readable or move it away") from error

    for here, folders, names in os.walk(folder, onerror=unreadable, followlinks=True):
        status = Path(here).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (p for p in (Path(here, name) for name in sorted(names)) if _is_text(p) and p.is_file())


def _ids(files: list[_File]) -> list[str]:
    """An id a file: its stem; where that is not unique, its path without suffix, else with it."""
    stems = Counter(_id(file.path.stem) for file in files)
    paths = Counter(_id(str(Path(file.name).with_suffix(""))) for file in files)
    names = Counter(_id(file.name) for file in files)
    ids: list[str] = []
    used: Counter[str] = Counter()
    for file in files:
        forms = [_id(file.path.stem), _id(str(Path(file.name).with_suffix(""))), _id(file.name)]
        unique = (form for form, among in zip(forms, (stems, paths, names), strict=True) if among[form] == 1)
        chosen = next(unique, _id(f"{file.root.absolute().name}/{file.name}"))
        used[chosen] += 1
        ids.append(chosen if used[chosen] == 1 else f"{chosen}~{used[chosen]}")
    return ids


def _id(name: str) -> str:
    """A name as an id: composed characters, no control characters, no slashes."""
    return re.sub(r"[/\\]", "__", _printable(name)).strip() or "_"


def _printable(name: str) -> str:
    """A file name that every table can hold: valid UTF-8, composed, without control characters."""
    valid = os.fsencode(name).decode("utf-8", "replace")
    return _UNPRINTABLE.sub("_", unicodedata.normalize("NFC", valid))


def _with_metadata(found: list[Source], files: list[_File]) -> list[Source]:
    """The sources with what the `metadata.csv` of their folders says: the nearest one up to the root rules."""
    tables: dict[Path, Metadata] = {}
    folders: list[list[Path]] = []
    for file in files:
        above = [f for f in (file.path.parent, *file.path.parent.parents) if f == file.root or file.root in f.parents]
        folders.append(above or [file.root])
    for folder in sorted({f for above in folders for f in above}):
        if (folder / METADATA).is_file():
            tables[folder] = load_metadata(folder / METADATA)
    if not tables:
        return found
    described = []
    for source, above in zip(found, folders, strict=True):
        keys = (source.doc_id, source.name, source.path.name, source.path.stem)
        rows = (tables[f].take(keys) for f in above if f in tables)
        row = next((r for r in rows if r), None)
        if row is not None:
            source = replace(source, title=row.title, published=row.published, language=row.language)
        described.append(source)
    for folder in sorted(tables):
        tables[folder].check_all_taken({_id(p.stem) for p in _walk(folder)})
    return described

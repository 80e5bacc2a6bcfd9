"""From merged records to the Parquet tables, with ids that stay the same from build to build."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.actors.names import is_acronym, key, skeleton
from pipeline.errors import DataError
from scripts.knowledge.records import AliasRecord, EntityRecord, PersonRecord, slug

LOCK = "ids.lock.tsv"


class Ids:
    """Ids for records: the one a source key had before, else a new slug that nobody has."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.before: dict[str, str] = {}
        if path.exists():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                source, tab, id = line.partition("\t")
                if not tab or not id:
                    raise DataError(f"{path}, line {number}: a source key and an id, separated by a tab, are wanted")
                self.before[source] = id
        self.taken = set(self.before.values())
        self.used: set[str] = set()
        self.now: dict[str, str] = {}

    def give(self, sources: Iterable[str], name: str, hints: Iterable[str]) -> str:
        """The id of what these source keys describe.

        Parameters
        ----------
        sources : iterable of str
            Keys in order of trust; the first that the lock file knows decides.
        name : str
            What a new id is made from.
        hints : iterable of str
            Words that tell namesakes apart: country, birth year.
        """
        sources = list(sources)
        old = (self.before[s] for s in sources if s in self.before)
        id = next((i for i in old if i not in self.used), None)
        if id is None:
            base = slug(name)
            options = [base, *(f"{base}-{slug(h)}" for h in hints if h), *(f"{base}-{n}" for n in range(2, 999))]
            id = next(o for o in options if o not in self.taken and o not in self.used)
        self.used.add(id)
        self.now.update(dict.fromkeys(sources, id))
        return id

    def write(self) -> None:
        """Remember the ids; keys that no source has any more keep theirs, so that they are never given away."""
        lines = sorted({**self.before, **self.now}.items())
        self.path.write_text("".join(f"{source}\t{id}\n" for source, id in lines), encoding="utf-8")


def _clean_aliases(aliases: list[AliasRecord], drop: set[str]) -> list[AliasRecord]:
    """Each normalised name once a kind, validity merged to the widest; names of one letter or without letters go.

    A capital may be one twice: Belgrade is Serbia's until 1918 and since 2006.
    """
    best: dict[tuple[str, str], AliasRecord] = {}
    again: list[AliasRecord] = []
    for alias in aliases:
        k = key(alias.name)
        if len(k.replace(" ", "")) < 2 or k.replace(" ", "").isdigit() or (k in drop and not is_acronym(alias.name)):
            continue
        kind = "variant" if alias.kind == "name" and (k, "name") in best else alias.kind
        old = best.get((k, kind))
        if old is None:
            if kind == "variant" and any((k, x) in best for x in ("name", "acronym", "short")):
                continue
            best[k, kind] = alias
        elif not (alias.start or alias.end) and (old.start or old.end) and kind != "variant":
            best[k, kind] = alias
        elif kind == "capital" and old.end and alias.start > old.end:
            again.append(alias)
    return [*best.values(), *again]


def write_tables(
    folder: Path,
    entities: list[EntityRecord],
    persons: list[PersonRecord],
    relations: list[tuple[str, str, str]],
    drop: set[str],
) -> dict[str, int]:
    """Writes all tables and returns their numbers of rows; ids must have been given.

    Parameters
    ----------
    folder : Path
        Where the Parquet files go.
    entities, persons : list
        What there is.
    relations : list of tuple
        Ids of source and target with the relation's kind between them.
    drop : set of str
        Normalised names that are no names.
    """
    rows, alias_rows, identifiers = [], [], []
    for record in sorted([*entities, *persons], key=lambda r: r.id):
        if isinstance(record, PersonRecord):
            row = (record.id, record.name, "PERSON", record.country, record.wikidata, "", record.born, record.died)
            row += (record.gender, round(record.weight, 3))
        else:
            row = (record.id, record.name, record.type, record.country, record.wikidata, record.cow)
            row += (record.start, record.end, "", round(record.prominence, 3))
        for alias in _clean_aliases(record.aliases, drop):
            alias_rows.append((key(alias.name), alias.name, len(rows), alias.kind, alias.start, alias.end))
        identifiers += [(record.id, scheme, value) for scheme, value in record.identifiers]
        rows.append(row)
    alias_rows.sort()
    number = {row[0]: i for i, row in enumerate(rows)}
    role_rows = sorted(
        (number[p.id], r.office, r.title, r.body, r.country, r.start, r.end, r.start_basis, r.end_basis, r.to_country)
        for p in persons
        for r in _clean_roles(p)
    )
    role_rows.sort(key=lambda r: (r[0], r[5] or r[6], r[1:]))
    skeleton_rows = sorted(
        (s, i)
        for i, (_, name, entity, kind, *_) in enumerate(alias_rows)
        if rows[entity][2] == "PERSON" and kind in ("name", "variant") and (s := skeleton(name))
    )
    text, whole = pa.string(), pa.int32()
    tables = {
        "entities": (
            rows,
            "id name type country wikidata cow start end gender prominence",
            {"prominence": pa.float32()},
        ),
        "aliases": (alias_rows, "key alias entity kind start end", {"entity": whole}),
        "roles": (
            role_rows,
            "person office title body country start end start_basis end_basis to_country",
            {"person": whole},
        ),
        "relations": (sorted(set(relations)), "source kind target", {}),
        "identifiers": (sorted(set(identifiers)), "entity scheme value", {}),
        "skeletons": (skeleton_rows, "skeleton alias", {"alias": whole}),
    }
    for name, (data, columns, types) in tables.items():
        names = columns.split()
        values = list(zip(*data, strict=True)) if data else [[] for _ in names]
        arrays = [pa.array(v, types.get(c, text)) for c, v in zip(names, values, strict=True)]
        pq.write_table(
            pa.table(dict(zip(names, arrays, strict=True))),
            folder / f"{name}.parquet",
            compression="zstd",
            compression_level=15,
        )
    return {name: len(data) for name, (data, _, _) in tables.items()}


def _clean_roles(person: PersonRecord) -> list:  # type: ignore[type-arg]
    """Roles without repetition: of those that differ only in how exactly they are dated, the exact one."""
    vague = {"exact": 0, "month": 1, "year": 2, "open": 3, "volume": 4}
    kept: dict[tuple[str, ...], object] = {}
    for role in sorted(
        person.roles, key=lambda r: (vague[r.start_basis] + vague[r.end_basis], r.start, r.end, r.title)
    ):
        seat = (role.office, role.country, role.to_country, role.start[:4], role.end[:4])
        kept.setdefault(seat, role)
    return list(kept.values())

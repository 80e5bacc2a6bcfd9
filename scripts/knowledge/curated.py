"""The hand-curated tables under models/knowledge/curated: read, and checked cell by cell."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.actors.lexicon import load_lexicon
from pipeline.actors.names import key
from pipeline.errors import DataError
from scripts.knowledge.merge import absorb
from scripts.knowledge.records import ISO, AliasRecord, EntityRecord, PersonRecord, RoleRecord, alias_kind, basis

RANKS = {"1": 1.0, "2": 0.9, "3": 0.8, "4": 0.65, "5": 0.5}
"""Prominence of a curated row's rank: 1 for what every history names, 5 for what few do."""

TYPES = frozenset(
    ["STATE", "GOVERNMENT", "ORGANIZATION", "ARMED_GROUP", "PARTY", "PEOPLE", "PLACE", "COMPANY", "EVENT"]
)

Row = tuple[str, dict[str, str]]


def read_rows(path: Path, columns: str) -> Iterator[Row]:
    """Rows of a tab-separated file with their place (`file, line n`), which error messages name.

    Raises
    ------
    DataError
        When the header is another one, or a row has too many or too few cells.
    """
    wanted = columns.split()
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(table, [])
        if header != wanted:
            raise DataError(f"{path}, line 1: the columns must be {', '.join(wanted)}")
        for cells in table:
            where = f"{path}, line {table.line_num}"
            if not cells or cells[0].startswith("#"):
                continue
            if len(cells) != len(wanted):
                raise DataError(f"{where}: {len(cells)} cells, {len(wanted)} wanted")
            yield where, dict(zip(wanted, (c.strip() for c in cells), strict=True))


def check_date(text: str, where: str) -> str:
    """The date itself when it is ISO or empty."""
    if text and not ISO.fullmatch(text):
        raise DataError(f"{where}: {text!r} is no ISO date")
    return text


def aliases(cell: str, kind: str, where: str) -> list[AliasRecord]:
    """The names in a cell: separated by `|`, each with its validity after `@` (`Zaire@1971/1997`)."""
    found = []
    for part in filter(None, (p.strip() for p in cell.split("|"))):
        name, at, validity = part.partition("@")
        start, slash, end = validity.partition("/")
        if at and not slash:
            raise DataError(f"{where}: {part!r}: a validity is written @from/to")
        found.append(AliasRecord(name, kind or alias_kind(name), check_date(start, where), check_date(end, where)))
    return found


def _rank(text: str, where: str) -> float:
    if text not in RANKS:
        raise DataError(f"{where}: rank {text!r} is not one of 1 to 5")
    return RANKS[text]


def states(folder: Path) -> list[EntityRecord]:
    """The states of `states.tsv`, their demonyms and capitals as aliases."""
    found = []
    columns = "name code start end adjectives people aliases capitals rank"
    codes: set[str] = set()
    for where, row in read_rows(folder / "states.tsv", columns):
        if row["code"] in codes:
            raise DataError(f"{where}: a second state with the code {row['code']!r}")
        codes.add(row["code"])
        record = EntityRecord(
            source=f"state:{row['code']}",
            name=row["name"],
            type="STATE",
            country=row["code"],
            start=check_date(row["start"], where),
            end=check_date(row["end"], where),
            prominence=_rank(row["rank"], where),
            aliases=[
                AliasRecord(row["name"], "name"),
                *aliases(row["aliases"], "", where),
                *aliases(row["adjectives"], "demonym_adj", where),
                *aliases(row["people"], "demonym_people", where),
                *aliases(row["capitals"], "capital", where),
            ],
        )
        found.append(record)
    return found


def entities(folder: Path) -> list[EntityRecord]:
    """Whatever else texts name, from `entities.tsv`."""
    found = []
    columns = "name type country aliases demonyms start end part_of wikidata rank"
    for where, row in read_rows(folder / "entities.tsv", columns):
        if row["type"] not in TYPES:
            raise DataError(f"{where}: type {row['type']!r} is not one of {', '.join(sorted(TYPES))}")
        record = EntityRecord(
            source=f"curated:{row['name']}",
            name=row["name"],
            type=row["type"],
            country=row["country"],
            wikidata=row["wikidata"],
            start=check_date(row["start"], where),
            end=check_date(row["end"], where),
            prominence=_rank(row["rank"], where) * 0.9,
            aliases=[
                AliasRecord(row["name"], "name"),
                *aliases(row["aliases"], "", where),
                *aliases(row["demonyms"], "demonym_adj", where),
            ],
            relations=[("part_of", name.strip()) for name in row["part_of"].split("|") if name.strip()],
        )
        found.append(record)
    return found


def persons(folder: Path) -> list[PersonRecord]:
    """Persons of `persons.tsv`, with the offices of `officeholders.tsv`; an empty surname means that there is none."""
    found: dict[str, PersonRecord] = {}
    for where, row in read_rows(folder / "persons.tsv", "name country gender born died surname aliases rank"):
        if row["name"] in found:
            raise DataError(f"{where}: {row['name']} stands twice")
        found[row["name"]] = PersonRecord(
            sources=[f"curated:{row['name']}"],
            name=row["name"],
            surname=row["surname"] or row["name"],
            aliases=aliases(row["aliases"], "", where),
            country=row["country"],
            gender=row["gender"],
            born=check_date(row["born"], where),
            died=check_date(row["died"], where),
            weight=_rank(row["rank"], where),
        )
    columns = "name office title country body start end to_country"
    for where, row in read_rows(folder / "officeholders.tsv", columns):
        person = found.get(row["name"])
        if person is None:
            surname = row["name"] if _REGNAL.search(row["name"]) else row["name"].split()[-1]
            person = found[row["name"]] = PersonRecord(
                [f"curated:{row['name']}"], row["name"], surname, country=row["country"], weight=0.5
            )
        start, end = check_date(row["start"], where), check_date(row["end"], where)
        role = RoleRecord(
            row["office"],
            row["title"],
            row["country"],
            row["body"],
            start,
            end,
            basis(start),
            basis(end),
            row["to_country"],
        )
        person.roles.append(role)
        if row["office"] == "king":
            person.aliases += _royal_names(person.name, role)
    return list(found.values())


_REGNAL = re.compile(r" of |, | the |\b[IVX]+$|^(Queen|King|Emperor|Empress|Prince|Pope|Shah)\b")
_ROYAL_TITLES = {"King": ("King", "Queen"), "Tsar": ("Tsar", "Czar", "Emperor"), "Kaiser": ("Kaiser", "Emperor")}


def _royal_names(name: str, role: RoleRecord) -> list[AliasRecord]:
    """How a ruler is called without the realm: `Faisal`, `King Faisal` while on the throne."""
    plain = re.sub(r" of .*|,.*|^(Queen|King|Emperor|Empress|Pope) | Emperor$", "", name)
    unnumbered = re.sub(r" [IVX]+$", "", plain)
    titles = _ROYAL_TITLES.get(role.title, (role.title,))
    forms = [plain, *(f"{title} {n}" for title in titles for n in dict.fromkeys((plain, unnumbered)))]
    first, last = role.start if role.start[0] != "-" else "", role.end
    if unnumbered not in (plain, *load_lexicon().given_names):  # Menelik, but not William
        return [AliasRecord(unnumbered, "short", first, last), *(AliasRecord(f, "variant", first, last) for f in forms)]
    return [AliasRecord(form, "variant", first, last) for form in forms]


def split(folder: Path, persons: list[PersonRecord]) -> list[PersonRecord]:
    """Persons with those records taken apart that `splits.tsv` says hold two.

    Names that match the row's pattern, and roles that begin within its dates, go to the new person.

    Raises
    ------
    DataError
        When a row names a record that no source has.
    """
    by_source = {s: p for p in persons for s in p.sources}
    added = []
    for where, row in read_rows(folder / "splits.tsv", "source name surname names from to note"):
        person = by_source.get(row["source"])
        if person is None:
            raise DataError(f"{where}: no record {row['source']!r}")
        pattern = re.compile(row["names"])
        moved = [a for a in person.aliases if pattern.search(a.name)]
        roles = [r for r in person.roles if row["from"] <= (r.start or r.end) <= row["to"]]
        person.aliases = [a for a in person.aliases if a not in moved]
        person.roles = [r for r in person.roles if r not in roles]
        if pattern.search(person.name):
            person.name = person.aliases[0].name
        sources = [f"{row['source']}:{key(row['name'])}"]
        added.append(
            PersonRecord(sources, row["name"], row["surname"], aliases=moved, roles=roles, weight=person.weight)
        )
    return [*persons, *added]


def same(folder: Path, persons: list[PersonRecord]) -> list[PersonRecord]:
    """Persons with those records joined that `same.tsv` says are one and whose sources do not show it.

    Raises
    ------
    DataError
        When a row names a record that no source has, or two that are one already.
    """
    by_source = {s: p for p in persons for s in p.sources}
    gone: set[int] = set()
    for where, row in read_rows(folder / "same.tsv", "keep join note"):
        kept, other = by_source.get(row["keep"]), by_source.get(row["join"])
        if kept is None or other is None:
            raise DataError(f"{where}: no record {row['keep'] if kept is None else row['join']!r}")
        if kept is other:
            raise DataError(f"{where}: {row['keep']!r} and {row['join']!r} are one already")
        absorb(kept, other)
        by_source.update(dict.fromkeys(other.sources, kept))
        gone.add(id(other))
    return [p for p in persons if id(p) not in gone]


def name_cities(folder: Path, cities: list[EntityRecord]) -> None:
    """Gives cities the former and other English names of `old_names.tsv`.

    Raises
    ------
    DataError
        When a row names a city that is not there.
    """
    by_name = {(key(c.name), c.country): c for c in reversed(cities)}
    for where, row in read_rows(folder / "old_names.tsv", "city country names note"):
        city = by_name.get((key(row["city"]), row["country"]))
        if city is None:
            raise DataError(f"{where}: no city {row['city']!r} in {row['country']!r}")
        city.aliases += aliases(row["names"], "variant", where)

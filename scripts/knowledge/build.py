"""Build the knowledge base: `python -m scripts.knowledge.build RAW`, RAW being the folder of source archives.

The archives may be packed (`NAME.tar.xz`) or unpacked (`NAME/`). Tables are written to models/knowledge.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tarfile
import tempfile
from pathlib import Path

from pipeline.actors.names import key
from pipeline.errors import DataError, RegestaError
from pipeline.paths import models_dir
from scripts.knowledge import bodies, curated, diplomats, groups, leaders, merge, places, tables, titles
from scripts.knowledge.offices import families, office_patterns
from scripts.knowledge.records import AliasRecord, EntityRecord, PersonRecord

ARCHIVES = [
    "congress",
    "country_codes",
    "frus_people",
    "gsh",
    "manystates",
    "openeventdata_dictionaries",
    "partyfacts",
    "pocom",
    "reign",
    "ucdp_actor",
    "visits",
]

# How much a person who held an office once is named in later texts.
OFFICE_WEIGHT = {
    "president": 0.75, "king": 0.72, "leader": 0.72, "head_of_government": 0.72, "head_of_state": 0.72,
    "foreign_minister": 0.55, "secretary_general": 0.5, "national_security_adviser": 0.5, "vice_president": 0.5,
    "defense_minister": 0.45, "party_leader": 0.4, "chief_of_staff": 0.4, "ambassador": 0.3, "minister": 0.35,
    "finance_minister": 0.4, "interior_minister": 0.38, "un_representative": 0.35, "director": 0.35, "legislator": 0.3,
}  # fmt: skip


def unpack(raw: Path, scratch: Path) -> Path:
    """The folder with every source unpacked: the one given, or a scratch folder filled from its archives."""
    if all((raw / name).is_dir() for name in ARCHIVES):
        return raw
    for name in ARCHIVES:
        archive = raw / f"{name}.tar.xz"
        if not archive.exists():
            raise DataError(f"{archive}: missing; RAW must hold the archives named in models/knowledge/sources.toml")
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
    return scratch


def weigh(person: PersonRecord, ranks: dict[str, float]) -> float:
    """Prominence of a person: the highest office, the weight of its state, and how much the documents cite them."""
    cited = person.weight
    office = max(
        (OFFICE_WEIGHT.get(r.office, 0.2) * (0.75 + 0.3 * ranks.get(r.country, 0.5)) for r in person.roles),
        default=0.15,
    )
    if any(s.startswith("curated:") for s in person.sources) and cited >= 0.5:
        return max(cited * 0.97, office)
    return min(0.97, office + 0.25 * math.sqrt(cited))


_NUMERAL = re.compile(r"[IVX]+")
"""The number of a ruler, which is no surname of Elizabeth II's."""


def surnames(person: PersonRecord) -> list[str]:
    """The surname, also without the article that texts drop: Assad for al-Assad."""
    bare = re.sub(r"^(al|el|ul|as|ad|ar|an|at)[- ]", "", person.surname, flags=re.I)
    names = dict.fromkeys((person.surname, bare))
    return [n for n in names if n and key(n) != key(person.name) and not _NUMERAL.fullmatch(n)]


def short_forms(person: PersonRecord) -> list[str]:
    """A name without its middle names and suffix: `William H. Brubeck` is William Brubeck."""
    found = []
    for alias in person.aliases:
        name = re.sub(r",? (Jr|Sr|II|III|IV)\b\.?$", "", alias.name)
        words, last = name.split(), person.surname.split()
        if len(words) > len(last) + 1 and [key(w) for w in words[-len(last) :]] == [key(w) for w in last]:
            middle = words[1 : -len(last)]
            given = next((w for w in words if len(w.rstrip(".")) > 2), "")
            if given and given[0].isupper() and all(w[:1].isupper() for w in middle) and given not in last:
                found.append(f"{given} {person.surname}")
    return list(dict.fromkeys(found))


def gather_persons(raw: Path, folder: Path, states: list[EntityRecord]) -> list[PersonRecord]:
    """The persons of all sources, merged, with their names as aliases."""
    patterns = office_patterns(folder / "offices.toml")
    place_of = titles.resolver(states)
    codes = places.codes_by_cow(states)
    territory_code = places.territory_codes(states)
    records = [
        curated.persons(folder / "curated"),
        leaders.us_executives(raw),
        diplomats.pocom(raw, territory_code, patterns),
        leaders.archigos(raw, codes),
        leaders.reign(raw, codes),
        curated.split(folder / "curated", diplomats.frus(raw, patterns, place_of)),
        groups.officials(raw, {s.country for s in states}),
        leaders.us_legislators(raw),
        diplomats.visits(raw, territory_code),  # last: spelled in many ways, so nothing is merged by these names
    ]
    persons = curated.same(folder / "curated", merge.merge(records, families(folder / "offices.toml")))
    ranks = {s.country: s.prominence for s in states}
    for person in persons:
        person.weight = weigh(person, ranks)
        person.surname = person.surname or person.name.split()[-1]
        person.aliases.insert(0, AliasRecord(person.name, "name"))
        person.aliases += [AliasRecord(n, "surname") for n in surnames(person)]
        person.aliases += [AliasRecord(n) for n in short_forms(person)]
        countries = [r.country for r in person.roles if r.country]
        person.country = person.country or (max(dict.fromkeys(countries), key=countries.count) if countries else "")
    return persons


def build(raw: Path, folder: Path) -> dict[str, int]:
    """Read every source, merge, and write the tables into `folder`; returns the numbers of rows."""
    hand = folder / "curated"
    states = curated.states(hand)
    others = places.complete_states(states, raw)
    places.number_by_conflicts(states, raw)
    own = curated.entities(hand)
    persons = gather_persons(raw, folder, states)
    governments = bodies.administrations(persons)
    taken = {key(a.name) for r in [*states, *others, *own] for a in r.aliases if not a.kind.startswith("demonym")}
    alpha2 = {v: r.country for r in [*states, *others] for s, v in r.identifiers if s == "iso3166-1-alpha-2"}
    capitals = {key(a.name) for r in states for a in r.aliases if a.kind == "capital"}
    cities = places.cities(alpha2, taken - capitals)
    curated.name_cities(hand, cities)
    cities += places.us_states(taken | {key(c.name) for c in cities})
    bodies_of = bodies.add_templates(states, taken)
    lands = places.territories(raw, taken)
    adjectives = {s.country: a.name for s in reversed(states) for a in reversed(s.aliases) if a.kind == "demonym_adj"}
    parties = groups.parties(raw, taken, adjectives)
    armed = groups.armed_groups(raw, taken, places.codes_by_cow(states))
    houses = groups.committees(raw, taken)
    missions = bodies.embassies(states)
    entities = [*states, *others, *own, *governments, *cities, *bodies_of, *missions, *lands, *parties, *armed, *houses]

    ids = tables.Ids(folder / tables.LOCK)
    for record in [*states, *others, *own, *governments]:
        record.id = ids.give([record.source], record.name, [record.country])
    for person in sorted(persons, key=lambda p: (-p.weight, p.sources)):
        person.id = ids.give(person.sources, person.name, [person.country, person.born[:4]])
    for record in entities:
        record.id = record.id or ids.give([record.source], record.name, [record.country])
    ids.write()
    relations = link(entities, persons, ids.now)
    drop = {key(row["name"]) for _, row in curated.read_rows(hand / "no_names.tsv", "name note")}
    return tables.write_tables(folder, entities, persons, relations, drop)


def link(entities: list[EntityRecord], persons: list[PersonRecord], ids: dict[str, str]) -> list[tuple[str, str, str]]:
    """Relations between ids: what records name by source key or canonical name, and each state's capital."""
    by_name: dict[str, str] = {}
    for record in sorted(entities, key=lambda r: -r.prominence):
        by_name.setdefault(record.name, record.id)
    by_code = {r.country: r.id for r in entities if r.type == "STATE"}
    found = []
    for record in entities:
        for kind, target in record.relations:
            other = ids.get(target) or by_name.get(target)
            if other is None:
                raise DataError(f"{record.source}: {kind} {target!r} names nothing in the knowledge base")
            found.append((record.id, kind, other))
        if record.type == "STATE":
            capitals = [by_name[a.name] for a in record.aliases if a.kind == "capital" and a.name in by_name]
            found += [(record.id, "capital", c) for c in dict.fromkeys(capitals) if c != record.id]
        elif record.type in ("ORGANIZATION", "ARMED_GROUP", "PARTY") and record.country in by_code:
            found.append((record.id, "belongs_to", by_code[record.country]))
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("raw", type=Path, help="folder of the source archives")
    parser.add_argument(
        "--out", type=Path, default=models_dir() / "knowledge", help="folder with curated/ and offices.toml"
    )
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            rows = build(unpack(options.raw, Path(scratch)), options.out)
    except RegestaError as error:
        print(error, file=sys.stderr)
        return 1
    for name, count in rows.items():
        print(f"{name}\t{count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

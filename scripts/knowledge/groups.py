"""Parties, armed groups and the officials that event-data dictionaries list."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import yaml

from pipeline.actors.names import key
from scripts.knowledge.records import AliasRecord, EntityRecord, PersonRecord, RoleRecord, alias_kind, basis, tidy


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def parties(raw: Path, taken: set[str], adjectives: dict[str, str]) -> list[EntityRecord]:
    """Political parties with their English and native names; `taken` are names that curated rows already explain.

    Parameters
    ----------
    raw : Path
        Folder of sources.
    taken : set of str
        Normalised names not to be explained again.
    adjectives : dict
        Demonym of each country's code: tells a party from its namesakes abroad (`Belgian Labour Party`).
    """
    folder = raw / "partyfacts/import"
    wikidata = {r["partyfacts_id"]: r["wikidata_id"] for r in _read_csv(folder / "wikipedia/wikidata.csv")}
    found = []
    for row in _read_csv(folder / "elecglob/partyfacts-core-parties.csv"):
        names = [n for cell in (row["name_english"], row["name"]) for n in re.split(r"\s*/\s*", cell)]
        names = [tidy(re.sub(r"\(.*?\)|\[.*?\]", "", n)) for n in names]
        names = [n for n in dict.fromkeys(names) if len(n) > 2 and not re.search(r"technical|independent", n, re.I)]
        if row["technical"] or not names or key(names[0]) in taken:
            continue
        adjective = adjectives.get(row["country"], "")
        name = names[0] if " " in names[0] or not adjective else f"{names[0]} ({adjective} party)"
        aliases = [AliasRecord(name, "name"), *(AliasRecord(n) for n in names)]
        if adjective and not names[0].startswith(adjective):
            aliases.append(AliasRecord(f"{adjective} {names[0]}"))
        short = row["name_short"]
        if 3 <= len(short) <= 8 and short.isupper() and short.isalpha():
            aliases.append(AliasRecord(short, "acronym"))
        found.append(
            EntityRecord(
                f"partyfacts:{row['partyfacts_id']}", name, "PARTY", row["country"],
                wikidata=wikidata.get(row["partyfacts_id"], ""), start=row["year_first"][:4], end=row["year_last"][:4],
                prominence=round(0.2 + min(float(row["share"] or 0), 60) / 300, 3), aliases=aliases,
                identifiers=[("partyfacts", row["partyfacts_id"])],
            )
        )  # fmt: skip
    return found


def committees(raw: Path, taken: set[str]) -> list[EntityRecord]:
    """Committees of the Congress of the United States since 1973, with both orders of their names."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows: dict[str, tuple[str, list[str], list[int]]] = {}
    for name in ("committees-current", "committees-historical"):
        for row in yaml.load((raw / f"congress/{name}.yaml").read_text(encoding="utf-8"), Loader=loader):
            chamber = {"house": "House", "senate": "Senate"}.get(row["type"], "Joint")
            matters = [tidy(re.sub(r"^(House|Senate|Joint) .*?Committee on (the )?", "", row["name"]))]
            matters += [tidy(m) for m in dict.fromkeys(row.get("names", {}).values())]
            matters = [m for m in dict.fromkeys(matters) if not re.search(r"\(|Committee|Task Force|Commission", m)]
            if matters:
                rows[row["thomas_id"]] = (chamber, matters, row.get("congresses", []))
    found = []
    for thomas, (chamber, matters, congresses) in sorted(rows.items()):
        names = [f"{chamber} {w}" for m in matters for w in (f"Committee on {m}", f"{m} Committee")]
        bare = [f"Committee on {m}" for m in matters if len(m.split()) > 1]
        free = [n for n in dict.fromkeys([*names, *bare]) if key(n) not in taken]
        if key(names[0]) not in taken and free:
            start, end = (str(1787 + 2 * c) for c in (min(congresses, default=93), max(congresses, default=119) + 1))
            found.append(
                EntityRecord(
                    f"congress:{thomas}", names[0], "ORGANIZATION", "USA", start=start if congresses else "",
                    end=end if congresses else "", prominence=0.4 if chamber == "Senate" else 0.39,
                    aliases=[AliasRecord(n, "name" if n == names[0] else "variant") for n in free],
                    identifiers=[("thomas", thomas)],
                )
            )  # fmt: skip
    return found


def armed_groups(raw: Path, taken: set[str], codes: dict[str, str]) -> list[EntityRecord]:
    """Organised armed groups since 1946, under their English names, with short and former names."""
    found = []
    for row in _read_csv(raw / "ucdp_actor/ucdp-actor-221.csv"):
        if row["Org"] != "1" or row["NameData"].startswith("Government of"):
            continue
        short, full = tidy(row["NameData"]), tidy(row["NameOrigFullEng"])
        name = full if full and full.lower() != "n/a" and len(full) < 80 else short
        if key(name) in taken or not key(name):
            continue
        names = [short, row["NameOrig"], row["NameOrigFull"], row["NewName"], row["NewNameFullEng"]]
        names = [tidy(n) for n in names if n and n.lower() != "n/a" and ";" not in n and len(n) < 80]
        names = [n for n in names if key(n) not in taken]
        place = row["GWNOLoc"].split(",")[0].strip()
        found.append(
            EntityRecord(
                f"ucdp:{row['ActorId']}", name, "ARMED_GROUP", codes.get(place, ""), prominence=0.3,
                aliases=[AliasRecord(name, "name"), *(AliasRecord(n, alias_kind(n)) for n in names)],
                identifiers=[("ucdp", row["ActorId"])],
            )
        )  # fmt: skip
    return found


_ROLE = re.compile(r"\[(?P<code>[A-Z]{3})(?P<sector>[A-Z]*)\s*(?P<dates>[<>]?\d{6,9}(?:\s*-\s*\d{6,9})?)?\s*\]")
_PERSON = re.compile(r"[^\W\d_]+(?:[_.'’-]+[^\W\d_]+){1,6}_?")
_OFFICES = {"GOV": "official", "MIL": "official", "GOVLEG": "legislator"}


def _day(digits: str) -> str:
    """`030501`, `20060520` or `2003050` with a slip of the pen as ISO; empty where it makes no day."""
    if len(digits) == 6:
        digits = ("19" if digits[:2] > "20" else "20") + digits
    if len(digits) != 8 or not "01" <= digits[4:6] <= "12":
        return ""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if "01" <= digits[6:] <= "31" else f"{digits[:4]}-{digits[4:6]}"


def _written(name: str) -> str:
    """A dictionary name as prose has it: `NOURI_AL-MALIKI_` is Nouri al-Maliki."""
    words = re.sub(r"\bAl[ -]", "al-", name.strip("_ ").replace("_", " ").title())
    words = re.sub(r"\b(Bin|Ibn|Abu|Von|Van|De|Da|Di|Del|Der|Ul)\b(?= )", lambda m: m[0].lower(), words)
    words = re.sub(r"\bMc(\w)", lambda m: "Mc" + m[1].upper(), words)
    return words[:1].upper() + words[1:]


def officials(raw: Path, known: set[str]) -> list[PersonRecord]:
    """Members of governments, mostly since 1990, dated in the Phoenix dictionary; `known` are codes of states."""
    path = raw / "openeventdata_dictionaries/Phoenix.Countries.actors.txt"
    by_source: dict[str, PersonRecord] = {}
    names: list[str] = []
    person: PersonRecord | None = None
    for line in path.read_text(encoding="latin-1").splitlines():
        text = re.split(r"[;#]", line)[0].strip()
        role = _ROLE.search(text)
        if role and names:
            if person is None:
                person = _official(names)
            if person is not None and role["code"] in known and role["sector"].startswith(("GOV", "MIL")):
                _add_role(person, role)
            continue
        if not text or text.startswith("["):
            continue
        if not text.startswith("+"):
            if person is not None and person.roles:
                known_person = by_source.setdefault(f"{person.sources[0]}:{person.country}", person)
                if known_person is not person:  # listed twice: one person, so that one source key has one id
                    known_person.roles += person.roles
                    known_person.aliases += person.aliases
            names, person = ([text] if "CountryInfo" in line else []), None
        elif names:
            names.append(text[1:].strip())
    for source, official in by_source.items():
        official.sources = [source]
    return list(by_source.values())


def _official(names: list[str]) -> PersonRecord | None:
    plain = [
        n for n in names if _PERSON.fullmatch(n) and not re.match(r"(MR|MRS|DR|PM|THE|SEN|REP|GEN|AMBASSADOR)_", n)
    ]
    titled = [n for n in plain if re.search(r"MINISTER|PRESIDENT|SECRETARY|GOVERNMENT|GENERAL_|CHANCELLOR", n)]
    forms = list(dict.fromkeys(_written(n) for n in plain if n not in titled))
    if not forms:
        return None
    surname = forms[0].split()[-1]
    source = f"phoenix:{key(forms[0])}"
    return PersonRecord([source], forms[0], surname, aliases=[AliasRecord(f) for f in forms if " " in f])


def _add_role(person: PersonRecord, match: re.Match[str]) -> None:
    dates = match["dates"] or ""
    first, _, last = dates.lstrip("<>").partition("-")
    start, end = _day(first.strip()), _day(last.strip())
    if dates.startswith("<"):
        start, end = "", start
    if not (start or end) or (start and end and end < start):
        return
    person.country = person.country or match["code"]
    office = _OFFICES.get(match["sector"], "official")
    person.roles.append(RoleRecord(office, "Government", match["code"], "", start, end, basis(start), basis(end)))

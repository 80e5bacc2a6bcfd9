"""Heads of states and governments: Archigos, REIGN, and the presidents of the United States."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import yaml

from scripts.knowledge.records import AliasRecord, PersonRecord, RoleRecord, basis, tidy

_NO_PERSON = re.compile(r"\b(junta|government|council|committee|commission|regency|triumvirate|directory)\b", re.I)


def _clean_name(text: str) -> str:
    """A leader's name without the notes that the lists carry in brackets."""
    return tidy(re.sub(r"\(.*?\)|\d+(st|nd|rd|th)\b", "", text).replace("_", " "))


def archigos(raw: Path, codes: dict[str, str]) -> list[PersonRecord]:
    """Effective leaders of 188 states, 1840-2015: a person for each leader id, a role for each tenure."""
    table = pd.read_stata(raw / "manystates/data-raw/leaders/archigos/Archigos_4.1_stata14.dta").fillna("")
    found: dict[str, PersonRecord] = {}
    for row in table.to_dict("records"):
        cow = str(int(row["ccode"]))
        country = codes.get(cow, "")
        start, end = str(row["startdate"])[:10], str(row["enddate"])[:10]
        end = "" if end >= "2015-12-31" else end
        name = _clean_name(str(row["leader"]))
        if _NO_PERSON.search(name):
            continue
        article = _article(str(row["dbpediauri"]))
        title = _clean_name(article)
        title = re.sub(r"^(Premiership|Presidency|Reign|Chancellorship|Dictatorship) of ", "", title)
        title = re.sub(r",.*", "", title) if not re.search(r"\bof\b", title) else title
        person = found.get(str(row["leadid"]))
        if person is None:
            year_born, year_died = (str(row[c]) for c in ("yrborn", "yrdied"))
            person = found[str(row["leadid"])] = PersonRecord(
                sources=[f"archigos:{row['leadid']}"],
                name=title or name,
                surname=name,
                country=country,
                gender={"M": "m", "F": "f"}.get(str(row["gender"]), ""),
                born=_year(year_born),
                died=_year(year_died),
                aliases=[AliasRecord(n) for n in dict.fromkeys([title, name]) if n],
                identifiers=[("archigos", str(row["leadid"]))],
            )
            if title:
                person.identifiers.append(("dbpedia", article))
        _add_tenures(person, country, start, end)
    return list(found.values())


def _article(uri: str) -> str:
    """The article that a DBpedia address names; some addresses went through a mail filter that rewrote them."""
    if "urldefense" in uri:
        uri = re.sub(r"&.*", "", uri.partition("u=")[2]).replace("_", "/")
        uri = unquote(re.sub(r"-([0-9A-F]{2})", r"%\1", uri))
    return unquote(uri.rpartition("/resource/")[2] if "/resource/" in uri else "")


def _add_tenures(person: PersonRecord, country: str, start: str, end: str) -> None:
    for code, first, last in _tenures(country, start, end):
        person.roles.append(RoleRecord("leader", "", code, "", first, last, basis(first), basis(last)))


def _year(text: str) -> str:
    digits = re.sub(r"\.0$", "", text)
    return digits if re.fullmatch(r"1[6-9]\d\d|20\d\d", digits) else ""


_SPLITS = (  # states that the lists keep under one number: listed code, the code meant, and its first and last day
    ("RUS", "SUN", "1917-11-07", "1991-12-25"),
    ("DEU", "PRU", "0000", "1871-01-17"),
    ("GFR", "DEU", "1990-10-03", "9999"),
    ("TUR", "OTT", "0000", "1922-10-31"),
    ("SRB", "YUG", "1918-12-01", "2003-02-03"),
    ("YUG", "SRB", "0000", "1918-11-30"),
    ("CHN", "QNG", "0000", "1912-02-11"),
    ("CHN", "ROC", "1912-02-12", "1949-09-30"),
    ("TWN", "ROC", "0000", "1949-12-06"),
    ("ITA", "SDA", "0000", "1861-03-16"),
    ("AUT", "AUH", "1867-03-30", "1918-11-10"),
    ("AUH", "AUT", "0000", "1867-03-29"),
)


def _tenures(code: str, start: str, end: str) -> list[tuple[str, str, str]]:
    """State, first and last day of a tenure, cut where one number changes its state."""
    cuts = [(new, max(start, low), min(end or "9999", high)) for old, new, low, high in _SPLITS if old == code]
    parts = [(new, low, high) for new, low, high in cuts if low <= high]
    covered = sorted(parts, key=lambda p: p[1])
    if not covered:
        return [(code, start, end)]
    if start < covered[0][1]:
        covered.insert(0, (code, start, covered[0][1]))
    if covered[-1][2] < (end or "9999"):
        covered.append((code, covered[-1][2], end))
    return [(c, low, "" if high == "9999" else high) for c, low, high in covered]


def reign(raw: Path, codes: dict[str, str]) -> list[PersonRecord]:
    """Leaders since 1950, to the month at least."""
    found: dict[tuple[str, str, str], PersonRecord] = {}
    with (raw / "reign/data_sets/leaderlist_3_21.csv").open(encoding="latin-1", newline="") as lines:
        for row in csv.DictReader(lines):
            cow = row["ccode"].strip()
            if not row["leader"].strip() or not row["syear"].strip().isdigit():
                continue
            start = f"{int(row['syear']):04d}-{int(row['smonth']):02d}"
            if row["sdate"].strip().isdigit():
                start += f"-{int(row['sdate']):02d}"
            end = f"{int(row['eyear']):04d}-{int(row['emonth']):02d}" if row["eyear"].strip().isdigit() else ""
            end = "" if end >= "2021-02" else end
            country = codes.get(cow, "")
            name = _clean_name(row["leader"])
            if _NO_PERSON.search(name):
                continue
            born = _year(row["birthyear"].strip())
            place = "" if " " in name else country
            person = found.get((name, place, born))
            if person is None:
                # Hastings and Joyce Banda of Malawi are both listed as Banda.
                source = f"reign:{country}:{name}"
                taken = any(source in p.sources for p in found.values())
                person = found[name, place, born] = PersonRecord(
                    sources=[f"{source}:{born}" if taken else source],
                    name=name,
                    surname=name,
                    country=country,
                    gender={"1": "m", "0": "f"}.get(row["gender"].strip(), ""),
                    born=born,
                    aliases=[AliasRecord(name)],
                )
            _add_tenures(person, country, start, end)
    return list(found.values())


def us_executives(raw: Path) -> list[PersonRecord]:
    """Presidents and vice presidents of the United States."""
    offices = {"prez": ("president", "President"), "viceprez": ("vice_president", "Vice President")}
    return _congress(raw / "congress/executive.yaml", offices)


def us_legislators(raw: Path) -> list[PersonRecord]:
    """Members of the present Congress of the United States."""
    offices = {"sen": ("legislator", "Senator"), "rep": ("legislator", "Representative")}
    return _congress(raw / "congress/legislators-current.yaml", offices)


def _congress(path: Path, offices: dict[str, tuple[str, str]]) -> list[PersonRecord]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    found = []
    for row in rows:
        name, bio = row["name"], row.get("bio", {})
        first, middle, last = name["first"], name.get("middle", ""), name["last"]
        suffix = f" {name['suffix']}" if name.get("suffix") else ""
        initial = f" {middle[0]}." if middle else ""
        forms = [f"{first}{initial} {last}{suffix}", f"{first} {last}", f"{first} {middle} {last}{suffix}"]
        if name.get("nickname"):
            forms.append(f"{name['nickname']} {last}")
        person = PersonRecord(
            sources=[f"congress:{row['id'].get('bioguide') or row['id'].get('govtrack')}"],
            name=tidy(forms[0]),
            surname=last,
            country="USA",
            gender=bio.get("gender", "").lower(),
            born=str(bio.get("birthday", "")),
            wikidata=row["id"].get("wikidata", ""),
            aliases=[AliasRecord(tidy(f)) for f in dict.fromkeys(forms)],
            identifiers=[(k, str(v)) for k, v in row["id"].items() if k in ("bioguide", "govtrack")],
        )
        for term in row["terms"]:
            office, title = offices[term["type"]]
            role = RoleRecord(office, title, "USA", "", str(term["start"]), str(term["end"]), "exact", "exact")
            last_role = person.roles[-1] if person.roles else None
            if last_role and last_role.office == office and last_role.end >= role.start:
                last_role.end = role.end
            else:
                person.roles.append(role)
        found.append(person)
    return found

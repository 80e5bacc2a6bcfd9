"""Persons of the State Department's collections: chiefs of mission, principal officers, persons of the volumes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from pipeline.actors.names import key
from scripts.knowledge.offices import office_of, roles_in
from scripts.knowledge.records import AliasRecord, PersonRecord, RoleRecord, basis, tidy

Patterns = list[tuple[str, re.Pattern[str]]]
Places = Callable[[str, str], tuple[str, str]]

_SUFFIX = re.compile(r"^(Jr|Sr|II|III|IV)\.?$")
_TITLE = re.compile(
    r"\b(Lieutenant General|Major General|Brigadier General|Vice Admiral|Rear Admiral|Lieutenant Colonel|Field Marshal"
    r"|Air (Chief |Vice )?Marshal|General of the Arm(y|ies)|Fleet Admiral|General|Admiral|Colonel|Major|Captain|Lt\.?"
    r"|Commander|Brigadier|Lieutenant|Marshal|Maj\.|Gen\.|Col\.|Brig\.|Capt\.|Adm\.|Sir|Lord|Dr\.?|Prof(essor|\.)|Mr\.?"
    r"|Mrs\.?|Miss|Ms\.|Madame|Mme\.?|President|Prime Minister|Premier|King|Queen|Prince|Princess|Shah|Emperor|Sultan"
    r"|Crown Prince|Chancellor|Foreign Minister|Minister|Ambassador|Senator|Representative|Baron|Count|Duke|Earl"
    r"|Viscount|Marquis|Cardinal|Archbishop|Bishop|Father|Reverend|Rev\.|Sheikh|Shaikh|Sayyid|Amir|Chairman"
    r"|Vice President|Secretary|Governor|The|His Majesty|H\.R\.H\.|Hon\.|Don|Doña|Señor|Monsieur|M\.)(?=\s)\s*"
)
_FEMALE = re.compile(r"\b(Mrs|Miss|Ms|Madame|Mme|Queen|Princess|Empress|Doña)\b")


def flip(name: str) -> tuple[str, str]:
    """A name filed under its surname, as it is written in prose, and the surname.

    >>> flip("Linehan, John A., Jr."), flip("Khama, Sir Seretse"), flip("Mao Zedong")
    (('John A. Linehan, Jr.', 'Linehan'), ('Seretse Khama', 'Khama'), ('Mao Zedong', ''))
    """
    name = tidy(re.sub(r"\(.*?\)|\[.*?\]", "", name))
    parts = [p.strip() for p in name.split(",") if p.strip()]
    if len(parts) == 1:
        return _TITLE.sub("", name).strip() if _TITLE.match(name) else name, ""
    suffix = f", {parts[-1]}" if _SUFFIX.match(parts[-1]) and len(parts) > 2 else ""
    given = _TITLE.sub("", parts[1] + " ").strip()
    if _SUFFIX.match(given):
        return f"{parts[0]}, {given}", parts[0]
    return tidy(f"{given} {parts[0]}") + suffix, parts[0]


def _text(node: ElementTree.Element, path: str) -> str:
    return tidy(node.findtext(path) or "")


def pocom(raw: Path, state_codes: Callable[[str, str], str], patterns: Patterns) -> list[PersonRecord]:
    """Principal officers of the Department of State and chiefs of mission, dated to the day."""
    found: dict[str, PersonRecord] = {}
    for path in sorted([*raw.glob("pocom/people/**/*.xml"), *raw.glob("pocom/people-pending/**/*.xml")]):
        root = ElementTree.parse(path).getroot()
        surname, forename = _text(root, "persName/surname"), _text(root, "persName/forename")
        gen = _text(root, "persName/genName")
        full = tidy(f"{forename} {surname}") + (f", {gen}" if gen else "")
        alternatives = [tidy(a.text or "") for a in root.findall("persName/altname")]
        # The name of another person (Henry Clay Ide for Henry Clay) stands there once.
        alternatives = [a for a in alternatives if not surname or key(surname) in key(a)]
        alternatives = [a for a in alternatives if not key(a).startswith(f"{key(full)} ")]
        name = next((a for a in alternatives if a), full)
        found[root.findtext("id") or path.stem] = PersonRecord(
            sources=[f"pocom:{root.findtext('id') or path.stem}"],
            name=name,
            surname=surname,
            country="USA",
            born=_text(root, "birth")[:4],
            died=_text(root, "death")[:4],
            aliases=[AliasRecord(n) for n in dict.fromkeys([name, full, *alternatives]) if n],
            identifiers=[("pocom", root.findtext("id") or path.stem)],
        )
    titles = {
        p.stem: _text(ElementTree.parse(p).getroot(), "names/singular")
        for p in sorted(raw.glob("pocom/roles-country-chiefs/*.xml"))
    }
    for path in sorted(raw.glob("pocom/missions-countries/*.xml")):
        root = ElementTree.parse(path).getroot()
        for chief in root.iter("chief"):
            year = next((d[:4] for d in (_text(chief, f"{x}/date") for x in ("started", "appointed")) if d), "")
            territory = _text(chief, "contemporary-territory-id")
            to_country = state_codes(territory, year) or state_codes(path.stem, year)
            title = titles.get(_text(chief, "role-title-id"), "")
            office = "charge_d_affaires" if "charg" in title.lower() else "ambassador"
            _add(found, chief, RoleRecord(office, title, "USA", to_country=to_country))
    for path in sorted(raw.glob("pocom/missions-orgs/*.xml")):
        root = ElementTree.parse(path).getroot()
        office = {"representative-to-un": "un_representative", "representative-to-nato": "nato_representative"}
        for chief in root.iter("chief"):
            title = _text(root, "names/singular")
            _add(found, chief, RoleRecord(office.get(path.stem, "ambassador"), title, "USA"))
    for path in sorted(raw.glob("pocom/positions-principals/*.xml")):
        root = ElementTree.parse(path).getroot()
        title = _text(root, "names/singular")
        office = (
            "foreign_minister"
            if path.stem in ("secretary", "secretary-of-foreign-affairs-continental-congress")
            else ""
        )
        for principal in root.iter("principal"):
            role = RoleRecord(
                office or office_of(title, patterns), title, "USA", body="united-states-department-of-state"
            )
            _add(found, principal, role)
    return list(found.values())


def _add(persons: dict[str, PersonRecord], node: ElementTree.Element, role: RoleRecord) -> None:
    person = persons.get(_text(node, "person-id"))
    started = _text(node, "started/date") or _text(node, "arrived/date") or _text(node, "appointed/date")
    ended = _text(node, "ended/date")
    if person is None or not started:
        return
    role.start, role.end = started, ended
    role.start_basis, role.end_basis = basis(started), basis(ended)
    person.roles.append(role)


_VISITORS = (
    (re.compile(r"^(Acting |Interim |Transitional )?President(?! (of|Pro)\b) "), "president"),
    (re.compile(r"^(Acting |Interim )?(Prime Minister|Premier|Chancellor|Taoiseach) "), "head_of_government"),
    (re.compile(r"^(King|Queen|Emperor|Shah|Sultan|Amir|Emir) "), "king"),
    (re.compile(r"^(Foreign Minister|Minister of Foreign Affairs) "), "foreign_minister"),
)
"""How the list of visits calls its visitors, and the office that it tells."""
_BETWEEN_VISITS = 6
"""Years between two visits after which it is open whether somebody held the office all the time."""


def visits(raw: Path, state_codes: Callable[[str, str], str]) -> list[PersonRecord]:
    """Foreign leaders on a visit to the United States: who held an office in the years of the visits."""
    seen: dict[tuple[str, str], dict[str, list[str]]] = {}
    for path in sorted((raw / "visits/data").glob("*.xml")):
        for visit in ElementTree.parse(path).getroot().iter("visit"):
            words = _text(visit, "visitor")
            title, office = next(((m[0], o) for pattern, o in _VISITORS if (m := pattern.match(words))), ("", ""))
            name = tidy(re.sub(r"\(.*?\)", "", words.removeprefix(title)))
            name = re.sub(r"^(Lord|Sir|Dr\.?|General|Gen\.|Prince|Field Marshal) ", "", name)
            origin, year = visit.find("from"), _text(visit, "start-date")[:4]
            country = state_codes(origin.get("id", ""), year) if origin is not None else ""
            if office and country and " " in name and " and " not in name and "," not in name:
                seen.setdefault((name, country), {}).setdefault(office, []).append(year)
    found = []
    for (name, country), offices in sorted(seen.items()):
        surname = name if re.search(r" [IVX]+$", name) else name.split()[-1]
        person = PersonRecord([f"visits:{country}:{name}"], name, surname, [AliasRecord(name)], country=country)
        for office, years in offices.items():
            person.roles += [
                RoleRecord(office, "", country, "", first, last, "volume", "volume") for first, last in _spells(years)
            ]
        found.append(person)
    return found


def _spells(years: list[str]) -> list[tuple[str, str]]:
    """First and last of years that follow each other closely."""
    spells: list[tuple[str, str]] = []
    for year in sorted(years):
        if spells and int(year) - int(spells[-1][1]) <= _BETWEEN_VISITS:
            spells[-1] = (spells[-1][0], year)
        else:
            spells.append((year, year))
    return spells


def _volume_years(address: str) -> tuple[str, str]:
    """First and last year that a volume covers: `frus1961-63v22` is 1961 to 1963."""
    found = re.search(r"frus(\d{4})(?:-(\d{2,4}))?", address)
    if not found:
        return "", ""
    first, last = found[1], found[2] or found[1]
    return first, last if len(last) == 4 else first[: 4 - len(last)] + last


def frus(raw: Path, patterns: Patterns, places: Places) -> list[PersonRecord]:
    """The persons of the Foreign Relations of the United States series, with their described roles."""
    found = []
    for path in sorted((raw / "frus_people/data").rglob("*.xml"), key=lambda p: p.stem):
        root = ElementTree.parse(path).getroot()
        number = root.findtext("id") or path.stem
        preferred = _text(root, "names/preferred/name")
        variants: Counter[str] = Counter()
        originals = [preferred]
        surnames: Counter[str] = Counter()
        for original in root.findall("names/originals/original"):
            text = _text(original, "name")
            originals.append(text)
            name, surname = flip(text)
            variants[name] += len(original.findall("source-url"))
            surnames[surname or ""] += 1
        full, surname = flip(preferred)
        variants[full] += 1
        citations = sum(variants.values())
        whole = [(n, v) for v, n in variants.items() if len(v.split()) > 1 and v.split()[0] != full.split()[-1]]
        name = min(whole, key=lambda x: (-x[0], x[1]))[1] if whole else full
        person = PersonRecord(
            sources=[f"frus:{number}"],
            name=name,
            surname=surname,
            gender="f" if any(_FEMALE.search(o) for o in originals) else "",
            born=_text(root, "birth-year")[:4],
            died=_text(root, "death-year")[:4],
            aliases=[AliasRecord(v) for v in sorted(variants) if len(v.split()) > 1],
            identifiers=[("frus", number)],
            weight=min(citations, 400) / 400,
        )
        for remark in root.findall("remarks/remark"):
            text = "".join(p.text or "" if len(p) == 0 else "".join(p.itertext()) for p in remark.findall("p"))
            addresses = [a.text or "" for a in remark.findall("source-url")]
            if any("/departmenthistory/people" in a for a in addresses):
                person.identifiers += [("pocom", a.rpartition("/")[2]) for a in addresses if "/people/" in a]
                continue
            spans = [s for a in addresses if (s := _volume_years(a))[0]]
            visits = re.match(r"(.*?)\. Visited U\.S\. .*?(\d{4})(?:[–-](\d{4}))?", text)
            if visits:
                text, spans = visits[1], [(visits[2], visits[3] or visits[2])]
            for volume in spans[:1]:
                person.roles += roles_in(text, volume, patterns, places)
        found.append(person)
    return found

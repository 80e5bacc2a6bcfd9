"""One person from what several sources say: merged on names together with offices, never on a name alone."""

from __future__ import annotations

import re
from collections import defaultdict

from rapidfuzz import fuzz

from pipeline.actors.names import key, skeleton, word_key, word_skeletons
from scripts.knowledge.records import AliasRecord, PersonRecord, RoleRecord

RULING = frozenset(("leader", "president", "king", "head_of_state", "head_of_government", "regent", "party_leader"))
Families = dict[str, str]
"""For each state's code that of the first of the states that followed each other under much the same name."""

_NEAR = 15
_MOST_YEARS_APART = {"full": 35, "given": 10, "initials": 5}
# Persons of one country whose names agree so well are one only if they were active within so many years.


def _years(role: RoleRecord) -> tuple[float, float]:
    """A role's span in years with fractions, two years where an end is open."""

    def number(date: str, late: bool) -> float:
        sign = -1 if date.startswith("-") else 1
        parts = [int(p) for p in date.lstrip("-").split("-")]
        year = sign * parts[0]
        if len(parts) == 1:
            return year + (1.0 if late else 0.0)
        return year + (parts[1] - 1) / 12 + ((parts[2] if len(parts) > 2 else (31 if late else 1)) - 1) / 372

    start = number(role.start, False) if role.start else None
    end = number(role.end, True) if role.end else None
    if start is None and end is None:
        return 0.0, 0.0
    return (start if start is not None else end - 2), (end if end is not None else start + 2)  # type: ignore[operator]


def _year(date: str) -> int:
    """The year of an ISO date, negative before 1."""
    return int(re.sub(r"(?<=\d)-.*", "", date))


def _family(office: str) -> str:
    return "ruling" if office in RULING else office


def shared_office(a: PersonRecord, b: PersonRecord) -> float:
    """Years during which both hold an office of one kind in one state; 0 for none."""
    best = 0.0
    for x in a.roles:
        for y in b.roles:
            if not x.country or x.country != y.country or _family(x.office) != _family(y.office):
                continue
            if x.office in ("official", "deputy", "legislator"):
                continue
            if x.to_country and y.to_country and x.to_country != y.to_country:
                continue
            (a1, a2), (b1, b2) = _years(x), _years(y)
            if a1 and b1:
                best = max(best, min(a2, b2) - max(a1, b1) + 0.1)
    return best


def _active(person: PersonRecord) -> tuple[float, float]:
    spans = [s for r in person.roles if (s := _years(r))[0]]
    return (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else (0.0, 0.0)


def _countries(person: PersonRecord) -> set[str]:
    return {c for c in [person.country, *(r.country for r in person.roles)] if c}


def _akin(a: PersonRecord, b: PersonRecord, families: Families) -> bool:
    """Whether two persons of one name served one state or states of which one followed the other, or one of them
    ruled and of the other no state is told."""
    first, second = ({families.get(c, c) for c in _countries(p)} for p in (a, b))
    if first and second:
        return bool(first & second)
    return any(r.office in RULING or r.office == "secretary_general" for p in (a, b) for r in p.roles)


def _given(name: str, surname: str) -> list[str]:
    """The words of a name before (or, for surname first, after) the surname."""
    words, last = key(name).split(), key(surname).split()
    if last and words[-len(last) :] == last:
        return words[: -len(last)]
    return [w for w in words if w not in last]


def _given_fit(a: list[str], b: list[str]) -> bool:
    """Whether given names can be one person's: each pair equal, or an initial of the other, in order."""
    if not a or not b:
        return True
    first = a[0] == b[0] or (min(len(a[0]), len(b[0])) == 1 and a[0][0] == b[0][0])
    rest = all(x == y or (min(len(x), len(y)) == 1 and x[0] == y[0]) for x, y in zip(a[1:], b[1:], strict=False))
    return first and rest


def same_name(a: PersonRecord, b: PersonRecord) -> str:
    """How well two persons' names agree: `full`, `given` (all but middle names), `initials`, `bare` (a surname only),
    `sound`, `near`, or empty."""
    names_a, names_b = ({key(x.name) for x in p.aliases if x.kind != "short"} | {key(p.name)} for p in (a, b))
    long_a, long_b = {n for n in names_a if " " in n}, {n for n in names_b if " " in n}
    if long_a & long_b:
        return "full"
    last_a, last_b = key(a.surname), key(b.surname)
    if last_a and last_a == last_b:
        if not long_a or not long_b or last_a == key(a.name) or last_b == key(b.name):
            return "bare"
        pairs = [(_given(x, a.surname), _given(y, b.surname)) for x in long_a for y in long_b]
        fitting = [(x, y) for x, y in pairs if _given_fit(x, y)]
        if any(x and y and x[0] == y[0] and len(x[0]) > 1 for x, y in fitting):
            return "given"
        return "initials" if fitting else ""
    if {skeleton(n) for n in long_a} & {skeleton(n) for n in long_b} - {""}:
        return "sound"
    bare_a, bare_b = names_a - long_a, names_b - long_b
    if (bare_a and any(x in y.split() for x in bare_a for y in long_b)) or (
        bare_b and any(x in y.split() for x in bare_b for y in long_a)
    ):
        return "bare"
    sounds_a, sounds_b = ([set(word_skeletons(n)) for n in names if n] for names in (names_a, names_b))
    if any(x and y and (x <= y or y <= x) for x in sounds_a for y in sounds_b):
        return "near"
    if any(fuzz.token_sort_ratio(x, y) >= 78 for x in names_a for y in names_b):
        return "near"
    return ""


def is_same(a: PersonRecord, b: PersonRecord, families: Families) -> bool:
    """Whether the evidence makes two records one person."""
    if {i for i in a.identifiers if i[0] == "pocom"} & set(b.identifiers):
        return True
    if _same_tenure(a, b):
        return True
    if a.born and b.born and abs(_year(a.born) - _year(b.born)) > 1:
        return False
    if a.died and b.died and abs(_year(a.died) - _year(b.died)) > 1:
        return False
    agreement = same_name(a, b)
    if not agreement:
        return False
    shared = shared_office(a, b)
    born = bool(a.born and b.born)
    if agreement in _MOST_YEARS_APART:
        if shared > 0 or born:
            return True
        (a1, a2), (b1, b2) = _active(a), _active(b)
        if _within_life(a, b1, b2) or _within_life(b, a1, a2):
            return bool(_countries(a) & _countries(b))
        if agreement == "full" and a1 and b1 and max(a1, b1) - min(a2, b2) < _NEAR and _akin(a, b, families):
            return True
        near = bool(a1 and b1) and max(a1, b1) - min(a2, b2) < _MOST_YEARS_APART[agreement]
        return near and bool(_countries(a) & _countries(b))
    ruling = [
        min(_years(x)[1], _years(y)[1]) - max(_years(x)[0], _years(y)[0])
        for x in a.roles
        for y in b.roles
        if x.country == y.country and x.office in RULING and y.office in RULING and _years(x)[0] and _years(y)[0]
    ]
    if b.sources[0].startswith("visits:"):  # known to the year at best, by the spelling of the day
        return (agreement != "near" or _much_alike(a, b)) and _in_office_then(a, b)
    # A bare or differently spelt name needs a government led together for most of the shorter tenure.
    return bool(ruling) and max(ruling) > 0.08 and _most_of_a_tenure(a, b)


def _same_tenure(a: PersonRecord, b: PersonRecord) -> bool:
    """Whether one is a leader whom a list names only in part, and both governed a state from and to the same month."""
    if not any(key(p.surname) == key(p.name) and p.sources[0].startswith(("archigos:", "reign:")) for p in (a, b)):
        return False
    words_a, words_b = ({w for n in p.aliases for w in key(n.name).split() if len(w) > 3} for p in (a, b))
    if not words_a & words_b:
        return False
    for x in a.roles:
        for y in b.roles:
            if x.country == y.country and x.office in RULING and y.office in RULING and x.start and y.start:
                (a1, a2), (b1, b2) = _years(x), _years(y)
                if abs(a1 - b1) < 0.1 and abs(a2 - b2) < 0.1 and (x.start == y.start or a2 - a1 > 0.3):
                    return True
    return False


def _in_office_then(leader: PersonRecord, visitor: PersonRecord) -> bool:
    """Whether a leader was in office, or by the lists has not left it, in the years of a visitor's visits."""
    return any(
        x.country == y.country and x.start[:4] <= y.end[:4] and y.start[:4] <= (x.end or "9999")[:4]
        for x in leader.roles
        for y in visitor.roles
        if x.office in RULING and y.office in RULING and x.start and (x.end or x.office == "leader")
    )


def _much_alike(a: PersonRecord, b: PersonRecord) -> bool:
    return any(fuzz.token_sort_ratio(key(x.name), key(y.name)) >= 88 for x in a.aliases for y in b.aliases)


def _within_life(person: PersonRecord, first: float, last: float) -> bool:
    """Whether someone of known dates of life, but of no known office, can have been active in these years."""
    if not person.born or person.roles or not first:
        return False
    born = _year(person.born)
    died = _year(person.died) if person.died else born + 95
    return born + 18 <= first and last <= died + 2


def _most_of_a_tenure(a: PersonRecord, b: PersonRecord) -> bool:
    for x in a.roles:
        for y in b.roles:
            if x.country == y.country and x.office in RULING and y.office in RULING:
                (a1, a2), (b1, b2) = _years(x), _years(y)
                shorter = max(min(a2 - a1, b2 - b1), 0.05)
                if a1 and b1 and (min(a2, b2) - max(a1, b1)) / shorter > 0.6:
                    return True
    return False


def absorb(kept: PersonRecord, other: PersonRecord) -> None:
    """Adds what another record of the same person says; the first source's name stays."""
    kept.aliases += other.aliases
    kept.roles += other.roles
    kept.identifiers += [i for i in other.identifiers if i not in kept.identifiers]
    kept.country = kept.country or other.country
    kept.gender = kept.gender or other.gender
    kept.born = kept.born or other.born
    kept.died = kept.died or other.died
    kept.wikidata = kept.wikidata or other.wikidata
    kept.weight = max(kept.weight, other.weight)
    other_surname = other.surname or other.name.split()[-1]
    if key(other_surname) not in (key(kept.surname), key(kept.name)) and not other.sources[0].startswith("visits:"):
        kept.aliases.append(AliasRecord(other_surname, "surname"))
    if " " in other.name and (" " not in kept.name or _poorly_named(kept)):
        kept.name, kept.surname = other.name, other_surname
    kept.sources += other.sources


def _poorly_named(person: PersonRecord) -> bool:
    """Whether a name comes only from the leader lists, which abridge and misspell those without an article."""
    lists = all(s.startswith(("archigos:", "reign:")) for s in person.sources)
    return lists and not any(scheme == "dbpedia" for scheme, _ in person.identifiers)


def merge(groups: list[list[PersonRecord]], families: Families | None = None) -> list[PersonRecord]:
    """Merges sources in order of trust; records of one source never with each other."""
    families = families or {}
    persons: list[PersonRecord] = []
    by_word: dict[str, list[PersonRecord]] = defaultdict(list)
    by_seat: dict[str, list[PersonRecord]] = defaultdict(list)
    by_pocom: dict[str, PersonRecord] = {}

    def index(person: PersonRecord) -> None:
        for word in {w for n in [person.surname, *(a.name for a in person.aliases)] for w in word_key(n).split()[-1:]}:
            if person not in by_word[word]:
                by_word[word].append(person)
        for country in {r.country for r in person.roles if r.office in RULING and r.country}:
            if person not in by_seat[country]:
                by_seat[country].append(person)
        for scheme, value in person.identifiers:
            if scheme == "pocom":
                by_pocom.setdefault(value, person)

    for group in groups:
        fresh = []
        for record in group:
            linked = next((by_pocom[v] for s, v in record.identifiers if s == "pocom" and v in by_pocom), None)
            near = [] if linked else _neighbours(record, by_word, by_seat)
            matches = [p for p in near if is_same(p, record, families)]
            if linked is None and matches:
                linked = max(matches, key=lambda p: (shared_office(p, record), _so_named(p, record), p.weight))
            if linked is None:
                persons.append(record)
                fresh.append(record)
            else:
                absorb(linked, record)
                fresh.append(linked)
        for person in fresh:
            index(person)
    return persons


def _so_named(person: PersonRecord, record: PersonRecord) -> bool:
    return key(record.name) in {key(a.name) for a in person.aliases}


def _neighbours(
    record: PersonRecord, by_word: dict[str, list[PersonRecord]], by_seat: dict[str, list[PersonRecord]]
) -> list[PersonRecord]:
    """Persons already known that share a last word or a governed state with a record."""
    words = {w for n in [record.surname, *(a.name for a in record.aliases)] for w in word_key(n).split()[-1:]}
    seats = {r.country for r in record.roles if r.office in RULING and r.country}
    found: dict[int, PersonRecord] = {}
    for word in sorted(words):
        found.update((id(p), p) for p in by_word.get(word, []))
    for seat in sorted(seats):
        found.update((id(p), p) for p in by_seat.get(seat, []))
    return list(found.values())

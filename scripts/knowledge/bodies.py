"""What every state has: an army, a foreign ministry, a parliament, an embassy; named from its demonym and capital."""

from __future__ import annotations

from pipeline.actors.names import key
from scripts.knowledge.records import AliasRecord, EntityRecord, PersonRecord, RoleRecord

# Type, canonical name, other names; {adj} is the demonym, {name} the state, {the} the state with its article.
_BODIES = (
    ("ARMED_GROUP", "{adj} Army", ("Army of {the}", "{adj} Armed Forces", "{adj} National Army")),
    ("ARMED_GROUP", "{adj} Navy", ("Navy of {the}", "{adj} Naval Forces")),
    ("ARMED_GROUP", "{adj} Air Force", ("Air Force of {the}",)),
    (
        "ORGANIZATION",
        "{adj} Foreign Ministry",
        ("Ministry of Foreign Affairs of {the}", "{adj} Ministry of Foreign Affairs", "Foreign Ministry of {the}",
         "{adj} Foreign Office"),
    ),
    (
        "ORGANIZATION",
        "{adj} Defense Ministry",
        ("Ministry of Defense of {the}", "{adj} Ministry of Defense", "{adj} Ministry of Defence",
         "{adj} Defence Ministry"),
    ),
    ("ORGANIZATION", "{adj} Parliament", ("Parliament of {the}", "{adj} National Assembly", "{adj} Senate")),
    ("ORGANIZATION", "Central Bank of {the}", ("{adj} Central Bank", "Bank of {the}")),
    ("ORGANIZATION", "{adj} Supreme Court", ("Supreme Court of {the}",)),
)  # fmt: skip

# Words that a government goes by; all lead to the state itself.
_GOVERNMENTS = (
    "{adj} government", "government of {the}", "{adj} Republic", "{adj} authorities", "{adj} regime", "{adj} state",
    "{adj} monarchy", "{adj} leadership", "{adj} administration",
)  # fmt: skip

_ENVOYS = ("USA", "GBR", "SUN", "RUS", "ISR", "FRA", "CHN", "IRN")
_ARTICLE = (
    "United", "Netherlands", "Philippines", "Soviet", "Ottoman", "Maldives", "Bahamas", "Republic", "Democratic",
    "Dominican", "Central African", "Czech", "Solomon", "Marshall", "Confederate", "Papal", "Kingdom",
)  # fmt: skip


def _first(state: EntityRecord, kind: str) -> str:
    return next((a.name for a in state.aliases if a.kind == kind), "")


def with_article(name: str) -> str:
    """A state's name as it follows `of`.

    >>> with_article("United States"), with_article("Iraq")
    ('the United States', 'Iraq')
    """
    return f"the {name}" if name.startswith(_ARTICLE) or name.endswith(("Empire", "Republic", "Union")) else name


def add_templates(states: list[EntityRecord], taken: set[str]) -> list[EntityRecord]:
    """Gives states the names of their governments, and returns their bodies; `taken` are names already explained."""
    found = []
    for state in states:
        adjective = _first(state, "demonym_adj")
        if not adjective or state.prominence < 0.5:
            continue
        words = {"adj": adjective, "name": state.name, "the": with_article(state.name)}
        adjectives = [a.name for a in state.aliases if a.kind == "demonym_adj" and not (a.start or a.end)]
        for pattern in _GOVERNMENTS:
            for adj in adjectives[:3] if "{adj}" in pattern else adjectives[:1]:
                name = pattern.format(**{**words, "adj": adj})
                if key(name) not in taken:
                    state.aliases.append(AliasRecord(name, "template"))
        if state.prominence < 0.64:
            continue
        for kind, canonical, others in _BODIES:
            name = canonical.format(**words)
            if key(name) in taken:
                continue
            aliases = [AliasRecord(name, "name")]
            names = [o.format(**{**words, "adj": adj}) for o in (canonical, *others) for adj in adjectives[:2]]
            aliases += [AliasRecord(n, "template") for n in dict.fromkeys(names) if key(n) not in taken]
            found.append(
                EntityRecord(
                    f"body:{state.country}:{canonical}", name, kind, state.country, start=state.start, end=state.end,
                    prominence=0.35, aliases=aliases, relations=[("agency_of", state.source)],
                )
            )  # fmt: skip
    return found


def embassies(states: list[EntityRecord]) -> list[EntityRecord]:
    """The embassies of the great powers and of states that write history with them, by capital and by country."""
    found = []
    by_code = {s.country: s for s in states}
    for sender in (by_code[c] for c in _ENVOYS):
        adjectives = [a.name for a in sender.aliases if a.kind == "demonym_adj" and not (a.start or a.end)][:3]
        for host in states:
            capital = _first(host, "capital")
            if host.country == sender.country or host.prominence < 0.6 or not capital or host.source.startswith("iso"):
                continue
            if (sender.end or "9999") < host.start or (host.end or "9999") < sender.start:
                continue
            if (host.end or "9999") < "1900":
                continue
            name = f"Embassy of {with_article(sender.name)}, {capital}"
            aliases = [AliasRecord(name, "name")]
            for adj in adjectives:
                for place in dict.fromkeys((capital, host.name)):
                    aliases.append(AliasRecord(f"{adj} Embassy in {with_article(place)}", "template"))
                aliases.append(AliasRecord(f"{adj} Embassy at {capital}", "template"))
            found.append(
                EntityRecord(
                    f"embassy:{sender.country}:{host.country}", name, "ORGANIZATION", sender.country, prominence=0.25,
                    aliases=aliases, relations=[("agency_of", sender.source)],
                )
            )  # fmt: skip
    return found


def _terms(person: PersonRecord) -> list[RoleRecord]:
    return [r for r in person.roles if r.office == "president" and r.country == "USA"]


def administrations(presidents: list[PersonRecord]) -> list[EntityRecord]:
    """`Eisenhower administration` and its like for the presidents of the United States."""
    found = []
    holders = [p for p in presidents if any(s.startswith("congress:") for s in p.sources) and _terms(p)]
    surnames = [p.surname for p in holders]
    for person in holders:
        terms = _terms(person)
        unique = surnames.count(person.surname) == 1
        # Of presidents of one surname, plain `Bush administration` stays with both: dates decide.
        name = f"{person.surname} administration" if unique else f"{person.name} administration"
        names = [
            f"{person.name} administration",
            f"{person.surname} administration",
            f"{person.surname} Administration",
        ]
        start, end = min(t.start for t in terms), max(t.end for t in terms)
        found.append(
            EntityRecord(
                f"administration:{person.sources[0]}", name, "GOVERNMENT", "USA", start=start, end=end, prominence=0.75,
                aliases=[AliasRecord(name, "name"), *(AliasRecord(n, "variant", start, end) for n in names)],
                relations=[("led_by", person.sources[0]), ("government_of", "state:USA")],
            )
        )  # fmt: skip
    return found

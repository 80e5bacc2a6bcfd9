"""The offices that somebody held, as the knowledge base has them, in words and without what says the same again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the knowledge base takes a second to load
    from pipeline.actors.knowledge import Role

# Kinds of office that say little: who leads a state, and titles that no rule of the knowledge base sorts.
_VAGUE = ("leader", "official", "deputy")
# A year, in which sources differ about the day of an appointment.
_TOLERANCE = 1


def held(roles: Iterable[Role]) -> list[str]:
    """Offices in words, earliest first.

    Those with known first and last days, if there are any: what only a volume's years or one end is known of repeats
    them in other words. Of several that one time holds, the office that is best known goes before vaguer ones.
    """
    known = [r for r in roles if r.title != "Government"]  # some lists have no better word for a head of government
    firm = [r for r in known if _firm(r)]
    undated = [r for r in known if "volume" not in (r.start_basis, r.end_basis)]
    if not firm:
        words = (_words(r) for r in sorted(undated or known, key=lambda r: (r.start or r.end, r.end)) if r.title)
        return list(dict.fromkeys(words))
    kept: list[Role] = []
    for role in sorted(firm, key=lambda r: (r.office in _VAGUE, not r.title, -_years(r), r.start, r.title)):
        if not any(_repeats(role, other) for other in kept):
            kept.append(role)
    return [_words(r) for r in sorted(kept, key=lambda r: (r.start, r.end))]


def _firm(role: Role) -> bool:
    bases = (role.start_basis, role.end_basis)
    return bool(role.start and role.end) and role.start != role.end and not {"volume", "open"} & set(bases)


def _years(role: Role) -> int:
    return int(role.end[:4]) - int(role.start[:4])


def _repeats(role: Role, other: Role) -> bool:
    """Whether a role adds nothing to the other: the same office or a vague one, at a time within the other's."""
    same = role.office == other.office or role.title == other.title
    vague = role.office in _VAGUE and role.country in ("", other.country)
    begun = int(role.start[:4]) >= int(other.start[:4]) - _TOLERANCE
    ended = int(role.end[:4]) <= int(other.end[:4]) + _TOLERANCE
    return (same or vague) and begun and ended


def _words(role: Role) -> str:
    title = role.title or role.office.replace("_", " ")
    time = f"{role.start} to {role.end}"
    if not role.start or not role.end:
        time = f"from {role.start}" if role.start else f"to {role.end}" if role.end else ""
    elif role.start == role.end:
        time = role.start
    return title + (f" ({role.country})" if role.country else "") + (f", {time}" if time else "")

"""What the knowledge base says about a name, in words for people."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from pipeline.actors.knowledge import Entity, Knowledge, Role, load_knowledge
from pipeline.actors.names import key


def _years(start: str, end: str, between: str = "–") -> str:
    return f"{start}{between}{end}" if start or end else ""


def _role_line(role: Role, kb: Knowledge) -> str:
    def state(code: str) -> str:
        found = kb.state(code) if code else None
        entity = kb.entity(found or code)
        return entity.name if entity else code

    title = role.title or role.office.replace("_", " ")
    place = state(role.country or role.body)
    to = f" to {state(role.to_country)}" if role.to_country else ""
    known = (
        "" if {role.start_basis, role.end_basis} <= {"exact", "month"} else f" ({role.start_basis}/{role.end_basis})"
    )
    return f"  {_years(role.start, role.end) or '?'}  {title}{to}{f', {place}' if place else ''}{known}"


def _describe(entity: Entity, kb: Knowledge) -> list[str]:
    facts = [entity.type, entity.country, _years(entity.start, entity.end)]
    facts += [f"Wikidata {entity.wikidata}" if entity.wikidata else "", f"COW {entity.cow}" if entity.cow else ""]
    lines = [f"{entity.name}  [{entity.id}]", f"  {', '.join(f for f in facts if f)}"]
    names = [a for a in kb.aliases(entity.id) if a != entity.name]
    if names:
        more = f" and {len(names) - 20} more" if len(names) > 20 else ""
        lines.append(f"  also: {'; '.join(names[:20])}{more}")
    lines += [f"  {kind.replace('_', ' ')}: {other}" for kind, other in kb.relations(entity.id)]
    return lines + [_role_line(role, kb) for role in kb.roles(entity.id)]


def show(name: str, folder: str = "", limit: int = 5) -> str:
    """Everything known of those whom a name (or an id) can mean, the most prominent first.

    Parameters
    ----------
    name : str
        A name in any spelling the knowledge base has, or an entity's id.
    folder : str
        A knowledge base other than the one that comes with the package.
    limit : int
        How many entities at most.

    Returns
    -------
    str
        Lines of text; when nothing has the name, that and the nearest names.

    Examples
    --------
    >>> print(show("Arab Legion").splitlines()[0])
    Arab Legion  [arab-legion]
    """
    kb = load_knowledge(folder)
    found = [name] if kb.entity(name) else [c.entity_id for c in kb.lookup(name) or kb.lookup_fuzzy(name)]
    entities = [e for id in dict.fromkeys(found) if (e := kb.entity(id))]
    if not entities:
        near = "; ".join(e.name for e in search(name, folder))
        return f"nothing is called {name!r}" + (f"; near it: {near}" if near else "")
    blocks = ["\n".join(_describe(e, kb)) for e in entities[:limit]]
    if len(entities) > limit:
        rest = ", ".join(e.id for e in entities[limit : limit + 20])
        blocks.append(f"{len(entities) - limit} more: {rest}")
    return "\n\n".join(blocks)


def search(text: str, folder: str = "", limit: int = 10) -> list[Entity]:
    """Entities whose names contain or resemble a text, the best first.

    Parameters
    ----------
    text : str
        Part of a name, or a name spelt differently.
    folder : str
        A knowledge base other than the one that comes with the package.
    limit : int
        How many at most.

    Examples
    --------
    >>> [e.id for e in search("suez canal comp")][:1]
    ['suez-canal-company']
    """
    kb, wanted = load_knowledge(folder), key(text)
    if not wanted:
        return []
    names = kb.names()
    containing = [n for n in names if wanted in n]
    near = [n for n, _, _ in process.extract(wanted, names, scorer=fuzz.ratio, limit=limit, score_cutoff=75)]
    ranked: dict[str, tuple[bool, float]] = {}
    for n in dict.fromkeys(containing + near):
        for candidate in kb.lookup(n):
            entity = kb.entity(candidate.entity_id)
            if entity:
                score = (n == wanted, entity.prominence if wanted in n else entity.prominence - 0.5)
                ranked[entity.id] = max(ranked.get(entity.id, score), score)
    best = sorted(ranked, key=lambda id: (-ranked[id][0], -ranked[id][1], id))[:limit]
    return [e for id in best if (e := kb.entity(id))]

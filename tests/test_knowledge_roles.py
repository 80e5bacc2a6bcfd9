"""Who held an office on a day: questions that any handbook answers, over 60 countries and 200 years."""

import csv
from pathlib import Path

from pipeline.actors.knowledge import Knowledge, load_knowledge

QUESTIONS = Path(__file__).parent / "data" / "roles.tsv"
WANTED = 0.85


def answers(kb: Knowledge) -> list[tuple[dict[str, str], str, bool]]:
    """Each question with the name that the knowledge base answers, and whether the handbook's holder goes by it."""
    found = []
    with QUESTIONS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            roles = kb.holders(row["office"], row["country"], row["date"], row["date"], row["to_country"])
            first = roles[0].person if roles else ""
            named = {c.entity_id for c in kb.lookup(row["holder"])}
            entity = kb.entity(first)
            found.append((row, entity.name if entity else "", first in named))
    return found


def test_offices_on_a_day() -> None:
    found = answers(load_knowledge())
    assert len(found) >= 150
    assert len({row["country"] for row, _, _ in found}) >= 40
    wrong = [f"{r['office']} {r['country']} {r['date']}: {name}, not {r['holder']}" for r, name, ok in found if not ok]
    assert 1 - len(wrong) / len(found) >= WANTED, wrong

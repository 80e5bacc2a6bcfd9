"""Names that belong together: shared nouns, towns in their province, acronyms and what they stand for, offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.actors.names import is_acronym
from pipeline.actors.naming import LABELS, NAME, Name

if TYPE_CHECKING:
    from pipeline.actors.recognise import Recogniser


def split_shared(r: Recogniser, names: list[Name]) -> list[Name]:
    """`West and East Pakistan`: give the first direction its noun."""
    t, compass = r.t, r.lexicon.compass
    out: list[Name] = []
    for n, name in enumerate(names):
        follower = names[n + 1] if n + 1 < len(names) else None
        if (
            name.end - name.start == 1
            and t.text[name.start] in compass
            and follower
            and follower.start == name.end + 1
            and t.lower[name.end] in ("and", "or")
            and t.text[follower.start] in compass
            and follower.end - follower.start > 1
        ):
            whole = f"{name.text} {r.surface(follower.start + 1, follower.end)}"
            name.parts, name.weak, name.label = [whole], False, follower.label or "PLACE"
        out.append(name)
    return out


def in_state(r: Recogniser, names: list[Name]) -> list[Name]:
    """`Portsmouth, New Hampshire`: a town and its province are one name; a town and its country are two."""
    t = r.t
    out: list[Name] = []
    for name in names:
        town = out[-1] if out else None
        if (
            town
            and town.end + 1 == name.start
            and t.text[town.end] == ","
            and t.entity[town.end - 1] == "GPE" == t.entity[name.start]
            and t.entity[town.start] == "GPE"
            and not any(r.is_country(c) for n in (town, name) for c in n.candidates[:2])
            and name.kind == NAME == town.kind
            and not (name.end + 1 < len(t) and t.lower[name.end] in ("and", "or"))
            and not (
                name.end + 2 < len(t)
                and t.text[name.end] == ","
                and (t.lower[name.end + 1] in ("and", "or") or t.entity[name.end + 1] == "GPE")
            )
        ):
            town.end = name.end
            town.text = r.surface(town.start, town.end)
            town.label = "PLACE"
            continue
        out.append(name)
    return out


def acronyms(r: Recogniser, names: list[Name], block_start: int) -> list[Name]:
    """`Organisations des Nations Unies au Congo (ONUC)`: the letters tell where the long name begins."""
    t = r.t
    out: list[Name] = []
    for name in names:
        i = name.start
        if (
            out
            and name.end - i == 1
            and i - 1 > block_start
            and t.text[i - 1] == "("
            and name.end < len(t)
            and t.text[name.end] in (")", ",", ";")
            and is_acronym(name.text)
        ):
            long = spelled(r, name.text, i - 1, block_start)
            if long is not None:
                while out and out[-1].start >= long:
                    out.pop()
                if out and out[-1].end > long:
                    long = out[-1].start
                    out.pop()
                whole = r.make(
                    long,
                    i - 1,
                    t.entity[i - 2] and LABELS.get(t.entity[i - 2], ""),
                    r.kb.lookup(r.surface(long, i - 1)),
                )
                if whole.label in ("STATE", "PEOPLE", "PERSON", ""):
                    whole.label = "ORGANIZATION"
                out.append(whole)
            if out[-1].end == i - 1 and (
                long is not None or (not name.candidates and out[-1].text[:1] == name.text[:1])
            ):
                name.acronym_of = len(out) - 1
                name.weak = False
                name.label = out[-1].label
        out.append(name)
    for name in out:
        if name.acronym_of >= 0:
            name.acronym_of = out[name.acronym_of].start
    return out


def spelled(r: Recogniser, acronym: str, end: int, block_start: int) -> int | None:
    """First token of the capitalised words before `end` whose initials spell the acronym."""
    t = r.t
    letters = [c.lower() for c in acronym if c.isalpha()]
    k, j = len(letters) - 1, end - 1
    while j >= block_start and k >= 0 and end - j <= 2 * len(letters) + 4:
        word = t.text[j]
        if t.capital[j] and word[0].isalpha():
            if word[0].lower() == letters[k]:
                k -= 1
                if k < 0:
                    return j
            else:
                return None
        elif t.lower[j] not in r.lexicon.inside_names and word not in ("'", "’", "'s", "’s", "-", "&"):
            return None
        j -= 1
    return None


def department(r: Recogniser, i: int, end: int) -> int:
    """End of what belongs to a title: "Assistant Secretary of Defense Noel Koch"; `i` where nothing does."""
    t = r.t
    if i + 2 >= end or t.lower[i] not in ("of", "for"):
        return i
    run = r.run(i + 1 + (t.lower[i + 1] == "the"), end)
    for k in range(i + 2, run):
        if r.kb.longest_match(t.text[k:run], 0)[0] == run - k > 1 or (
            t.entity[k] == "PERSON" and (t.begins[k] or t.entity[k - 1] != "PERSON")
        ):
            return k
    k = run  # the recogniser of entities took department and person for one: the last two or three words
    words = [x for x in range(i + 1, run) if t.capital[x]]
    if len(words) >= 3 and run - words[-2] <= 2 and t.entity[run - 1] in ("PERSON", "ORG") and words[-1] == run - 1:
        back = 3 if len(words) > 3 and len(t.text[words[-2]].rstrip(".")) == 1 else 2
        return words[-back]
    return i

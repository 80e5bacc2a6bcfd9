"""Lead the names of persons to actors: first whom the text names, then whom the knowledge base has at that time."""

from __future__ import annotations

from difflib import SequenceMatcher

from pipeline.actors.knowledge import Candidate, Entity
from pipeline.actors.lexicon import Title
from pipeline.actors.moments import within, year_of
from pipeline.actors.names import is_acronym, key
from pipeline.actors.naming import Name
from pipeline.actors.referents import (
    Link,
    Referents,
    active_years,
    cached_entity,
    cached_roles,
    countries_of,
    is_short_for,
    name_words,
    role_years,
)

_WORKING_LIFE = 45
"""Years before the first and after the last dated office in which a person may still be spoken of as living."""

CHIEFS = ("president", "head_of_state", "head_of_government", "king", "leader")
_OF_STATES = frozenset(
    ("president", "head_of_state", "head_of_government", "king", "foreign_minister", "defense_minister", "ambassador")
)


_SPELLED_ALIKE = 0.5
"""Share of letters in order that two spellings of a surname have in common at the least."""
_FAMOUS = 0.6
"""Prominence from which a text that has another middle initial still means somebody."""
_OBSCURE = 0.3
"""Prominence below which somebody is named only where the text is about that person's country."""


def _alike(words: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether names of one skeleton are spellings of one: their surnames begin alike and share letters in order, and
    no initial differs.

    >>> _alike(("abdul", "kassem"), ("abd", "qasim")), _alike(("w", "howell"), ("w", "waley"))
    (True, False)
    >>> _alike(("jozef", "beck"), ("joseph", "boakai")), _alike(("john", "d", "irwin"), ("john", "c", "erwin"))
    (False, False)
    """
    one, two = words[-1], other[-1]
    initials, theirs = ({w for w in name if len(w) == 1} for name in (words, other))
    if (one[0] == "h") != (two[0] == "h") or (initials and theirs and not initials & theirs):
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _SPELLED_ALIKE


class Persons(Referents):
    """Links the names of persons of one document."""

    def person(self, name: Name) -> Link | None:
        """Where the name of a person leads."""
        words = name_words(name.text, self.lexicon)
        if not words:
            return None
        in_text = self._person_in_text(name, words)
        if in_text:
            return in_text
        found = self._kin(name, words) or self._person_in_knowledge(name, words)
        if found:
            return found
        if name.weak and name.title is None:
            return None
        if len(words) == 1 and name.title is None and (ids := self.called(name.text)):
            return Link([ids[-1]], "same name")
        if name.title is None and self._nameless(name):
            return None
        if name.title is None and is_acronym(name.text) and not self._shouted(name):
            return Link([self.local(name.text, "ORGANIZATION").id], "local")
        if name.title is None and self._located(name):
            return Link([self.local(name.text, "PLACE").id], "local")
        gender = self._gender(name, words)
        return Link([self.local(name.text, "PERSON", "", gender).id], "local")

    def _nameless(self, name: Name) -> bool:
        """Whether its words are what anything of the kind is called (`Consulate General`, `Joint Resolution`)."""
        t = self.t
        words = [t.text[i] for i in range(name.start, name.end) if t.capital[i]]
        return all(w in self.lexicon.generic or (len(words) > 1 and w in self.lexicon.missions) for w in words) or (
            any(w in self.lexicon.generic for w in words)
            and len(words) < 3
            and all(w in self.lexicon.generic or self.lexicon.name_heads.get(w) == "EVENT" for w in words)
        )

    def _located(self, name: Name) -> bool:
        """Whether an unknown name of one word stands where a place's would: `at Navarino`, `entered Sabra`."""
        t, i = self.t, name.start
        if name.end - i != 1 or not i or is_acronym(name.text):
            return False
        if t.lower[i - 1] in self.lexicon.locating or self.settled(name) or self.kb.lookup(f"Battle of {name.text}"):
            return True
        return t.dep[i] == "dobj" and t.head[i] < i and t.lemma[t.head[i]] in self.lexicon.reaching

    def settled(self, name: Name) -> bool:
        """`the state of Miranda`: whether the words before say that it is a place."""
        t, i = self.t, name.start
        return i > 1 and t.lower[i - 1] == "of" and t.lemma[i - 2] in self.lexicon.settlements

    def _shouted(self, name: Name) -> bool:
        """Whether the words around a name are in capitals too."""
        t, i = self.t, name.start
        return any(t.text[k].isupper() and len(t.text[k]) > 3 for k in (i - 1, name.end) if 0 <= k < len(t))

    def _gender(self, name: Name, words: tuple[str, ...]) -> str:
        if name.title and name.title.gender:
            return name.title.gender
        return self.lexicon.given_names.get(words[0].capitalize(), "") if len(words) > 1 else ""

    def _person_in_text(self, name: Name, words: tuple[str, ...]) -> Link | None:
        before: list[tuple[int, str]] = []
        after: list[tuple[int, str]] = []
        others = {c.entity_id for c in name.candidates if c.kind in ("name", "variant")} if len(words) > 1 else set()
        for r in self.sharing((words[0], words[-1])):
            if r.type != "PERSON" or not r.places:
                continue
            if others and r.known and r.id not in others and words != r.words:
                continue  # John Quincy Adams is no John Adams
            if name.title and name.title.gender and r.gender and name.title.gender != r.gender:
                continue
            fits = any(
                words == w or is_short_for(words, w) or (len(w) > 1 and len(words) > 1 and is_short_for(w, words))
                for w in {r.words, *(name_words(s, self.lexicon) for s in r.seen)}
            )
            if not fits:
                continue
            earlier = [p for p in r.places if p < name.start]
            if earlier:
                before.append((max(earlier), r.id))
            elif len(words) > 1 or r.words[-1] == words[-1]:  # "José" is not yet who is named José Luis later
                after.append((min(r.places), r.id))
        if len(before) > 1:  # "Barzani" is not "his son Idris"
            called = [b for b in before if any(words[-1] in key(s).split() for s in self.referents[b[1]].seen)]
            before = called or before
        if before:
            chosen = max(before)[1]
            if len(words) == 1 and len(before) > 1:
                chosen = self._relative(name, before)
            elif len(words) == 1 and (heir := self._heir(name, chosen)):
                return Link([heir], "surname")
            return Link([chosen], "name in text")
        if after and len(words) == 1:
            later = min(after)[1]
            known = self._person_in_knowledge(name, words)
            if known and self._outshines(known.actors[0], later, name):
                return known
            return Link([later], "name later in text")
        return None

    def _outshines(self, known: str, later: str, name: Name) -> bool:
        """Whether a bare surname rather means a famous person than the one whom the text names in full later."""
        when = self.moments.at(name.start)
        one, other = cached_entity(self.kb, known), cached_entity(self.kb, later)
        fit = (self._person_fit(one, name.title, when, 1) if one else None) or 0.0
        against = (self._person_fit(other, name.title, when, 1) if other else 3.0) or 0.0
        return known != later and fit > against + 1.0

    def _heir(self, name: Name, named: str) -> str:
        """Who of a former (or later) leader's surname leads the same state at that time, if it is another."""
        when = self.moments.at(name.start)
        leads = [r.country for r in cached_roles(self.kb, named) if r.office in CHIEFS and r.country]
        if not when[0] or not leads or self.held(named, CHIEFS, "", when):
            return ""
        surnames = [c.entity_id for c in name.candidates if c.kind == "surname" and c.entity_id != named]
        heirs = [x for x in surnames if any(self.held(x, CHIEFS, country, when) for country in dict.fromkeys(leads))]
        return self.referent(heirs[0]).id if heirs else ""

    def _relative(self, name: Name, found: list[tuple[int, str]]) -> str:
        """Of persons of one surname: the one with the title at that time, else the one last named."""
        if name.title and name.title.offices:
            when = self.moments.at(name.start)
            for _, actor in sorted(found, reverse=True):
                if actor in self.referents and self.held(actor, name.title.offices, "", when):
                    return actor
        return max(found)[1]

    def _kin(self, name: Name, words: tuple[str, ...]) -> Link | None:
        """`his son Idris`, where the text names Mustafa Barzani: Idris Barzani, else an actor of its own."""
        t, i = self.t, name.start
        if len(words) > 1 or name.title or not i or t.lemma[i - 1] not in self.lexicon.families:
            return None
        relatives = [r for r in self.referents.values() if r.type == "PERSON" and len(r.words) > 1 and r.places]
        for r in sorted(relatives, key=lambda r: (min(abs(p - i) for p in r.places), r.id)):
            for c in self.kb.lookup(f"{name.text} {r.words[-1]}"):
                e = cached_entity(self.kb, c.entity_id)
                if e is not None and e.type == "PERSON":
                    return Link([self.referent(e.id).id], "relative")
        return Link([self.local(name.text, "PERSON").id], "local")

    def _person_in_knowledge(self, name: Name, words: tuple[str, ...]) -> Link | None:
        when = self.moments.at(name.start)
        titled = self._titled(name) if len(words) == 1 else []
        options = titled or [c for c in name.candidates if c.kind != "capital"] or self.kb.lookup(name.text)
        method = "knowledge"
        if not options and len(words) > 1:
            options, method = self._by_surname(name, words), "given name and surname"
        if not options and len(words) > 1:
            options, method = self.kb.lookup_fuzzy(name.text), "spelling"
        ranked: list[tuple[float, str]] = []
        seen: set[str] = set()
        for c in options[:40]:
            e = cached_entity(self.kb, c.entity_id)
            if e is None or e.type != "PERSON" or e.id in seen:
                continue
            if c.start and when[0] and not self._valid(c, when[0]):
                continue  # "King Faisal", whoever of that name reigned
            seen.add(e.id)
            if name.title and name.title.gender and e.gender and e.gender != name.title.gender:
                continue
            fit = self._person_fit(e, name.title, when, len(words))
            if fit is not None:
                ranked.append((fit + (0.5 if c.kind == "name" else 0.0), e.id))
        if not ranked:
            return None
        ranked.sort(key=lambda x: (-x[0], x[1]))
        best, chosen = ranked[0]
        margin = best - ranked[1][0] if len(ranked) > 1 else 9.0
        # "Du Pont" is a surname of two words
        bare = (len(words) == 1 and not titled) or (method == "knowledge" and all(c.kind == "surname" for c in options))
        need = (2.0, 0.7) if bare else (0.0, 0.0)
        elsewhere = not (countries_of(self.kb, self.referent(chosen)) & set(self.countries)) and not self.held(
            chosen, ("secretary_general",), "", when
        )
        if bare and name.title is None:
            # A bare word: only somebody famous; of those whom the text has not named, others are rather places, words
            # or namesakes ("Ramadan", "Wall Street").
            if self._compounded(name):
                return None
            need = (4.2, 1.0 if elsewhere else 0.7)
        e = cached_entity(self.kb, chosen)
        if not bare and elsewhere and e is not None and e.prominence < _OBSCURE and not titled:
            need = (2.6, 0.0)  # a namesake rather than an obscure official of a country that the text does not name
        if best < need[0] or margin < need[1]:
            return None
        if method == "spelling" and e is not None and not _alike(words, name_words(e.name, self.lexicon)):
            return None
        if len(words) == 1 and not titled:
            method = "surname"
        if name.title is not None and name.title.offices:
            method += " and office"
        return Link([self.referent(chosen).id], method)

    def _compounded(self, name: Name) -> bool:
        """Whether a word is a part of a longer name that nobody knows: `Dow Jones`, `Grand Admiral`, `Binh Xuyen`."""
        t, i, k = self.t, name.start, name.end
        after = k < len(t) and t.capital[k] and t.pos[k] == "PROPN" and t.sentence[k] == t.sentence[i]
        if after and self.lexicon.name_heads.get(t.text[k]) != "GOVERNMENT":
            return True
        return (
            i > t.sentence_start[i]
            and t.capital[i - 1]
            and t.pos[i - 1] == "PROPN"
            and t.text[i - 1][-1].isalpha()
            and t.head[i - 1] == i
            and t.text[i - 1] not in self.lexicon.never
            and t.text[i - 1] not in self.lexicon.leading
            and self.kb.demonym(t.text[i - 1]) is None
        )

    def _valid(self, c: Candidate, when: str) -> bool:
        """Whether a name was in use in a year."""
        return within(c.start, c.end, when)

    def _titled(self, name: Name) -> list[Candidate]:
        """Persons known by a title and one name: `Mullah Omar`, `Lord Ashburton`."""
        if name.title is None:
            return []
        words = " ".join(self.t.text[k] for k in range(name.title_start, name.end))
        return [c for c in self.kb.lookup(words) if c.kind in ("name", "variant")]

    def _by_surname(self, name: Name, words: tuple[str, ...]) -> list[Candidate]:
        """Persons of that surname whose full name has the given name too: `Matthew Perry`, `Douglas A. MacArthur`."""
        if len(words[0]) < 3:
            return []
        found = []
        for c in self.kb.lookup(name.text.split()[-1])[:40]:
            e = cached_entity(self.kb, c.entity_id)
            if e is not None and e.type == "PERSON":
                full = name_words(e.name, self.lexicon)
                if full[0] != words[0] or full[-1] != words[-1]:
                    continue
                initials = len(full) == 2 and all(len(w.rstrip(".")) == 1 for w in words[1:-1])
                if is_short_for(words, full) or (initials and e.prominence >= _FAMOUS):
                    found.append(c)
        return found

    def _person_fit(self, e: Entity, title: Title | None, when: tuple[str, str], words: int) -> float | None:
        """How well a person of the knowledge base fits; None where the years exclude them."""
        score = 4.0 * e.prominence
        first, last = active_years(self.kb, e)
        if when[0] and first is not None and last is not None:
            year = year_of(when[0])
            if not first - _WORKING_LIFE <= year <= last + _WORKING_LIFE:
                return None
            distance = max(first - year, year - last, 0)
            score += 1.5 if distance <= 3 else (0.5 if distance <= 15 else -0.5)
        if e.country and self.countries[e.country]:
            score += 1.0
        if words == 1 and not title and when[0] and self.held(e.id, CHIEFS, "", when):
            score += 1.0  # a bare surname rather means who governed then
        if title and title.offices:
            if self.held(e.id, title.offices, "", when):
                score += 3.0
            elif words == 1:
                score -= 1.0
        return score

    def held(
        self, person: str, offices: tuple[str, ...], country: str, when: tuple[str, str], *, current: bool = False
    ) -> bool:
        """Whether the knowledge base has a person in one of the offices about that time; `current`: not as former."""
        for role in cached_roles(self.kb, person):
            if current and role.title.startswith("former "):
                continue
            if role.office in offices and (
                not country or role.country == country or (not role.country and role.office not in _OF_STATES)
            ):
                if not when[0]:
                    return True
                start, end = role_years(role)
                if start - 1 <= year_of(when[1] or when[0]) and year_of(when[0]) <= end + 1:
                    return True
        return False

    def not_yet(self, person: str, offices: tuple[str, ...], when: tuple[str, str]) -> bool:
        """Whether the knowledge base has a person in such an office only later: `the new premier` is not the next."""
        starts = [r.start for r in cached_roles(self.kb, person) if r.office in offices and r.start]
        return bool(when[1]) and bool(starts) and min(starts) > when[1]

"""Find the stretches of a text that name an actor: gazetteer, spaCy's entities, titles and runs of capitals."""

from __future__ import annotations

import re

from pipeline.actors.joining import acronyms, department, in_state, split_shared
from pipeline.actors.knowledge import Candidate, Knowledge
from pipeline.actors.lexicon import Lexicon, Title
from pipeline.actors.names import is_acronym
from pipeline.actors.naming import ADJECTIVE, DEMONYMS, LABELS, NAME, Name, is_demonym, match_title, surface
from pipeline.actors.referents import cached_entity
from pipeline.actors.tokens import Tokens

_CLOSERS = frozenset(("'s", "’s", "'", "’", "“", "”", '"', "(", ")", "[", "]", ",", ".", ";", ":", "-", "–", "—"))
_NOUN_ROLES = frozenset(("nsubj", "nsubjpass", "dobj", "pobj", "dative", "agent", "appos", "attr"))
_PARTS = re.compile(r"[-–—/]")
_LONGEST = 9
_WELL_KNOWN = 0.6
"""Prominence above which what is no state counts in a compound (`NATO-led`, not `N.C.-based`)."""


class Recogniser:
    """Names of one Doc, block by block."""

    def __init__(self, tokens: Tokens, text: str, offsets: list[int], kb: Knowledge, lexicon: Lexicon) -> None:
        self.t, self.text, self.offsets, self.kb, self.lexicon = tokens, text, offsets, kb, lexicon
        self._known: dict[tuple[int, int], tuple[int, list[Candidate]]] = {}

    def names(self, start: int, end: int) -> list[Name]:
        """The names of a block, in order."""
        found: list[Name] = []
        title: Title | None = None
        title_start = -1
        i = start
        while i < end:
            if not (
                self.t.capital[i] or self._prefixed(i, end) or self._directed(i, end) or self._numbered(i, end) > 1
            ):
                if title and self.t.lower[i] in self.lexicon.joints and i + 1 < end and self.t.capital[i + 1]:
                    stop = self._cut_person(i, self.run(i + 1, end))  # "Baron de Tuyll"
                    person = self.make(i, stop, "PERSON", self.kb.lookup(self.surface(i, stop)))
                    person.title, person.title_start = title, title_start
                    found.append(person)
                    title, i = None, stop
                    continue
                if title and self.t.text[i] not in ("-",):
                    title = None
                i += 1
                continue
            if self.t.lower[i] in ("the", "a", "an") and self._gazetteer(i, end)[0] < 2:
                i += 1
                continue
            heading = match_title(self.t, i, end, self.lexicon)
            name = self._name(i, end, heading)
            if heading and (name is None or self._is_title_only(name, heading, i)):
                if title is None or title_start < 0:
                    title_start = i
                title = heading if title is None or heading.offices or not title.offices else title
                i = department(self, i + len(heading.words), end)
                if i < end and self.t.text[i] == "." and heading.words[-1] in self.lexicon.abbreviated:
                    i += 1
                continue
            if name is not None and i > start and self.t.text[i - 1] in self.lexicon.ships:
                i = name.end  # "the USS Maddox"
                title = None
                continue
            if self.t.text[i] in self.lexicon.leading and i + 1 < end and self.t.capital[i + 1]:
                used = self._gazetteer(i, end)[0]
                nobody = self.t.text[i] in self.lexicon.never  # "In January Polk ordered"
                if used < 2 and (nobody or self.t.entity[i] not in ("PERSON", "GPE", "LOC")):
                    i += 1
                    continue
            if name is None:
                title = None
                i += 1
                continue
            if title is not None and self._adjoins(title_start, i):
                name.title, name.title_start = title, title_start
                if (
                    name.kind == NAME
                    and name.label in ("", "PERSON", "ORGANIZATION", "STATE", "PLACE")
                    and not (
                        name.candidates
                        and name.label in ("STATE", "PLACE", "ORGANIZATION")
                        and not title.gender
                        and title.sector != "MIL"
                        and not self._personal(name)
                    )
                ):
                    name.label, name.weak = "PERSON", False
            title, title_start = None, -1
            found.append(name)
            i = name.end
        return acronyms(self, in_state(self, split_shared(self, found)), start)

    def _personal(self, name: Name) -> bool:
        """Whether some candidate is a person, or the recogniser of entities saw one."""
        return any(self.t.entity[i] == "PERSON" for i in range(name.start, name.end))

    def _prefixed(self, i: int, end: int) -> bool:
        """Whether a name begins here in lower case: `al-Bakr`."""
        t = self.t
        return t.lower[i] in self.lexicon.name_prefixes and i + 2 < end and t.text[i + 1] == "-" and t.capital[i + 2]

    def _directed(self, i: int, end: int) -> bool:
        """Whether a place begins here with a direction in lower case that the entity recogniser counts to it."""
        t = self.t
        return (
            t.begins[i]
            and t.entity[i] in ("GPE", "LOC")
            and t.text[i].capitalize() in self.lexicon.compass
            and i + 1 < end
            and t.capital[i + 1]
        )

    def _numbered(self, i: int, end: int) -> int:
        """Length of a name that begins with a number: `26th of July Movement`, `82nd Airborne Division`; 0 if none."""
        t = self.t
        if not t.text[i][0].isdigit() or t.sentence[i] != t.sentence[min(i + 2, end - 1)]:
            return 0
        used, candidates = self._gazetteer(i, end)
        if used > 1 and candidates[0].kind != "acronym":
            return used
        if not t.text[i].endswith(("st", "nd", "rd", "th")) or not t.capital[min(i + 1, end - 1)]:
            return 0
        run = self.run(i + 1, end)
        stop = self._headed(i + 1, run, i + 1)
        return stop - i if stop and self.lexicon.name_heads[t.text[stop - 1]] in ("ARMED_GROUP", "ORGANIZATION") else 0

    def _cuts(self, k: int, stop: int) -> bool:
        """Whether a title ends the name before it; not one that follows personal names (`Ibrahim Pasha`)."""
        return self.t.text[k] not in self.lexicon.name_endings and bool(match_title(self.t, k, stop, self.lexicon))

    def _adjoins(self, title_start: int, i: int) -> bool:
        """Whether only titles stand between the first title and the name."""
        return title_start >= 0 and self.t.sentence[title_start] == self.t.sentence[i]

    def _is_title_only(self, name: Name, title: Title, i: int) -> bool:
        """Whether the name found at a title is no longer than it, or a person's (`King Hussein` is `Hussein`)."""
        n = len(title.words)
        if name.end - i <= n:
            return True
        if name.candidates:
            first = cached_entity(self.kb, name.candidates[0].entity_id)
            return first is not None and first.type == "PERSON"
        if name.label in ("PERSON", ""):
            return True
        return bool(title.gender or title.offices or title.sector) and not self._type_by_head(i, name.end)

    def run(self, i: int, end: int) -> int:
        """End of the run of capitalised words (and hyphens between them) that starts here."""
        t, j = self.t, i
        sentence = t.sentence[i]
        while j < end and t.sentence[j] == sentence:
            if (
                (t.capital[j] and (j == i or "—" not in t.text[j]))
                or self._prefixed(j, end)
                or (t.text[j] in ("-", "&") and j > i and j + 1 < end and (t.capital[j + 1] or j - i <= 2))
                or (t.lower[j] in self.lexicon.joints and j > i and j + 1 < end and t.capital[j + 1])
            ):
                j += 1
            elif t.lower[j] in self.lexicon.name_prefixes and j + 1 < end and t.text[j + 1] == "-":
                j += 2
            else:
                break
        while j > i and t.text[j - 1] in _CLOSERS:
            j -= 1
        return j

    def _entity(self, i: int, end: int) -> tuple[int, str]:
        """End and type of spaCy's entity at a token, closing marks left out."""
        t = self.t
        label = LABELS.get(t.entity[i], "")
        if not label:
            return i, ""
        j = i + 1
        while j < end and t.entity[j] == t.entity[i] and not t.begins[j]:
            j += 1
        for k in range(i, j):  # a bracket inside: "Suez Canal Users' Association (SCUA)"
            if t.text[k] in ("(", ")", ",", ";") and k > i:
                j = k
                break
        for k in range(i + 2, j - 1):  # "Cuban Missile Crisis of October 1962", but "War of 1812"
            if t.lower[k] in ("of", "in") and (t.text[k + 1][0].isdigit() or t.text[k + 1] in self.lexicon.never):
                j = k
                break
        while j > i and (
            t.text[j - 1] in _CLOSERS or (not t.capital[j - 1] and t.pos[j - 1] in ("ADP", "DET", "CCONJ"))
        ):
            j -= 1
        return j, label if j > i else ""

    def _gazetteer(self, i: int, end: int) -> tuple[int, list[Candidate]]:
        """The longest known name at a token that is also written as one."""
        known = self._known.get((i, end))
        if known is None:
            known = self._known[i, end] = self._longest(i, end)
        return known

    def _longest(self, i: int, end: int) -> tuple[int, list[Candidate]]:
        t = self.t
        window = t.text[i : min(i + _LONGEST + 4, end)]
        while window:
            used, candidates = self.kb.longest_match(window, 0)
            if not used:
                return 0, []
            if used > 1 and self._small_head(i, used, candidates):
                return used, candidates
            inner = range(i + 1, i + used)
            if all(
                t.capital[k]
                or t.lower[k] in self.lexicon.inside_names
                or not t.text[k][0].isalpha()
                or t.text[k] in ("'s", "’s")
                or (k + 1 < i + used and t.text[k].capitalize() in self.lexicon.missions)  # "U.S. embassy in Iraq"
                for k in inner
            ) and (
                used == 1
                or t.capital[i + used - 1]
                or not t.text[i + used - 1][0].isalpha()
                or t.lower[i + used - 1] not in self.lexicon.inside_names
            ):
                return used, candidates
            window = window[: used - 1]
        return 0, []

    def _small_head(self, i: int, used: int, candidates: list[Candidate]) -> bool:
        """`Congo crisis`, `Iraqi army`: a known name whose last word is a kind, in small letters."""
        t = self.t
        last = i + used - 1
        kind = self.lexicon.name_heads.get(t.text[last].capitalize(), "")
        if t.capital[last] or kind not in ("EVENT", "ARMED_GROUP", "ORGANIZATION", "GOVERNMENT"):
            return False
        if t.lower[last] in ("force", "forces") or t.text[i] in self.lexicon.never:
            return False  # "Soviet forces" are no body with a name of its own
        entity = cached_entity(self.kb, candidates[0].entity_id)
        return entity is not None and entity.type not in ("STATE", "PERSON", "PLACE")

    def _headed(self, i: int, run: int, least: int) -> int:
        """End of a longer name in the run whose last word tells what it names ("Eisenhower Doctrine"); 0 if none."""
        t, heads = self.t, self.lexicon.name_heads
        best = 0
        for k in range(max(i + 1, least), run):
            if k > i and t.text[k] in heads:
                best = k + 1
        return best

    def _name(self, i: int, end: int, title: Title | None) -> Name | None:
        t, lexicon = self.t, self.lexicon
        if not t.capital[i] and (numbered := self._numbered(i, end)) > 1:
            return self.make(i, i + numbered, "", self.kb.lookup(self.surface(i, i + numbered)))
        run = self.run(i, end)
        used, candidates = self._gazetteer(i, end)
        entity_end, label = self._entity(i, end)
        first = t.sentence_start[i] == i
        whole = self._directed_place(i, end, used, label, entity_end) or self._of_name(i, end, used, entity_end)
        if whole:
            return whole
        if used < 2 and self._prefix(i, end) and not self._headed(i, run, i + 1):
            return Name(i, i + 1, t.text[i], ADJECTIVE, "STATE", parts=[lexicon.prefixes[t.text[i]]])
        demonym = used > 0 and is_demonym(candidates)
        if used:
            stop = i + used
            if used == 1 and not self._credible(i, candidates, label, first):
                used, candidates, demonym = 0, [], False
        if used:
            longer = self._longer(i, stop, run, entity_end, label, candidates, demonym)
            if longer:
                longer = self._with_kind(longer, end)
                known = self.kb.lookup(self.surface(i, longer))
                return self.make(i, longer, label, known)
            if not t.capital[stop - 1] and stop - i > 1:
                name = self.make(i, stop, "", candidates)
                more, first_word = self._gazetteer(i, stop - 1)
                if more and any(c.kind in DEMONYMS for c in first_word):
                    name.inner = self._demonym(i, i + more, first_word)
                elif more and more == stop - 1 - i:
                    name.inner = self.make(i, i + more, label, first_word)
                return name
            if demonym:
                return None if self._spoken(i, stop) else self._demonym(i, stop, candidates)
            name = self.make(i, stop, label, candidates)
            plain = used > 1 and all(c.kind == "template" for c in candidates)  # "the American Senate"
            if plain and (before := self._gazetteer(i, stop - 1))[0] and is_demonym(before[1]):
                name.inner = self._demonym(i, i + before[0], before[1])
            if used > 2 and any(t.text[k].capitalize() in lexicon.missions for k in range(i, stop - 2)):
                at = next((k for k in range(i + 1, stop - 1) if t.lower[k] in ("in", "at")), stop)
                if at < stop and (seat := self._gazetteer(at + 1, stop)[1]):  # "U.S. embassy in Beirut"
                    name.also.append(self.make(at + 1, stop, "STATE", seat))
            elif used > 2 and "of" in (small := t.lower[i:stop]) and self._is_person(candidates):
                at = i + small.index("of") + 1
                if (home := self._gazetteer(at, stop)[1]) and self.is_country(home[0]):  # "King Hussein of Jordan"
                    name.also.append(self.make(at, stop, "STATE", home))
            return name
        parts = [p for p in _PARTS.split(t.text[i]) if p]
        if len(parts) > 1 and entity_end <= i + 1 and (joined := self._joined(i, parts)):
            return joined
        if label:
            stop = entity_end
            if (
                run > stop
                and all(t.pos[k] == "PROPN" or t.text[k] == "-" for k in range(stop, run))
                and not any(self._cuts(k, run) for k in range(stop, run))
            ):
                stop = run
            stop = self._with_kind(stop, end)
            if label == "PERSON" and run > stop and t.lower[stop] in lexicon.joints:
                stop = run  # "Antonio López de Santa Anna"
            if stop - i > 1 and label == "PERSON":
                stop = self._cut_person(i, stop)
            headed = self._headed(i, run, stop)
            stop = max(stop, headed)
            if t.text[i] in lexicon.never and not any(w[0].isalpha() for w in t.text[i + 1 : stop]):
                return None
            if first and stop == i + 1 and t.pos[i] not in ("PROPN", "ADJ"):
                return None
            if not any(t.capital[i:stop]):
                return None
            return self.make(i, stop, label, self.kb.lookup(self.surface(i, stop)) if stop > entity_end else [])
        # Inside an entity that began before, or none at all.
        if len(parts) > 1 and (joined := self._joined(i, parts)):
            return joined
        if title:
            return None
        words = [k for k in range(i, run) if t.capital[k]]
        if t.text[i] in lexicon.never and len(words) < 2:
            return None
        headed = self._headed(i, run, i + 1)
        if headed:
            return self.make(i, headed, "", [])
        if t.pos[i] not in ("PROPN", "ADJ", "NOUN", "INTJ", "X") or t.entity[i] in (
            "DATE",
            "TIME",
            "CARDINAL",
            "ORDINAL",
            "MONEY",
            "PERCENT",
            "QUANTITY",
        ):
            return None
        stop = run
        inner = ""
        for k in range(i + 1, run):
            if self._cuts(k, run):
                stop = k
                break
            if not inner and (inner := LABELS.get(t.entity[k], "")) and any(t.pos[x] != "PROPN" for x in range(i, k)):
                stop, inner = k, ""
                break
            if inner == "" and self._gazetteer(k, run)[0]:
                stop = k
                break
        if inner and not first:
            return self.make(i, stop, inner, [])
        name = self.make(i, stop, "", [])
        name.weak = True
        return name

    def _prefix(self, i: int, end: int) -> bool:
        """Whether the first part of a compound adjective stands here: `Franco` in `Franco-British`."""
        t = self.t
        return t.text[i] in self.lexicon.prefixes and i + 2 < end and t.text[i + 1] in ("-", "–") and t.capital[i + 2]

    def _with_kind(self, stop: int, end: int) -> int:
        """End of a name with the kind in small letters that its last word asks for: `Baghdad International airport`."""
        t, lexicon = self.t, self.lexicon
        small = stop < end and t.lower[stop] == t.text[stop] and t.text[stop].capitalize() in lexicon.name_heads
        return stop + 1 if small and t.text[stop - 1] in lexicon.generic else stop

    def _directed_place(self, i: int, end: int, used: int, label: str, entity_end: int) -> Name | None:
        """`South Kasai`, `Northeast China`: a direction and a place that the gazetteer does not know as one."""
        t = self.t
        if used > 1 or t.text[i].capitalize() not in self.lexicon.compass or i + 1 >= end or not t.capital[i + 1]:
            return None
        more, candidates = self._gazetteer(i + 1, end)
        stop = max(i + 1 + more, entity_end, i + 2)
        if t.pos[i + 1] not in ("PROPN", "ADJ") or t.sentence[i + 1] != t.sentence[i]:
            return None
        if more and candidates[0].kind in DEMONYMS and entity_end <= i + 1 + more:
            return Name(i, stop, self.surface(i, stop), NAME, "PEOPLE")
        if more or label in ("PLACE", "STATE"):
            return Name(i, stop, self.surface(i, stop), NAME, self._type_by_head(i, stop) or "PLACE")
        return None

    def _of_name(self, i: int, end: int, used: int, entity_end: int) -> Name | None:
        """`Treaty of Portsmouth`, `Organization of African Unity`, `Bay of Pigs`."""
        t = self.t
        heads = self.lexicon.name_heads
        k = i
        while k < end and k - i < 4 and t.capital[k] and t.text[k] not in heads:
            k += 1
        if k >= end or t.text[k] not in heads or k + 2 >= end or t.lower[k + 1] not in ("of", "for", "on"):
            return None
        if k > i and match_title(t, i, k, self.lexicon):
            return None
        j = k + 2
        if t.lower[j] in ("the", "a"):
            j += 1
        if used > 1 and i + used == k + 1 and j < end and (t.entity[j] == "PERSON" or not self._gazetteer(j, end)[0]):
            return None  # "the Rwandan Patriotic Front of Paul Kagame"
        if j >= end or not t.capital[j] or not t.text[j][0].isalpha() or heads[t.text[k]] in ("COMPANY",):
            return None
        if t.lower[k + 1] == "on" and heads[t.text[k]] == "EVENT" and t.entity[j] == "DATE":
            return None
        more, _ = self._gazetteer(j, end)
        if t.entity[j] in ("DATE", "TIME") or (t.text[j] in self.lexicon.never and more < 2):
            return None
        stop = j
        while stop < end and t.sentence[stop] == t.sentence[i] and (t.capital[stop] or t.text[stop] in ("-", "–")):
            if stop > j and match_title(t, stop, end, self.lexicon):
                break
            stop += 1
        if stop < end and t.entity[j] == "GPE" and t.text[stop] in ("'s", "’s"):
            while stop < end and t.entity[stop] == "GPE" and not t.begins[stop]:
                stop += 1  # "Government of the People's Republic of Angola"
        stop = max(stop, entity_end) if not more else max(j + more, stop)
        while stop > j and t.text[stop - 1] in _CLOSERS:
            stop -= 1
        if stop + 1 < end and t.lower[stop] == "and" and t.capital[stop + 1] and heads[t.text[k]] == "ORGANIZATION":
            joined = self.run(stop + 1, end)
            if joined > stop + 1 and t.entity[stop + 1] == t.entity[i] == "ORG" and not t.begins[stop + 1]:
                stop = joined
        kind = heads[t.text[k]]
        if more and kind in ("STATE", "GOVERNMENT") and self.is_country(self._gazetteer(j, end)[1][0]):
            stop = j + more  # "the Grand Duchy of Baden Rudolph von Freydorf", name and all
        if kind == "ORGANIZATION" or (kind == "EVENT" and not more):
            stop = self._series(stop, end)
        if used >= stop - i:
            return None
        listed = stop + 1 < end and t.text[stop] in (",", "and") and t.capital[stop + 1]
        if kind == "ORGANIZATION" and listed and more and not used and self.is_country(self._gazetteer(j, end)[1][0]):
            return None  # "the Holy Alliance of Austria, Prussia and Russia"
        if kind == "PLACE" and k > i and more and self.is_country(self._gazetteer(j, end)[1][0]):
            return None  # "Punjab Province of Pakistan"
        if more > 1 and kind == "EVENT" and self._is_body(self._gazetteer(j, end)[1]):
            return None  # "the Covenant of the League of Nations"
        known = self.kb.lookup(self.surface(i, stop))
        return Name(i, stop, self.surface(i, stop), NAME, heads[t.text[k]], candidates=known)

    def _series(self, stop: int, end: int) -> int:
        """End of the matters listed in a name (`Committee on Banking, Housing and Urban Affairs`), else `stop`."""
        t, k = self.t, stop
        while k + 1 < end and t.text[k] in (",", "and"):
            k += 1 + (t.text[k] == "," and t.lower[k + 1] == "and")
            run = self.run(k, end) if k < end else k
            inside = k < end and t.entity[k] == "ORG" and not t.begins[k]
            if run == k or t.entity[k] in ("PERSON", "GPE", "NORP") or (not inside and self._gazetteer(k, end)[0]):
                return stop
            if t.lower[k - 1] == "and":
                return run
            k = run
        return stop

    def surface(self, start: int, end: int) -> str:
        return surface(self.t, self.text, self.offsets, start, end)

    def make(self, i: int, stop: int, label: str, candidates: list[Candidate]) -> Name:
        t = self.t
        label = self._type_by_head(i, stop) or label
        if label == "PERSON" and i > 0 and t.lower[i - 1] == "the" and not candidates:
            label = "ORGANIZATION"
        name = Name(i, stop, self.surface(i, stop), NAME, label, candidates=candidates)
        if stop - i == 1 and (t.text[i] in self.lexicon.name_heads or t.text[i] in self.lexicon.compass):
            # "the Canal", "the East": a short form of a longer name, or nothing
            name.label, name.weak = self.lexicon.name_heads.get(t.text[i], "PLACE"), True
            if t.text[i] in self.lexicon.compass:
                name.candidates = []
            name.candidates = [c for c in name.candidates if c.kind != "surname"]  # "the Powers" are no Ms. Powers
        return name

    def _type_by_head(self, i: int, stop: int) -> str:
        """The type that the head word of a capitalised name of several words tells."""
        if stop - i < 2:
            return ""
        t, heads = self.t, self.lexicon.name_heads
        head = stop - 1
        if t.text[i] in self.lexicon.event_starts:
            return "EVENT"
        if t.text[head] in heads:
            return heads[t.text[head]]
        for k in range(i + 1, stop):
            if t.lower[k] in ("of", "for", "on", "in"):
                head = k - 1
                break
        return heads.get(t.text[head], "")

    def _credible(self, i: int, candidates: list[Candidate], label: str, first: bool) -> bool:
        """Whether a known name of one word is used as a name here: not the `Will` or `March` of a sentence's start."""
        t = self.t
        word = t.text[i]
        if word in self.lexicon.never:
            return False
        if any(c.kind in DEMONYMS or c.kind == "acronym" for c in candidates):
            return True
        if label:
            return True
        return t.pos[i] == "PROPN" or (not first and t.pos[i] == "ADJ")

    def _spoken(self, i: int, stop: int) -> bool:
        """Whether a demonym is a language (`in Spanish`, `spoke French`) or spans borders (`inter-American`)."""
        t = self.t
        if i > 1 and t.text[i - 1] == "-" and t.lower[i - 2] in self.lexicon.spanning:
            return True
        if stop < len(t) and t.lemma[stop] in self.lexicon.tongues:
            return True
        above = t.lemma[t.head[i]]
        spoken = above in self.lexicon.speaking if t.dep[i] == "dobj" else above in ("in", "into")
        alone = stop >= len(t) or t.pos[stop] in ("PUNCT", "CCONJ", "ADP", "ADV", "SPACE")
        return spoken and alone and t.dep[i] in ("dobj", "pobj") and t.head[i] == i - 1 and not t.plural[i]

    def _demonym(self, i: int, stop: int, candidates: list[Candidate]) -> Name:
        """`Iraqi troops` is an adjective; `the Japanese attacked` and `Belgians` name a people."""
        t, last = self.t, stop - 1
        first = last
        while t.dep[first] == "conj" and t.head[first] < first:
            first = t.head[first]
        modifies = t.dep[first] not in _NOUN_ROLES and (
            t.pos[last] == "ADJ" or (t.dep[last] in ("amod", "compound", "nmod") and t.head[last] > last)
        )
        label = "STATE" if modifies else "PEOPLE"
        return Name(i, stop, self.surface(i, stop), ADJECTIVE if modifies else NAME, label, candidates=candidates)

    def _longer(
        self, i: int, stop: int, run: int, entity_end: int, label: str, candidates: list[Candidate], demonym: bool
    ) -> int:
        """End of a longer name that begins with a known one; 0 where the known one is all."""
        t = self.t
        if run <= stop and entity_end <= stop:
            return 0
        if i > 1 and t.lower[i - 1] == "to" and t.capital[i - 2] and candidates and self.is_country(candidates[0]):
            return 0  # "Minister to Mexico James Gadsden"
        following = stop < run and self._cuts(stop, run)
        headed = self._headed(i, run, stop)
        if headed:
            head = t.text[headed - 1]
            inside = [k for k in range(stop, headed - 1) if t.text[k] not in self.lexicon.name_heads]
            middle = any(match_title(t, k, headed, self.lexicon) for k in inside)
            if head.startswith(("Government", "Administration")) and (demonym or self._is_person(candidates)):
                return 0
            rest, _ = self._gazetteer(stop, headed)
            if demonym and rest and stop + rest >= headed:
                # "U.S. Senate": the body is known under its own name
                return 0
            if not middle:
                return headed
        if following:
            return 0
        if label == "PERSON" and entity_end > stop:
            while entity_end < run and t.entity[entity_end] == "PERSON":  # "José Rafael" and "Molina Ureña" are one
                entity_end += 1
            if not demonym or all(t.pos[k] == "PROPN" for k in range(i, entity_end)):  # "Tokugawa Ieyoshi"
                return self._cut_person(i, entity_end)
        if (
            label == "PERSON"
            and not demonym
            and run > stop
            and all(t.pos[k] == "PROPN" for k in range(stop, run))
            and self._is_person(candidates)
        ):
            return run
        if label in ("ORGANIZATION", "EVENT", "PLACE", "STATE") and entity_end > stop and not demonym:
            small = [k for k in range(stop, entity_end) if not t.capital[k] and t.text[k][0].isalpha()]
            lower = any(t.lower[k] not in self.lexicon.inside_names for k in small)
            if lower or (not demonym and self.is_country(candidates[0])):
                return 0
            if stop == i + 1 and is_acronym(t.text[i]) and self._is_body(candidates):
                return 0  # "PBS Frontline"
            return entity_end
        return 0

    def _is_person(self, candidates: list[Candidate]) -> bool:
        entity = cached_entity(self.kb, candidates[0].entity_id) if candidates else None
        return entity is not None and entity.type == "PERSON"

    def _cut_person(self, i: int, stop: int) -> int:
        """A personal name ends before a possessive or a title."""
        for k in range(i + 1, stop):
            if self.t.text[k] in ("'s", "’s", "and", ",") or "—" in self.t.text[k] or self._cuts(k, stop):
                return k
        return stop

    def _joined(self, i: int, parts: list[str]) -> Name | None:
        """`U.S.-led`, `U.S.–U.K.`, `British-French` in one token."""
        if any(p[0].isdigit() for p in parts):
            return None  # "Tu-22", "NSC-68"
        known = [p for p in parts if p[0].isupper() and (p in self.lexicon.prefixes or self._joinable(p))]
        if not known or not parts[0][0].isupper() or (len(known) < len(parts) and parts[0] not in known):
            return None
        names = [self.lexicon.prefixes.get(p, p) for p in known]
        return Name(i, i + 1, self.t.text[i], ADJECTIVE, "STATE", parts=names)

    def _joinable(self, part: str) -> bool:
        """Whether a part of a compound names a state, a people or a body that is well known."""
        first = next(iter(self.kb.lookup(part)), None)
        entity = cached_entity(self.kb, first.entity_id) if first else None
        if first is None or entity is None or entity.type == "PERSON":
            return False
        return first.kind in DEMONYMS or entity.type in ("STATE", "PLACE") or entity.prominence > _WELL_KNOWN

    def _is_body(self, candidates: list[Candidate]) -> bool:
        entity = cached_entity(self.kb, candidates[0].entity_id)
        return entity is not None and entity.type in ("ORGANIZATION", "GOVERNMENT", "COMPANY")

    def is_country(self, c: Candidate) -> bool:
        entity = cached_entity(self.kb, c.entity_id)
        return entity is not None and entity.type == "STATE" and c.kind != "capital"

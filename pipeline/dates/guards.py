"""Conditions that patterns name: what only looks like a time expression (April Glaspie, 1,500 men, the 9th Army)."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.dates.cascade import Guard, Item
from pipeline.dates.grammar import Slots

_NAMES = frozenset({"PERSON", "ORG", "WORK_OF_ART", "FAC", "PRODUCT", "GPE", "LAW", "EVENT"})
_NAMED_DAYS = frozenset({"PERSON", "ORG", "WORK_OF_ART", "GPE", "LOC", "FAC"})
_COUNTED = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "SYM"})
_DETERMINING = frozenset({"DET", "PRON", "ADJ", "PART", "VERB", "PROPN"})
_LONG_UNITS = frozenset({"DE", "CE"})
_ACTORS = frozenset({"GPE", "PERSON", "NORP"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_DETERMINED = frozenset({"NOUN", "PROPN", "ADJ", "NUM"})
# The first, the second: of things just told of, rather than of the month.
_COUNTED_OFF = 2
_SMALL_UNITS = frozenset({"S", "MIN"})


def guards_for(doc: Doc, kind: str, words: dict[str, frozenset[str]]) -> dict[str, Guard]:
    """The conditions, bound to a text.

    Parameters
    ----------
    doc : Doc
        The annotated text.
    kind : str
        "narrative" or "news".
    words : dict
        Lists of cues.toml.
    """
    size = len(doc)

    def before(items: list[Item], a: int) -> str:
        i = items[a].token_start - 1
        return doc[i].lower_ if i >= 0 else ""

    def follower(items: list[Item], b: int) -> int | None:
        i = items[b - 1].token_end
        return i if i < size else None

    def acts(i: int) -> bool:
        """Whether a name begins a clause: on the fourth Britain declared war; not: on the second Lebanon front."""
        first = i
        while i < size and doc[i].pos_ == "PROPN":
            i += 1
        titled = i > first and not doc[first].ent_type_ and doc[i - 1].ent_type_ == "PERSON"  # President Truman
        return (titled or doc[first].ent_type_ in _ACTORS) and i < size and doc[i].tag_ in _FINITE

    def named(items: list[Item], a: int) -> bool:
        return bool(doc[items[a].token_start].ent_type_ == "PERSON")

    def counts(items: list[Item], b: int) -> bool:
        """Whether what follows is counted by the number before it."""
        i = follower(items, b)
        if i is None:
            return False
        token = doc[i]
        if token.pos_ == "ADJ" and i + 1 < size:
            return bool(doc[i + 1].tag_ == "NNS")
        return token.tag_ == "NNS" or token.lower_ in words["measure"]

    def year(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        token = doc[items[a].token_start]
        previous = before(items, a)
        if 1700 <= slots["y"] <= 2050 and token.i + 1 < size and doc[token.i + 1].lower_ in words["of_a_year"]:
            return True
        if token.dep_ == "nummod" and token.head.i == token.i + 1 and token.head.tag_ == "NNS":
            determined = items[a].token_start and doc[token.i - 1].pos_ in _DETERMINING
            if not determined and not (token.ent_type_ == "DATE" and previous == "in"):
                return False  # 1935 men, but: in 1935 sanctions came
        if any(doc[i].lower_ in words["number_of"] for i in range(max(token.i - 5, 0), token.i)):
            return False
        if previous in words["number_before"]:
            return False
        last = doc[items[b - 1].token_start]
        if last.text[items[b - 1].end - last.idx :][:1].isalpha():
            return False  # the 1560th meeting
        if token.text[: max(items[a].start - token.idx, 0)].rstrip(".").isupper():
            return False  # document A/PV.1560
        inside = items[b - 1].end - items[b - 1].start < len(last)
        if token.ent_type_ == "DATE" or inside:
            return not (previous not in words["before_time"] and counts(items, b) and slots["y"] < 1200)
        if not 1000 <= slots["y"] <= 2100:
            return False
        if previous in words["before_time"] or previous in ("(", "["):
            return not counts(items, b)
        if token.ent_type_ in ("CARDINAL", "QUANTITY", "MONEY", "PERCENT"):
            return 1700 <= slots["y"] <= 2050 and not counts(items, b)
        return slots["y"] >= 1400 and not (counts(items, b) and token.dep_ == "nummod" and token.ent_type_ == "")

    def month(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        i = items[a].token_start
        token = doc[i]
        word = token.lower_
        if token.ent_type_ in _NAMES:
            # In December Laval resigned.
            return before(items, a) == "in" and token.ent_iob_ == "B" and word not in words["ambiguous_month"]
        if word not in words["ambiguous_month"]:
            return len(word) > 3 or token.ent_type_ == "DATE"
        if token.pos_ not in ("PROPN", "NOUN"):
            return False
        if i and doc[i - 1].pos_ == "PROPN" and doc[i - 1].is_title and token.ent_type_ != "DATE":
            return False  # Senator August
        if (
            word in words["verb_month"]
            and i
            and (before(items, a) == "the" or doc[i - 1].is_title or doc[i - 1].is_quote)
        ):
            k = follower(items, b)
            if before(items, a) == "the" and k is not None and doc[k].tag_ in ("NN", "NNS") and doc[k].is_lower:
                return True  # the March elections
            return token.ent_type_ == "DATE" and before(items, a) in words["before_time"]
        following = follower(items, b)
        if (
            word in words["verb_month"]
            and following is not None
            and doc[following].lower_ in words["march_to"]
            and before(items, a) not in words["before_time"]
        ):
            return False
        if following is not None and token.is_sent_start and doc[following].pos_ == "PROPN" and len(word) < 7:
            return doc[following].ent_type_ in ("DATE", "EVENT")
        if (
            following is not None
            and doc[following].ent_type_ == "PERSON"
            and before(items, a) not in words["before_time"]
        ):
            return False
        if token.ent_type_ == "DATE":
            return True
        if following is not None and doc[following].pos_ == "PROPN" and before(items, a) not in words["before_time"]:
            return False
        return len(word) > 3 and (before(items, a) in words["before_time"] or word not in words["verb_month"])

    def month_day(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return doc[items[a].token_start].pos_ != "AUX" and not named(items, a)

    def weekday(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        i = items[a].token_start
        if doc[i].ent_type_ in _NAMED_DAYS:
            return False
        return not (i and doc[i - 1].is_title and doc[i - 1].lower_ in words["named_weekday"])

    def season(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        token = doc[items[b - 1].token_start]
        if token.pos_ not in ("NOUN", "PROPN"):
            return False
        i = follower(items, b)
        if token.is_title and token.i and doc[token.i - 1].is_title and doc[token.i - 1].pos_ in ("PROPN", "ADJ"):
            return b - a > 1  # the Prague Spring
        if token.is_title and i is not None and doc[i].lower_ == "of" and i + 1 < size and doc[i + 1].is_title:
            return False  # the Spring of Nations
        return not (token.is_title and i is not None and doc[i].pos_ == "PROPN")

    def fall(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        i = follower(items, b)
        return before(items, a) in words["before_fall"] and (i is None or doc[i].lower_ != "of")

    def fall_year(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """In the fall of 1958, but not: the fall of 1453."""
        previous = before(items, a)
        return b - a == 2 or previous in words["before_fall"] or (previous in words["part"] and "FALL" in items[a].cats)

    def early_year(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """A year of three figures, where a year is due: in 793."""
        if b - a > 1:
            first = doc[items[a].token_start].lower_
            return bool((10 if first == "the" else 100) <= slots["y"] < 1000)  # the year 71
        if not 100 <= slots["y"] < 1000:
            return False
        token = doc[items[a].token_start]
        if len(token) != 3 or before(items, a) not in words["before_early_year"]:
            return False
        i = follower(items, b)
        if i is not None and doc[i].tag_ == "NNP" and token.i and doc[token.i - 1].is_sent_start:
            return True  # In 348 Pachomius died
        counted = i is not None and (doc[i].pos_ in _COUNTED or doc[i].lower_ in (*words["measure"], "of"))
        return not counted and bool(token.dep_ == "pobj")

    def the_day(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        i = follower(items, b)
        if before(items, a) not in words["before_day"]:
            return False
        return i is None or doc[i].pos_ not in ("NOUN", "PROPN", "ADJ", "NUM") or acts(i)

    def spelled_day(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """On the third the Council met; not: by the second, both agreed (a treaty), on the third ballot."""
        i = follower(items, b)
        if before(items, a) not in words["before_spelled_day"] or not 1 <= slots["d"] <= 31:
            return False
        if i is not None and (doc[i].pos_ in _DETERMINED or doc[i].lower_ == "of") and not acts(i):
            return False
        counted = slots["d"] <= _COUNTED_OFF
        return not (counted and (before(items, a) != "on" or (i is not None and doc[i].lower_ in (",", "and"))))

    def edge_part(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """The last week of the month, the first day of 1920."""
        return slots["part"]["unit"] in ("D", "W") and slots.get("unit", "M") in ("M", "Y")

    def shift_unit(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        if slots.get("unit") in _SMALL_UNITS:
            return False
        i = follower(items, b)
        shifter = doc[items[b - 1].token_start - 1].lower_ if items[b - 1].token_start else ""
        if i is not None and doc[i].lower_ == "of" and shifter == "last" and (b - a > 2 or before(items, a) == "the"):
            return False  # the last week of the war
        return not (shifter == "past" and (kind == "narrative" or slots["unit"] in _LONG_UNITS))

    def the_unit(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return slots["unit"] not in _SMALL_UNITS

    def news_unit(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        i = follower(items, b)
        if i is not None and doc[i].lower_ in ("before", "after"):
            return slots["unit"] in ("WE", "W")  # the year before is reckoned from another
        return slots["unit"] in ("Q", "WE", "W", "Y") and (i is None or doc[i].text != "-")

    def past_unit(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """In news the past year is last year; the past decade is ten years for all."""
        return the_unit(items, a, b, slots) and (kind == "narrative" or slots["unit"] in _LONG_UNITS)

    def duration(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        if slots["unit"] in _SMALL_UNITS and "n" not in slots and "half" not in slots:
            return False
        if slots["unit"] == "Q" and kind == "narrative":
            return False
        last = items[b - 1]
        word = doc[last.token_end - 1]
        if kind == "news" and word.is_title and not word.is_sent_start and doc[word.i - 1].like_num:
            return False  # Sixty Minutes, a programme
        plural = "UNITS" in last.cats
        n = slots.get("n")
        if n is None:
            i = follower(items, b)
            if i is not None and doc[i].text in ("-", "–"):
                return False
            return "half" in slots or (not plural and slots["unit"] not in ("S", "Q", "MIN"))
        if n == "X":
            return plural
        if "of" in last.cats or ("UNITS" not in last.cats and "UNIT" not in last.cats):
            return True
        i = follower(items, b)
        return plural or n == 1 or (i is not None and doc[i].pos_ in ("NOUN", "PROPN", "ADJ", "PART"))

    def bare_units(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return slots["unit"] not in ("S", "MIN", "Q", "SU", "WI", "WE") and (
            kind == "narrative" or slots["unit"] != "N"
        )

    def frequency(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        if kind == "news" and doc[items[a].token_start].lower_ in words["business_frequency"]:
            return False
        i = follower(items, b)
        if i is not None and doc[i].pos_ == "PROPN":
            return False  # the party daily Granma
        return not doc[items[a].token_start].is_title or items[a].token_start == 0

    def reference(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        word = doc[items[b - 1].token_end - 1].lower_
        i = follower(items, b)
        nominal = i is not None and doc[i].pos_ in ("NOUN", "PROPN")
        article = b - a > 1
        if word in ("former", "formerly"):
            adjective = i is not None and doc[i].pos_ == "ADJ"
            return kind == "narrative" and not article and (word == "formerly" or nominal or adjective)
        if word == "future":
            return kind == "narrative" or (article and not continued(items, b))  # the future of the country
        if word == "recent" and kind == "news":
            return False
        if word == "soon":
            return False
        token = doc[items[a].token_start]
        if word == "now" and token.is_sent_start and kind == "news" and i is not None and doc[i].lower_ in (",", "for"):
            return False  # Now, he says, it looks like war
        return not article

    def article(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """Not a name: the Six Days War keeps its article outside."""
        return not doc[items[b - 1].token_start].is_title

    def night(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return slots["tod"] == "NI" and not doc[items[a].token_start].is_title

    def event(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        if before(items, a) == "for":
            return False  # for a year after the offensive had stalled
        i = follower(items, b)
        return i is None or doc[i].pos_ != "CCONJ"

    def the_past(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        i = follower(items, b)
        return i is None or doc[i].pos_ not in ("NOUN", "ADJ", "NUM", "PROPN")

    def short_year(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return items[a].end == items[b - 1].start and items[b - 1].end - items[b - 1].start == 2

    def decade2(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        if b - a > 1:
            return True
        return before(items, a) in words["before_decade"]

    def clock(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return bool(0 <= slots["hour"] <= 24)

    def yy(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        first = slots["a"].get("y")
        return first is not None and "era" not in slots["a"] and slots["b"]["y2"] > first % 100

    def day_part(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        if "d" not in slots["a"] or slots["b"]["d"] <= slots["a"]["d"]:
            return False
        i = follower(items, b)
        dashed = any("DASH" in x.cats for x in items[a:b])
        return dashed or i is None or doc[i].pos_ not in ("NOUN", "ADJ", "PROPN", "SYM")

    def bc_range(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return bool(slots["b"].get("era") == "BC" and slots["a"]["y"] > slots["b"]["y"])

    def span(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """Both ends of a range are of one kind, or a dash does not stand between spaces as a parenthesis would."""
        first, last = slots["a"], slots["b"]
        return first["_cat"] == last["_cat"] or first["_cat"][0] == last["_cat"][0] or "m" in first or "season" in first

    def coordinated(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return True

    def title_word(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """USA Today."""
        token = doc[items[a].token_start]
        return token.is_title and not token.is_sent_start and token.i > 0 and doc[token.i - 1].pos_ == "PROPN"

    def closing(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        i = follower(items, b)
        return i is None or doc[i].pos_ not in _COUNTED

    def continued(items: list[Item], b: int) -> bool:
        i = follower(items, b)
        return i is not None and doc[i].lower_ == "of"

    def proper(items: list[Item], b: int) -> bool:
        """The 2004 Summer Olympic Games."""
        i = follower(items, b)
        return i is not None and doc[i].pos_ == "PROPN"

    def lifetime(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """Theodorus of Tabennese (c. 314 - 368)."""
        i = items[a].token_start - 1
        while i > 0 and not doc[i].is_bracket:
            i -= 1
        return i > 0 and doc[i - 1].pos_ == "PROPN" and 100 <= slots["a"]["y"] < slots["b"]["y"] < 1000

    def to_date(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """The largest operation to date, not: ruins that are said to date from 1200."""
        i = follower(items, b)
        ended = i is None or doc[i].is_punct or doc[i].pos_ in ("VERB", "AUX", "CCONJ")
        return ended and doc[items[a].token_start].pos_ == "NOUN"

    def someday(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        """She will one day be president: before its verb, which lies ahead."""
        i = items[b - 1].token_start
        verb = doc[i].head
        return verb.i > i and (verb.tag_ == "VB" or any(c.lower_ in words["ahead"] for c in verb.children))

    def always(items: list[Item], a: int, b: int, slots: Slots) -> bool:
        return True

    return {
        "year": year,
        "month": month,
        "month_day": month_day,
        "day_month": always,
        "month_year": always,
        "weekday": weekday,
        "season": season,
        "fall": fall,
        "fall_year": fall_year,
        "nine_eleven": lambda items, a, b, slots: (slots["m"], slots["d"]) == (9, 11),
        "early_year": early_year,
        "year_of_three": lambda items, a, b, slots: 100 <= slots["y"] < 1000,
        "day_told": lambda items, a, b, slots: (
            slots["tod"] in ("MO", "AF", "EV") and closing(items, a, b, slots) and not continued(items, b)
        ),
        "weekend": lambda items, a, b, slots: slots["unit"] == "WE",
        "week": lambda items, a, b, slots: slots["unit"] == "W",
        "life_year": lambda items, a, b, slots: slots["y"] >= 1000 and before(items, a) != "the",
        "closing": closing,
        "day_set": lambda items, a, b, slots: "wd" in slots["b"],
        "round_the_clock": lambda items, a, b, slots: (
            slots["n"] == 24 and doc[items[b - 1].token_start].lower_ == "day"
        ),
        "month_ordinal": lambda items, a, b, slots: slots["d"] <= 31 and closing(items, a, b, slots),
        "to_date": to_date,
        "closed_day": lambda items, a, b, slots: before(items, a) not in ("the", "a", "this"),
        "early_month": lambda items, a, b, slots: 100 <= slots["y"] < 1000 and closing(items, a, b, slots),
        "season_after": lambda items, a, b, slots: not (doc[items[b - 1].token_start].is_title and proper(items, b)),
        "lifetime": lifetime,
        "day_alone": lambda items, a, b, slots: closing(items, a, b, slots) and not continued(items, b),
        "hundreds": lambda items, a, b, slots: 10 <= slots["hundreds"] <= 20,
        "tenth": lambda items, a, b, slots: slots["unit"] == "DE" and 1 <= slots["tenth"] <= 10 and "era" not in slots,
        "dual": lambda items, a, b, slots: (slots["y"] + 1) % 10 == slots["two"]["n"] % 10 and slots["m"] <= 3,
        "night_of": lambda items, a, b, slots: "d" in slots["a"] and "m" not in slots["a"],
        "following_year": lambda items, a, b, slots: slots["b"]["y"] == slots["a"]["y"] + 1,
        "week_of": lambda items, a, b, slots: slots["unit"] in ("W", "WE"),
        "counted": lambda items, a, b, slots: slots["one"]["n"] < slots["two"]["n"],
        "uncounted": lambda items, a, b, slots: slots["unit"] in (*_SMALL_UNITS, "H") or slots.get("n") == "X",
        "day_shift": lambda items, a, b, slots: slots["ref"] == "now" or slots["ref"] == "weekday",
        "title_word": title_word,
        "someday": someday,
        "month_unit": lambda items, a, b, slots: slots["unit"] == "M",
        "the_day": the_day,
        "spelled_day": spelled_day,
        "edge_part": lambda items, a, b, slots: (
            slots["part"]["unit"] in ("D", "W") and slots.get("unit", "M") in ("M", "Y")
        ),
        "the_long_unit": lambda items, a, b, slots: slots["unit"] in ("W", "M", "Y", "DE", "CE"),
        "shift_unit": shift_unit,
        "the_unit": the_unit,
        "past_unit": past_unit,
        "capital_letter": lambda items, a, b, slots: doc[items[a].token_start].text[0].isupper(),
        "small_letter": lambda items, a, b, slots: not doc[items[b - 1].token_start].is_title,
        "year_number": lambda items, a, b, slots: slots["y"] >= 1000,
        "duration": duration,
        "bare_units": bare_units,
        "long": always,
        "frequency": frequency,
        "every": lambda items, a, b, slots: slots.get("unit") not in _SMALL_UNITS,
        "reference": reference,
        "the_past": the_past,
        "short_year": short_year,
        "decade2": decade2,
        "short_decade": lambda items, a, b, slots: slots["y2"] % 10 == 0,
        "article": article,
        "night": night,
        "event": event,
        "news_unit": news_unit,
        "anno": lambda items, a, b, slots: slots["era"] == "AD",
        "half": lambda items, a, b, slots: slots["one"]["n"] == 1 and slots["two"]["n"] == 2,
        "hhmm": lambda items, a, b, slots: before(items, a) in words["before_clock"] or slots["hour"] < 10,
        "day_word": lambda items, a, b, slots: slots["ord"] <= 31,
        "the_year": lambda items, a, b, slots: slots["unit"] == "Y",
        "clock": clock,
        "clock_alone": always,
        "quarter": lambda items, a, b, slots: 1 <= slots["q"] <= 4,
        "year_unit": lambda items, a, b, slots: slots.get("unit") == "Y",
        "yy": yy,
        "day_part": day_part,
        "bc_range": bc_range,
        "range": span,
        "coordinated": coordinated,
    }

"""Resolve implicit parts of time expressions: all of a text together, by the cheapest path along its timeline.

In a narrative a running date moves with the story. Every date is either a step of the story or a mention of its
background; jumps back, jumps far ahead and background each have a cost, and the readings that together cost least win
(beam search). In news the publication date stands still and takes the running date's place.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from spacy.tokens import Doc

from pipeline.dates.anchors import apposed_time, event_anchors
from pipeline.dates.calendar import Time, bounds, civil, days, of_day, shift, timex, weekday
from pipeline.dates.grammar import Slots
from pipeline.dates.news import compares, date_in_news, quarter_of, quarter_reported, weekday_in_news
from pipeline.dates.reading import Reading, narrow, outside, resolved_at, reversed_range
from pipeline.dates.recognise import Expression
from pipeline.dates.relative import reach, shifted, some_steps
from pipeline.dates.sentence import habitual, tense_of
from pipeline.dates.slots import Resolved, Setting, calendar_time, fields, gap_to, is_fixed, regnal_year, unknown, valid
from pipeline.document import layout_of

_NARROWED = frozenset({"edge", "turn", "week_of_month"})
_DEICTIC = frozenset({"now", "ago", "this", "deictic", "the"})
_DAYS = frozenset({"YMD", "MD", "WDAY", "THED"})
# Years ago that no story tells of: ten thousand years ago is nobody's date.
_AGES = 1000
_ASIDES = frozenset({"background_perfect", "background_bracket", "background_since"})
_MONTHS_OF_REPORTS = frozenset({6, 9})
_HALF_A_YEAR = 180
_YEAR = 366
# What may start from the story's date or from the time named last.
_EITHER = frozenset({"offset", "month", "season"})
# Units of stretches that lead on or back, and the unit in which their ends are told.
_SPANS = {"D": "D", "W": "W", "M": "M", "Y": "Y", "DE": "Y"}


class Timeline:
    """Beam search over the readings of one text's time expressions.

    Parameters
    ----------
    doc : Doc
        The annotated text.
    expressions : list of Expression
        In order of appearance.
    setting : Setting
        Kind of text, publication date, weights.
    """

    def __init__(self, doc: Doc, expressions: list[Expression], setting: Setting) -> None:
        self.doc, self.expressions, self.setting = doc, expressions, setting
        self.weights = setting.grammar.weights
        self.news = setting.kind == "news" and setting.published is not None
        self.events = (
            {} if self.news else event_anchors(doc, expressions, setting.grammar.cues, setting.grammar.families)
        )
        # What is said to have gone on since a date is told apart in _partial; it has no weight.
        self.cues = [sum(self.weights.get(name, 0.0) for name in e.cues) for e in expressions]

    def resolve(self, headings: dict[int, bool]) -> list[Resolved]:
        """The readings of all expressions, in their order."""
        start = self.setting.published if self.news else None
        paths = [Reading(0.0, start, -1, start, -1, None, -1, None, None, None)]
        width = int(self.weights["beam"])
        sections = self._sections(headings)
        block = -1
        for index, e in enumerate(self.expressions):
            fresh = e.block != block
            block = e.block
            heading = headings.get(e.block, False)
            found: dict[tuple[Any, ...], Reading] = {}
            section = None if heading or self.news else sections.get(e.block)
            for path in paths:
                for new in self._readings(path, index, e, fresh, heading):
                    if not _NARROWED.isdisjoint(e.slots):
                        narrow(new, index, e)
                    if section and (new.story_from == index or "y" not in e.slots) and outside(new, section):
                        new.cost += self.weights["outside_section"]
                    if e.ends and index == e.ends[1] and reversed_range(new, index - e.ends[0]):
                        new.cost += self.weights["range_reversed"]
                    key = (new.story, new.last)
                    if key not in found or new.cost < found[key].cost:
                        found[key] = new
            paths = sorted(found.values(), key=lambda p: p.cost)[:width]
        best: Reading | None = paths[0]
        out: list[Resolved] = []
        while best is not None and best.resolved is not None:
            out.append(best.resolved)
            best = best.back
        return out[::-1]

    def _sections(self, headings: dict[int, bool]) -> dict[int, tuple[int, int]]:
        """First and last day of the years in the nearest heading above each block that names any."""
        blocks = layout_of(self.doc).blocks
        told: dict[str, tuple[int, int]] = {}
        for e in self.expressions:
            if headings.get(e.block) and "y" in e.slots and self._bounds_section(e):
                span = bounds(calendar_time(s := fields(e.slots, self.setting), s["y"], self.setting))
                path = blocks[e.block].section
                if span and path:
                    first, last = told.get(path, span)
                    told[path] = min(first, span[0]), max(last, span[1])
        found = {}
        for number in {e.block for e in self.expressions} if told else ():
            parts = blocks[number].section.split(" > ")
            paths = (" > ".join(parts[:k]) for k in range(len(parts), 0, -1))
            span = next((told[path] for path in paths if path in told), None)
            if span:
                found[number] = span
        return found

    def _bounds_section(self, e: Expression) -> bool:
        """Whether a heading's year says when its section plays: `War, 1914-1918`, `2007: The surge`, not `1973 war`."""
        block = layout_of(self.doc).blocks[e.block]
        after = [t.text for t in self.doc[e.token_end : block.end] if not t.is_space]
        before = self.doc[e.token_start - 1].lower_ if e.token_start > block.start else ""
        closed = before not in self.setting.grammar.cues["open_ended"]
        return closed and (e.ends is not None or not after or after[0] == ":" or after == [")"])

    # ------------------------------------------------------------ one expression
    def _readings(self, path: Reading, index: int, e: Expression, fresh: bool, heading: bool) -> list[Reading]:
        s = fields(e.slots, self.setting)
        if e.cat == "DUR":
            return [self._next(path, path.cost, self._stretch(path, index, e), None, index, False)]
        if e.cat in ("SET", "REF"):
            value = s["value"] if e.cat == "REF" else ""
            return [self._next(path, path.cost, Resolved(None, value), None, index, False)]
        if "dec" in s:
            t = Time(dec=s["dec"], bc=s.get("era") == "BC", h=s.get("h"), q=s.get("q"))
            return [self._next(path, path.cost, Resolved(t, anchor_kind="explicit"), t, index, False)]
        if "cent" in s:
            t = Time(cent=s["cent"], bc=s.get("era") == "BC", h=s.get("h"), q=s.get("q"))
            return [self._next(path, path.cost, Resolved(t, anchor_kind="explicit"), t, index, False)]
        if e.cat == "TIME" and s.get("n") == "X":
            return [self._next(path, path.cost, Resolved(Time(tod=s["tod"])), None, index, False)]
        if s.get("ref"):
            return self._relative(path, index, e, s, fresh)
        if "y" in s and "era" not in s and 0 < s["y"] < 1000 and path.story and path.story.y is not None:
            s["y"] = 1 - s["y"] if path.story.y <= 0 else s["y"]  # In 218 BC he crossed; in 216 he won
        if "y" in s or is_fixed(s, self.setting):
            return self._explicit(path, index, e, s, fresh, heading)
        if self.news:
            return self._news(path, index, e, s)
        return self._partial(path, index, e, s, fresh)

    def _next(
        self, path: Reading, cost: float, resolved: Resolved, last: Time | None, index: int, step: bool
    ) -> Reading:
        story, story_from = (last, index) if step and last else (path.story, path.story_from)
        day, day_from = (last, index) if last and last.d is not None else (path.day, path.day_from)
        if not last:
            last, last_from = path.last, path.last_from
        else:
            last_from = index
        quarter = path.quarter
        s = self.expressions[index].slots
        if self.news and last and last.q is not None:
            quarter = quarter_reported(self.doc, self.expressions[index], last, quarter, self.setting)
        if self.news and s.get("unit") == "M" and s.get("n") in _MONTHS_OF_REPORTS and not s.get("ref"):
            quarter = None  # the first nine months: what follows compares with the year before
            last = Time(y=last.y) if last and last.q is not None else last
        return Reading(cost, story, story_from, last, last_from, day, day_from, quarter, resolved, path)

    def _jump(self, story: Time | None, t: Time, fresh: bool) -> float:
        """What it costs the story to move to a time."""
        if story is None:
            return 0.0
        gap = gap_to(story, t)
        w = self.weights
        if gap >= 0:
            return w["forward_log"] * math.log1p(gap / 30)
        cost = w["back"] + w["back_log"] * math.log1p(-gap / 10)
        return cost * w["back_paragraph"] if fresh else cost

    def _step(self, story: Time | None, t: Time) -> Time:
        """The story's date after a step: a coarse date that holds the finer one changes nothing."""
        if story is None:
            return t
        a, b = bounds(story), bounds(t)
        return story if a and b and b[0] <= a[0] and a[1] <= b[1] and a != b else t

    def _explicit(
        self, path: Reading, index: int, e: Expression, s: Slots, fresh: bool, heading: bool
    ) -> list[Reading]:
        t = calendar_time(s, s.get("y", 0), self.setting)
        if not valid(t):
            t = Time(y=t.y, m=t.m)
        resolved = Resolved(t, anchor_kind="date" if s.get("shared") else "explicit", span=regnal_year(s))
        if self.news:
            if s.get("quarterly") and path.quarter is not None:
                resolved.time = Time(y=t.y, q=path.quarter.q)
                return [self._next(path, path.cost, resolved, None, index, False)]
            return [self._next(path, path.cost, resolved, t, index, False)]
        second = e.ends is not None and index > e.ends[0]
        if heading:
            # A section on 1958-1963 begins in 1958.
            return [self._next(path, path.cost, resolved, t, index, not second)]
        story = self._next(path, path.cost + self._jump(path.story, t, fresh), resolved, t, index, True)
        story.story = self._step(path.story, t)
        if path.story is None:
            return [story]
        if second:
            # The end of a range goes with its beginning.
            if path.story_from < index - 1:
                return [self._next(path, path.cost, resolved, t, index, False)]
            story.cost = path.cost + self.weights["range_end"]
            return [story, self._next(path, path.cost, resolved, t, index, False)]
        w = self.weights
        background = w["background"] + self.cues[index]
        if t.m is None:
            background += w["background_year"]
        if gap_to(path.story, t) < 0:
            background += w["background_back"]
        if "deadline" in e.cues and self._closes(index) and gap_to(path.story, t) > 0:
            # What comes a week later in the next sentence comes a week after what was told before.
            return [story, self._next(path, path.cost, resolved, None, index, False)]
        return [story, self._next(path, path.cost + max(background, 0.0), resolved, t, index, False)]

    def _in_block(self, index: int, e: Expression) -> bool:
        """Whether an expression stands in the same paragraph as another."""
        return index >= 0 and self.expressions[index].block == e.block

    def _years(self, path: Reading) -> list[tuple[int, int]]:
        """Years that an incomplete date may belong to, with where each comes from."""
        found: dict[int, int] = {}
        for t, source in ((path.story, path.story_from), (path.last, path.last_from)):
            span = bounds(t) if t else None
            if span is None:
                continue
            first, last = civil(span[0])[0], civil(span[1])[0]
            for y in range(max(first, last - 1) - 1, last + 2):
                found.setdefault(y, source)
        return list(found.items())

    def _partial(self, path: Reading, index: int, e: Expression, s: Slots, fresh: bool) -> list[Reading]:
        if e.cat == "WDAY" or ("wd" in s and "m" not in s):
            return self._day(path, index, s, weekday_=s["wd"])
        if "d" in s and "m" not in s and "hol" not in s:
            return self._day(path, index, s, day=s["d"])
        if not any(k in s for k in ("m", "season", "hol", "q", "h")):
            return self._time_alone(path, index, s)
        years = [] if self._generic(e) else self._years(path)
        if not years:
            t = calendar_time(s, None, self.setting)
            return [self._next(path, path.cost, Resolved(t), None, index, False)]
        out = []
        w = self.weights
        here = self._in_block(path.last_from, e)
        winter = s.get("season") == "WI"
        for y, source in years:
            t = calendar_time(s, y, self.setting)
            if not valid(t):
                continue
            cost = path.cost + self._jump(path.story, t, fresh)
            its = (y, y + 1) if winter else (y,)
            named = path.last is not None and path.last.y in its
            told = path.story is not None and path.story.y in its and self._in_block(path.story_from, e)
            if path.story is not None and path.story.y is not None and path.story.y not in its and not named:
                cost += w["later_year" if y > path.story.y else "earlier_year"]
                earlier = calendar_time(s, y - 1, self.setting)
                if y > path.story.y and valid(earlier) and gap_to(path.story, earlier) >= 0:
                    cost += w["skipped_year"]
            if here and not named and not told:
                cost += w["unnamed_year"]
            if not named and not told and gap_to(path.story, t) > _HALF_A_YEAR:
                cost += w["far_year"]
            clash = 0.0
            if "coming_season" in e.cues and here and path.last is not None and gap_to(path.last, t) < 0:
                clash = w["range_reversed"]
            if "wd" in s and t.d is not None and t.m is not None and weekday(y, t.m, t.d) != s["wd"]:
                clash += w["weekday_clash"]
            # A winter without a year of its own is named, as TIMEX2 does, after the year of its January.
            value = timex(t.with_(y=y + 1)) if winter else ""
            resolved = Resolved(t, value, anchor=source, anchor_kind="date")
            new = self._next(path, cost + clash, resolved, t, index, True)
            new.story = self._step(path.story, t)
            out.append(new)
            since = "background_since" in e.cues and "d" not in s
            if since or ("set_ahead" in e.cues and self._closes(index)):
                # What has gone on since January, or is to be done by July 5, is no step of the story, and the next
                # sentence reckons nothing from it.
                gap = gap_to(path.story, t)
                cost = (
                    path.cost
                    + w["forward_log"] * math.log1p(abs(gap) / 30)
                    + w["back"] * (gap > 0 if since else gap < 0)
                )
                out[-1] = self._next(path, cost, resolved, None, index, False)
                continue
            mention = w["mention_season" if "season" in s else "mention"]
            if "background_perfect" in e.cues and -_YEAR <= gap_to(path.story, t) < 0:
                mention = -self._jump(path.story, t, fresh)  # in January it had been planned: the story stays
            out.append(self._next(path, cost + clash + mention, resolved, t, index, False))
            if path.last is not None and path.last != path.story and path.last.y == y:
                aside = path.cost + w["aside"] + self._jump(path.last, t, False) + clash
                out.append(self._next(path, aside, resolved, t, index, False))
        return out

    def _closes(self, index: int) -> bool:
        """Whether an expression is the last of its sentence."""
        end = self.doc[self.expressions[index].token_start].sent.end
        return index + 1 == len(self.expressions) or self.expressions[index + 1].token_start >= end

    def _generic(self, e: Expression) -> bool:
        """Winter quarters are for any winter; the winter offensive was in one."""
        season = self.doc[e.token_start]
        if e.cat != "SEAS" or e.token_end > e.token_start + 1 or season.is_title or season.dep_ != "compound":
            return False
        return not any(t.pos_ in ("DET", "PRON", "PROPN") for t in season.head.lefts) and season.head.pos_ == "NOUN"

    def _day(self, path: Reading, index: int, s: Slots, day: int = 0, weekday_: int = 0) -> list[Reading]:
        base = path.last if path.last is not None and (path.last.m or path.last.w) is not None else path.story
        if weekday_ and path.day is not None:
            base = path.day
        if base is not None and base.w is not None and (span := bounds(base)):
            base = of_day(span[0])
        if base is None or base.y is None or base.m is None:
            unknown = (
                Resolved(None, f"XXXX-WXX-{weekday_}") if weekday_ else Resolved(calendar_time(s, None, self.setting))
            )
            return [self._next(path, path.cost, unknown, None, index, False)]
        if day:
            y, m = base.y, base.m
            if base.d is not None and day < base.d - 15:
                y, m = (y, m + 1) if m < 12 else (y + 1, 1)
            t = calendar_time({**s, "m": m, "d": day}, y, self.setting)
        else:
            n = days(base.y, base.m, base.d or 1)
            near = n + (weekday_ - weekday(*civil(n))) % 7
            t = calendar_time(
                {k: v for k, v in s.items() if k in ("tod", "clock", "hour", "minute", "ampm")},
                None,
                self.setting,
                of_day(near),
            )
        if not valid(t):
            t = Time(y=t.y, m=t.m)
        return [self._next(path, path.cost, Resolved(t, anchor=path.last_from, anchor_kind="date"), t, index, True)]

    def _time_alone(self, path: Reading, index: int, s: Slots) -> list[Reading]:
        """A time of day: of the day named next to it, else of the last day mentioned."""
        base, source = path.day, path.day_from
        if self.news and base is None:
            base = self.setting.published
        following = self._day_after(path, index)
        if following is not None:
            base, source = following, index + 1
        if base is None or base.d is None:
            t = calendar_time(s, None, self.setting)
            return [self._next(path, path.cost, Resolved(t), None, index, False)]
        t = calendar_time(
            {k: v for k, v in s.items() if k != "d"}, None, self.setting, Time(y=base.y, m=base.m, d=base.d)
        )
        resolved = Resolved(t, anchor=source, anchor_kind="date")
        return [self._next(path, path.cost, resolved, t, index, False)]

    def _day_after(self, path: Reading, index: int) -> Time | None:
        """The day that the next expression names for a time of day: at 6 a.m. on Thursday, at noon of 5 March 1945."""
        if index + 1 == len(self.expressions):
            return None
        e, following = self.expressions[index], self.expressions[index + 1]
        between = following.token_start - e.token_end
        if following.block != e.block or following.cat not in _DAYS or following.slots.get("ref") or between > 4:
            return None
        if between > 1 and "y" not in following.slots:
            return None
        best = min(self._readings(path, index + 1, following, False, False), key=lambda p: p.cost)
        t = best.resolved.time if best.resolved else None
        return Time(y=t.y, m=t.m, d=t.d) if t and t.y is not None and t.d is not None else None

    # ------------------------------------------------------------ news
    def _news(self, path: Reading, index: int, e: Expression, s: Slots) -> list[Reading]:
        kind = "document"
        t: Time | None
        if "wd" in s and "m" not in s:
            beside = path.day_from == index - 1 >= 0 and not self._closes(index - 1)
            t = weekday_in_news(self.doc, e, s, self.setting, path.day if beside else None)
        elif "d" in s and "m" not in s and "hol" not in s:
            base = path.last if path.last is not None and path.last.m is not None else self.setting.published
            t = calendar_time({**s, "m": base.m}, base.y, self.setting) if base else None
        elif not any(k in s for k in ("m", "season", "hol", "q", "h")):
            return self._time_alone(path, index, s)
        else:
            named = None
            last = path.last
            if last is not None and last.m is not None and self._in_block(path.last_from, e):
                named = last.y if "y" in self.expressions[path.last_from].slots else None
            habit = habitual(self.doc, e, self.setting.grammar.cues)
            t = None if habit else date_in_news(self.doc, e, s, self.setting, named)
        if t is None:
            t, kind = calendar_time(s, None, self.setting), "none"
        last_named = t if t.y is not None else None
        return [self._next(path, path.cost, Resolved(t, anchor_kind=kind), last_named, index, False)]

    # ------------------------------------------------------------ relative to another time
    def _relative(self, path: Reading, index: int, e: Expression, s: Slots, fresh: bool) -> list[Reading]:
        if "b" in s:
            return self._from_named(path, index, e, s, fresh)
        ref, unit = s["ref"], s.get("unit", "")
        n = s.get("n", 1)
        if ref == "now" and not self.news:
            # A historian's `today` is the present; a speaker's, quoted, is a day that the text may not give.
            resolved = Resolved(None, "PRESENT_REF") if n == 0 and "tod" not in s else unknown(s)
            return [self._next(path, path.cost, resolved, None, index, False)]
        if ref in ("offset", "ago", "event"):
            direction = -1 if ref == "ago" else s.get("dir", 1)
            if n == "X" or (ref == "ago" and n >= _AGES and unit == "Y"):
                vague = Resolved(None, "FUTURE_REF" if direction > 0 else "PAST_REF")
                if n == "X" and ref != "ago" and not self.news:
                    self._some(path, index, e, vague, direction)
                reached = vague.span[0] if vague.span and vague.span[0].y == vague.span[1].y else None
                last = Time(y=reached.y, m=reached.m) if reached and reached.m else None
                return [self._next(path, path.cost, vague, last, index, False)]
            n = int(n) * direction
        same = (
            apposed_time(self.doc, self.expressions, index, path, self.setting)
            if ref in ("offset", "event") and not self.news
            else None
        )
        base, source, kind = (self._news_base if self.news else self._base)(path, index, e, ref, unit)
        if same is not None:
            base, source, kind = same, index - 1, "date"
        other = None if self.news or same else self._other_base(path, e, ref, source)
        out = self._reckoned(path, index, s, n, fresh, same, (base, source, kind), path.cost)
        if other is not None:
            cost = path.cost + self.weights["last_base"]
            out += self._reckoned(path, index, s, n, fresh, None, other, cost)
        return out

    def _reckoned(
        self,
        path: Reading,
        index: int,
        s: Slots,
        n: Any,
        fresh: bool,
        same: Time | None,
        start: tuple[Time | None, int, str],
        cost: float,
    ) -> list[Reading]:
        """The readings of an expression that is reckoned from a time: as a step of the story, or said in passing."""
        base, source, kind = start
        ref, unit = s["ref"], s.get("unit", "")
        if base is None or bounds(base) is None:
            return [self._next(path, cost, unknown(s), None, index, False)]
        t = same or shifted(base, ref, unit, n, s, self.setting)
        if t is None:
            return [self._next(path, cost, unknown(s), None, index, False)]
        resolved = Resolved(t, anchor=source, anchor_kind=kind)
        if self.news and ref in ("year_ago", "ago", "offset"):
            return [self._next(path, cost, resolved, None, index, False)]
        step = not self.news and bounds(t) is not None
        if not step:
            return [self._next(path, cost, resolved, t if bounds(t) else None, index, False)]
        backwards = n != "X" and isinstance(n, int | float) and n < 0
        aside = 0 if backwards else self.weights["relative_aside"]
        stay = self._next(path, cost + aside, resolved, t, index, False)
        new = self._next(path, cost + self._jump(path.story, t, fresh), resolved, t, index, True)
        new.story = self._step(path.story, t)
        return [new, stay]

    def _other_base(self, path: Reading, e: Expression, ref: str, source: int) -> tuple[Time, int, str] | None:
        """The time named last, where an expression starts from the story's date.

        `In May 1945 a march had ended in a massacre. The men who rose nine years later had drawn their conclusion.`
        """
        if ref not in _EITHER or path.last is None or source != path.story_from or path.last == path.story:
            return None
        return (path.last, path.last_from, "date") if self._in_block(path.last_from, e) else None

    def _some(self, path: Reading, index: int, e: Expression, vague: Resolved, direction: int) -> None:
        """The span in which a few days later lies."""
        unit = e.slots.get("unit", "")
        words = self.setting.grammar.cues["some_years"]
        if unit == "Y" and not any(t.lower_ in words for t in self.doc[e.token_start : e.token_end]):
            return
        if same := apposed_time(self.doc, self.expressions, index, path, self.setting):
            vague.span, vague.anchor, vague.anchor_kind = (same, same), index - 1, "date"
            return
        base, source, kind = self._base(path, index, e, e.slots["ref"], unit)
        if base is not None and (span := some_steps(base, unit, direction)):
            vague.span, vague.anchor, vague.anchor_kind = span, source, kind

    def _from_named(self, path: Reading, index: int, e: Expression, s: Slots, fresh: bool) -> list[Reading]:
        """The day after Christmas, two years after 1945: reckoned from the time that the expression itself names."""
        inner = s["b"]
        start = inner["_start"].token_start if "_start" in inner else e.token_start
        slots = {k: v for k, v in inner.items() if k[0] != "_"}
        named = replace(e, slots=slots, cat=inner["_cat"], token_start=start)
        out = []
        for new in self._readings(path, index, named, fresh, False):
            base = new.resolved.time if new.resolved else None
            t = None
            if base is not None and bounds(base) is not None and s.get("n") != "X":
                t = shifted(base, "event", s.get("unit", ""), int(s.get("n", 1)) * s.get("dir", 1), s, self.setting)
            resolved = Resolved(t, anchor=new.resolved.anchor, anchor_kind="date") if new.resolved and t else unknown(s)
            out.append(self._next(path, new.cost, resolved, t, index, new.story_from == index))
        return out

    def _stretch(self, path: Reading, index: int, e: Expression) -> Resolved:
        """A duration; one that leads on or back from where the text stands lies between two known times."""
        words = self.setting.grammar.cues
        tokens = [t.lower_ for t in self.doc[e.token_start : e.token_end]]
        ahead = any(t in words["leading_on"] for t in tokens)
        n, unit = e.slots.get("n", 1), e.slots.get("unit", "")
        back = any(t in words["leading_back"] for t in tokens) and "of" not in tokens
        ahead = ahead or "led" in e.slots
        vague = n == "X" and ahead and not self.news
        if ahead == back or not (vague or isinstance(n, int)) or "half" in e.slots or unit not in _SPANS:
            return Resolved(None)
        now = self.setting.published
        base, source, kind = (now, -1, "document") if self.news else self._base(path, index, e, "that", unit)
        if base is None or bounds(base) is None:
            return Resolved(None)
        if vague:
            span = reach(base, unit)
            return Resolved(None, anchor=source, anchor_kind=kind, span=span) if span else Resolved(None)
        here, there = shift(base, _SPANS[unit], 0), shift(base, unit, n if ahead else -n)
        if unit == "DE":
            there = shift(base, "Y", 10 * n if ahead else -10 * n)
        return Resolved(None, anchor=source, anchor_kind=kind, span=(here, there) if ahead else (there, here))

    def _aside(self, path: Reading, e: Expression) -> bool:
        """Whether the last time was said in passing by an earlier sentence: a beginning, what had happened before."""
        if path.last_from < 0 or path.last_from == path.story_from or path.story is None:
            return False
        last = self.expressions[path.last_from]
        if path.last is None or gap_to(path.story, path.last) >= 0:
            return False
        if _ASIDES.isdisjoint(last.cues) or not _ASIDES.isdisjoint(e.cues):
            return False
        return bool(self.doc[last.token_start].sent.end <= e.token_start)

    def _past(self, e: Expression) -> bool:
        return tense_of(self.doc, e, self.setting.grammar.cues) < 0

    def _base(self, path: Reading, index: int, e: Expression, ref: str, unit: str) -> tuple[Time | None, int, str]:
        """The time that a relative expression starts from, which expression gave it, and the kind of anchor.

        That is the date of the event that it names, else the last time mentioned in the paragraph, else the story's.
        Days are reckoned from the last day mentioned.
        """
        if index in self.events:
            source = self.events[index]
            base = resolved_at(path, index - 1 - source)
            if base is not None and bounds(base) is not None and (base.d is not None or unit not in ("D", "N", "H")):
                return base, source, "event"
        kind = "event" if ref == "event" else "date"
        here = self._in_block(path.last_from, e) and not self._aside(path, e)
        base, source = (path.last, path.last_from) if here or path.story is None else (path.story, path.story_from)
        story = path.story
        if (
            base is not None
            and unit in ("M", "W")
            and base == Time(y=base.y)
            and story
            and story.m
            and story.y == base.y
        ):
            base, source = story, path.story_from  # late that year he won; the same month he had spoken
        daily = unit in ("D", "N", "H") or ref in ("tod", "now") or (ref == "offset" and unit in ("W", "W2"))
        if daily and base is not None and base.d is None and path.day is not None:
            gone_on = path.last_from == path.story_from and gap_to(path.day, base) > 0
            if ref == "offset" and self._in_block(path.day_from, e) and not gone_on:
                return path.day, path.day_from, kind
            aside = path.story is not None and path.story.d is not None and base != path.story
            if not gone_on and (aside or abs(gap_to(base, path.day)) < 60):
                return path.day, path.day_from, kind
        return base, source, kind

    def _news_base(self, path: Reading, index: int, e: Expression, ref: str, unit: str) -> tuple[Time | None, int, str]:
        """The same for news: the day of publication, unless the words point at a time that the text has named."""
        now = self.setting.published
        assert now is not None
        cues = self.setting.grammar.cues
        pointed = self.doc[e.token_start].lower_ in ("the", "that")
        deictic = ref in _DEICTIC or (ref in ("season", "month", "weekday", "tod") and not pointed)
        if ref == "shift":
            deictic = any(t.lower_ in cues["up_to_now"] for t in self.doc[e.token_start : e.token_end])
        kind = "document" if deictic else "event" if ref == "event" else "date"
        yearly = ref == "year_ago" or (unit == "Y" and ref in ("ago", "offset") and compares(self.doc, e, cues))
        if (yearly or (unit == "Q" and ref in ("the", "that"))) and (
            path.quarter or unit == "Q" or "quarterly" in e.slots
        ):
            # Business news compares with the quarter that it reports on: the one named, else the last complete one.
            return path.quarter or shift(quarter_of(now), "Q", -1), -1, kind
        if ref == "year_ago":
            return now, -1, kind
        if unit == "WE" and ref in ("the", "this") and _workday(now) and self._past(e):
            return shift(now, "W", -1), -1, kind
        if ((unit == "D" and ref in ("that", "shift")) or (ref == "weekday" and pointed)) and path.day is not None:
            return path.day, path.day_from, kind
        if deictic or path.last is None or (path.last.m is None and path.last.w is None and unit in ("M", "W", "WE")):
            return now, -1, kind if deictic else "document"
        return path.last, path.last_from, kind


def _workday(t: Time) -> bool:
    return t.y is not None and t.m is not None and t.d is not None and weekday(t.y, t.m, t.d) < 6

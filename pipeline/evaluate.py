"""How far to trust a run: its tables against annotated texts, field by field, with every error beside its text.

The gold format. A folder with, for each annotated text, the source file `DOC.txt` and any of these tab-separated files
(UTF-8, with a header; offsets are Python str indices into the source file):

- `DOC.events.tsv`: date (EDTF), source, type, target, trigger, evidence, factuality, date_rule. `evidence` are words of
  the text, verbatim, that occur once and hold the trigger; `trigger` are the words that may name the event, joined by
  `|`. In source and target `A|B` means that either is right and `A;B` that both act; types joined by `/` or `|` are all
  right. `date_rule` is `exact` (the default) or `overlap`. An empty cell is not judged. A mutual act (a war, a treaty)
  may have both sides in `source` and no target. Further columns are ignored.
- `DOC.dates.tsv`: start, end, text, edtf.
- `DOC.actors.tsv`: start, end, text, canonical.
- `ALIASES.tsv`, once for the folder: canonical and, joined by `|`, other names under which an actor may be listed.

Lists of events may hold only the clearest ones, so events are scored by recall, and by the precision of each field of
the rows that were matched; dates and mentions are taken to be complete between the first and the last one annotated.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import pandas as pd

from pipeline.errors import InputError

FIELDS = ("date", "source", "target", "type", "factuality")
CONTEXT = 80


@dataclass(slots=True)
class Score:
    """A measure: how many of how many; `kind` is dates, mentions or events."""

    kind: str
    name: str
    right: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0 where there was nothing to judge."""
        return self.right / self.total if self.total else 0.0


@dataclass(slots=True)
class Finding:
    """A gold annotation that the run missed or told otherwise, or a row of the run that gold does not have."""

    kind: str
    doc_id: str
    wrong: str
    start: int
    end: int
    text: str
    gold: str
    found: str


@dataclass(slots=True)
class Evaluation:
    """Scores and the findings behind them."""

    scores: list[Score] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write `evaluation.csv` (the findings) and `evaluation.html` (scores and findings) into a folder.

        Returns
        -------
        tuple of Path
            The two files.
        """
        folder.mkdir(parents=True, exist_ok=True)
        table, page = folder / "evaluation.csv", folder / "evaluation.html"
        columns = list(Finding.__slots__)
        rows = [[getattr(f, c) for c in columns] for f in self.findings]
        pd.DataFrame(rows, columns=columns).to_csv(table, index=False)
        environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        html = environment.from_string(_PAGE).render(scores=self.scores, findings=self.findings)
        page.write_text(html, encoding="utf-8")
        return table, page

    def __str__(self) -> str:
        """The scores as lines of text."""
        return "\n".join(f"{s.kind:9}{s.name:28}{s.value:7.3f}  {s.right}/{s.total}" for s in self.scores)


def evaluate(gold: Path | str, out: Path | str) -> Evaluation:
    """Compare the tables of a run with annotated texts.

    Parameters
    ----------
    gold : Path or str
        Folder of annotated texts; the module's docstring tells the format.
    out : Path or str
        Output folder of a run over the same texts.

    Returns
    -------
    Evaluation
        Scores and findings, in the order of the texts.

    Raises
    ------
    InputError
        When a folder or table is missing, or a gold file lacks a column or names words that its text does not hold.
    """
    gold, out = Path(gold), Path(out)
    if not gold.is_dir():
        raise InputError(f"{gold}: no such folder of annotated texts")
    files = sorted(p for kind in ("events", "dates", "actors") for p in gold.glob(f"*.{kind}.tsv"))
    if not files:
        raise InputError(f"{gold}: holds no DOC.events.tsv, DOC.dates.tsv or DOC.actors.tsv")
    names = _names(gold, out)
    found = Evaluation()
    counts: dict[tuple[str, str], list[int]] = {}
    for path in files:
        doc_id, kind = path.name.split(".")[0], path.name.split(".")[-2]
        source = gold / f"{doc_id}.txt"
        if not source.is_file():
            raise InputError(f"{source}: the text that {path.name} annotates is missing")
        text = source.read_bytes().decode("utf-8")
        rows = read_rows(path, "\t")
        compare = {"events": _events, "dates": _dates, "actors": _mentions}[kind]
        compare(
            path,
            doc_id,
            text,
            rows,
            _table(out, "mentions" if kind == "actors" else kind, doc_id),
            names,
            counts,
            found,
        )
    found.scores = [Score(kind, name, right, total) for (kind, name), (right, total) in counts.items()]
    return found


Counts = dict[tuple[str, str], list[int]]
Row = dict[str, str]


def read_rows(path: Path, separator: str) -> list[Row]:
    try:
        frame = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as a table ({error})") from error
    return [{str(k): str(v) for k, v in r.items()} for r in frame.to_dict("records")]


def _table(out: Path, name: str, doc_id: str) -> list[Row]:
    return [r for r in read_rows(out / f"{name}.csv", ",") if r["doc_id"] == doc_id]


def _normal(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"[^a-z0-9]+", " ", re.sub(r"[’'`ʿʾ]", "", plain)).strip()
    return re.sub(r"^(the|al) ", "", plain)


@dataclass(slots=True)
class Names:
    """Every name of an actor of the run, and the other names that gold allows."""

    of_actor: dict[str, set[str]]
    allowed: dict[str, set[str]]

    def match(self, wanted: str, actor_ids: Iterable[str]) -> bool:
        """Whether actors are who gold says: `A|B` either, `A;B` both."""
        got: set[str] = set()
        for a in actor_ids:
            got |= self.of_actor.get(a, set())
        return all(
            any(_normal(name) in got or self.allowed.get(_normal(name), set()) & got for name in part.split("|"))
            for part in wanted.split(";")
            if part.strip()
        )


def _names(gold: Path, out: Path) -> Names:
    listed = {r["actor_id"]: [r["name"], *r["aliases"].split("|")] for r in read_rows(out / "actors.csv", ",")}
    return known_names(gold, listed)


def known_names(gold: Path, listed: dict[str, list[str]]) -> Names:
    """Names of actors (by id) and what the gold folder's ALIASES.tsv allows beside them."""
    of_actor = {actor: {_normal(n) for n in names if _normal(n)} for actor, names in listed.items()}
    allowed: dict[str, set[str]] = {}
    aliases = gold / "ALIASES.tsv"
    if aliases.is_file():
        for line in aliases.read_text(encoding="utf-8").splitlines()[1:]:
            name, _, others = line.partition("\t")
            allowed.setdefault(_normal(name), set()).update(
                _normal(o) for o in re.split(r"[|\t]", others) if _normal(o)
            )
    return Names(of_actor, allowed)


def interval(edtf: str) -> tuple[str, str] | None:
    """First and last day of an EDTF date or interval; None where it is none.

    Examples
    --------
    >>> interval("1958-07")
    ('1958-07-01', '1958-07-31')
    >>> interval("196X/1971-23")
    ('1960-01-01', '1971-11-30')
    """
    edtf = re.sub(r"[?~%]", "", edtf.strip())
    if "/" in edtf:
        first, last = (interval(e) for e in edtf.split("/", 1))
        return (first[0], last[1]) if first and last else None
    if m := re.fullmatch(r"(-?\d{4}-\d\d-\d\d)(T.*)?", edtf):
        return m[1], m[1]
    if m := re.fullmatch(r"(-?\d{4})-(\d\d)", edtf):
        year, month = int(m[1]), int(m[2])
        if 1 <= month <= 12:
            return f"{m[1]}-{m[2]}-01", f"{m[1]}-{m[2]}-{_last_day(year, month):02d}"
        if 21 <= month <= 24:
            first_month = 3 * (month - 20)
            end_year, end_month = (year, first_month + 2) if month < 24 else (year + 1, 2)
            start = f"{m[1]}-{first_month:02d}-01"
            return start, f"{end_year:04d}-{end_month:02d}-{_last_day(end_year, end_month):02d}"
        return None
    if re.fullmatch(r"-?\d{4}|\d{3}X|\d{2}XX", edtf):
        return edtf.replace("X", "0") + "-01-01", edtf.replace("X", "9") + "-12-31"
    return None


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(max(year, 1), month)[1]


def _same(edtf: str, start: str, end: str) -> bool:
    return interval(edtf) == (start, end)


def _overlaps(edtf: str, start: str, end: str) -> bool:
    span = interval(edtf)
    return bool(span and start and end) and span is not None and start <= span[1] and span[0] <= end


def _count(counts: Counts, kind: str, name: str, right: bool) -> None:
    cell = counts.setdefault((kind, name), [0, 0])
    cell[0] += right
    cell[1] += 1


def _around(text: str, start: int, end: int) -> str:
    return " ".join(text[max(0, start - CONTEXT) : end + CONTEXT].split())


def _cell(path: Path, row: Row, column: str) -> str:
    if column not in row:
        raise InputError(f"{path}: has no column {column}")
    return row[column]


def _number(path: Path, row: Row, column: str) -> int:
    try:
        return int(_cell(path, row, column))
    except ValueError as error:
        raise InputError(f"{path}: {column} must be a number, not {row[column]!r}") from error


def _ids(cell: str) -> list[str]:
    return [x for x in cell.split("|") if x]


def _dates(
    path: Path, doc_id: str, text: str, rows: list[Row], table: list[Row], names: Names, counts: Counts, out: Evaluation
) -> None:
    table = [r for r in table if r["type"] in ("DATE", "TIME")]
    spans = [(_number(path, r, "start"), _number(path, r, "end")) for r in rows]
    for row, (a, b) in zip(rows, spans, strict=True):
        hits = [r for r in table if int(r["start"]) < b and a < int(r["end"])]
        right = any(_same(_cell(path, row, "edtf"), r["earliest"], r["latest"]) for r in hits)
        _count(counts, "dates", "found (recall)", bool(hits))
        _count(counts, "dates", "value (recall)", right)
        if not right:
            found = "; ".join(f"{r['text']} = {r['edtf']}" for r in hits)
            wrong = "value" if hits else "missed"
            out.findings.append(Finding("dates", doc_id, wrong, a, b, _around(text, a, b), row["edtf"], found))
    _extra("dates", doc_id, text, spans, table, counts, out)


def _mentions(
    path: Path, doc_id: str, text: str, rows: list[Row], table: list[Row], names: Names, counts: Counts, out: Evaluation
) -> None:
    table = [r for r in table if r["actor_id"]]
    spans = [(_number(path, r, "start"), _number(path, r, "end")) for r in rows]
    for row, (a, b) in zip(rows, spans, strict=True):
        hits = [r for r in table if int(r["start"]) < b and a < int(r["end"])]
        right = any(names.match(_cell(path, row, "canonical"), _ids(r["actor_id"])) for r in hits)
        _count(counts, "mentions", "found (recall)", bool(hits))
        _count(counts, "mentions", "linked (recall)", right)
        if not right:
            found = "; ".join(f"{r['text']} = {r['actor_id']}" for r in hits)
            wrong = "link" if hits else "missed"
            out.findings.append(Finding("mentions", doc_id, wrong, a, b, _around(text, a, b), row["canonical"], found))
    _extra("mentions", doc_id, text, spans, table, counts, out)


def _extra(
    kind: str, doc_id: str, text: str, spans: list[tuple[int, int]], table: list[Row], counts: Counts, out: Evaluation
) -> None:
    """Rows of the run within the annotated stretch that overlap no gold span."""
    if not spans:
        return
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    for r in table:
        a, b = int(r["start"]), int(r["end"])
        if first <= a and b <= last:
            known = any(a < y and x < b for x, y in spans)
            _count(counts, kind, "in gold (precision)", known)
            if not known:
                out.findings.append(Finding(kind, doc_id, "not in gold", a, b, _around(text, a, b), "", r["text"]))


def _events(
    path: Path, doc_id: str, text: str, rows: list[Row], table: list[Row], names: Names, counts: Counts, out: Evaluation
) -> None:
    for row in rows:
        at, end, spans = trigger_spans(path, row, text)
        hits = [r for r in table if any(int(r["start"]) < b and a < int(r["end"]) for a, b in spans)]
        wrongs = [wrong_fields(row, r, names) for r in hits]
        _count(counts, "events", "trigger (recall)", bool(hits))
        for name in FIELDS:
            if row.get(name):
                _count(counts, "events", f"{name} (recall)", any(name not in w for w in wrongs))
                for w in wrongs:
                    _count(counts, "events", f"{name} (precision of matched)", name not in w)
        best = min(wrongs, key=len, default=["missed"])
        _count(counts, "events", "all fields (recall)", not best)
        if best:
            gold = " | ".join(row.get(k, "") for k in ("date", "source", "type", "target", "factuality"))
            out.findings.append(
                Finding(
                    "events",
                    doc_id,
                    " ".join(best),
                    at,
                    end,
                    _around(text, at, end),
                    f"{row['trigger']}: {gold}",
                    "; ".join(_told(r) for r in hits),
                )
            )


def trigger_spans(path: Path, row: Row, text: str) -> tuple[int, int, list[tuple[int, int]]]:
    """Where the evidence of an annotated event starts and ends, and the spans of its possible triggers."""
    evidence = _cell(path, row, "evidence")
    at = text.find(evidence)
    if at < 0 or not evidence:
        raise InputError(f"{path}: the text does not hold the evidence {evidence!r}")
    triggers = [t for t in _cell(path, row, "trigger").split("|") if t]
    spans = [(at + m.start(), at + m.end()) for t in triggers for m in re.finditer(re.escape(t), evidence)]
    if not spans:
        raise InputError(f"{path}: the evidence {evidence!r} does not hold the trigger {row['trigger']!r}")
    return at, at + len(evidence), spans


def _told(row: Row) -> str:
    cells = " | ".join(row[k] for k in ("date_edtf", "source_ids", "event_type", "target_ids", "factuality"))
    return f"{row['trigger']}: {cells}"


def wrong_fields(gold: Row, row: Row, names: Names) -> list[str]:
    """Fields of a row that gold contradicts."""
    same = _overlaps if gold.get("date_rule") == "overlap" else _same
    source, target = _ids(row["source_ids"]), _ids(row["target_ids"])
    mutual = ";" in gold.get("source", "") and not gold.get("target")
    want = {name: gold.get(name, "") for name in FIELDS}
    right = {
        "date": same(want["date"], row["date_start"], row["date_end"]),
        "source": names.match(want["source"], source + target if mutual else source),
        "target": names.match(want["target"], target),
        "type": row["event_type"] in re.split(r"[/|]", want["type"]),
        "factuality": row["factuality"] == want["factuality"],
    }
    return [name for name in FIELDS if want[name] and not right[name]]


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Evaluation</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .5rem; text-align: left; vertical-align: top; }
td.number { font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<h1>Evaluation</h1>
<table>
<tr><th>table</th><th>measure</th><th>share</th><th>count</th></tr>
{% for s in scores %}
<tr><td>{{ s.kind }}</td><td>{{ s.name }}</td><td class="number">{{ "%.3f" % s.value }}</td>
<td class="number">{{ s.right }}/{{ s.total }}</td></tr>
{% endfor %}
</table>
<h2>What differs</h2>
<table>
<tr><th>text</th><th>table</th><th>wrong</th><th>words</th><th>gold</th><th>found</th></tr>
{% for f in findings %}
<tr><td>{{ f.doc_id }} {{ f.start }}–{{ f.end }}</td><td>{{ f.kind }}</td><td>{{ f.wrong }}</td><td>{{ f.text }}</td>
<td>{{ f.gold }}</td><td>{{ f.found }}</td></tr>
{% endfor %}
</table>
</body>
</html>
"""

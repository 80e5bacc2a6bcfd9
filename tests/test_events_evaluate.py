"""Evaluation against annotated texts: scores, findings, and mistakes in the annotation."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.evaluate import evaluate, interval

TEXT = "On August 2, 1990, Iraq invaded Kuwait."
GOLD = "date\tsource\ttype\ttarget\ttrigger\tevidence\tfactuality\tdate_rule\n"
ROW = "1990-08-02\tIraq|Baghdad\tASSAULT/MOBILIZE\tKuwait\tinvaded\tIraq invaded Kuwait\tasserted\texact\n"
EVENTS = (
    "doc_id,start,end,trigger,event_type,source_ids,target_ids,date_edtf,date_start,date_end,factuality\n"
    "war,24,31,invaded,ASSAULT,iraq,{target},1990-08-02,1990-08-02,1990-08-02,asserted\n"
)
ACTORS = "actor_id,name,aliases\niraq,Republic of Iraq,Iraq\nkuwait,Kuwait,\niran,Iran,\n"


def folders(tmp_path: Path, target: str = "kuwait", row: str = ROW) -> tuple[Path, Path]:
    gold, out = tmp_path / "gold", tmp_path / "out"
    gold.mkdir()
    out.mkdir()
    (gold / "war.txt").write_text(TEXT, encoding="utf-8")
    (gold / "war.events.tsv").write_text(GOLD + row, encoding="utf-8")
    (out / "events.csv").write_text(EVENTS.format(target=target), encoding="utf-8")
    (out / "actors.csv").write_text(ACTORS, encoding="utf-8")
    return gold, out


def test_a_right_row_scores_in_every_field(tmp_path: Path) -> None:
    result = evaluate(*folders(tmp_path))
    assert {s.name: s.value for s in result.scores}["all fields (recall)"] == 1
    assert result.findings == []


def test_a_wrong_field_is_shown_beside_the_text(tmp_path: Path) -> None:
    result = evaluate(*folders(tmp_path, target="iran"))
    assert [f.wrong for f in result.findings] == ["target"]
    table, page = result.write(tmp_path / "report")
    assert "Iraq invaded Kuwait" in table.read_text(encoding="utf-8")
    assert "Iraq invaded Kuwait" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW.replace("Iraq invaded Kuwait\t", "Iran invaded Kuwait\t"), "evidence"),
        (ROW.replace("\tinvaded\t", "\tattacked\t"), "trigger"),
    ],
)
def test_a_mistake_in_the_annotation_is_named(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        evaluate(*folders(tmp_path, row=row))


@given(st.dates())
def test_the_interval_of_a_day_is_the_day_and_lies_in_its_month_and_year(day: object) -> None:
    iso = str(day)
    assert interval(iso) == (iso, iso)
    for wide in (interval(iso[:7]), interval(iso[:4])):
        assert wide is not None
        assert wide[0] <= iso <= wide[1]

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

from headstart.report.label_errors import write_label_errors
from tests.report.sample_result import sample_result

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_surest_rows_are_listed_with_their_texts(tmp_path: Path):
    found = read(write_label_errors(sample_result(), tmp_path / "label_errors.csv"))
    assert [row["row"] for row in found] == ["17", "48", "79", "110"]
    assert found[0]["label"] == "billing"
    assert found[0]["suggested"] == "bug"
    assert found[0]["confidence"] == "0.991"
    assert found[0]["text"].startswith("I was charged twice")


def test_without_texts_row_numbers_must_do(tmp_path: Path):
    path = write_label_errors(replace(sample_result(), text_kept=False), tmp_path / "label_errors.csv")
    assert "text" not in read(path)[0]
    assert "charged" not in path.read_text(encoding="utf-8")
    assert [row["row"] for row in read(path)] == ["17", "48", "79", "110"]


def test_a_spreadsheet_runs_no_text(tmp_path: Path):
    full = sample_result()
    error = replace(full.diagnosis.confident_errors[0], text='=HYPERLINK("http://evil","click")')
    full = replace(full, diagnosis=replace(full.diagnosis, confident_errors=(error,)))
    assert read(write_label_errors(full, tmp_path / "label_errors.csv"))[0]["text"].startswith("'=")


def test_without_suspects_the_header_stands_alone(tmp_path: Path):
    full = sample_result()
    full = replace(full, diagnosis=replace(full.diagnosis, confident_errors=()))
    path = write_label_errors(full, tmp_path / "label_errors.csv")
    assert (
        path.read_text(encoding="utf-8-sig") == "row,label,suggested,confidence,probability_of_label,text\n"
    )


def test_line_ends_within_a_text_part_no_rows(tmp_path: Path):
    full = sample_result()
    error = replace(full.diagnosis.confident_errors[0], text="one\rtwo")
    full = replace(full, diagnosis=replace(full.diagnosis, confident_errors=(error,)))
    (found,) = read(write_label_errors(full, tmp_path / "label_errors.csv"))
    assert found["text"] == error.text


def test_a_spreadsheet_runs_no_label_and_signs_stay(tmp_path: Path):
    full = sample_result()
    labels = ("=HYPERLINK(1)", "-2+3+cmd|' /C calc'!A0", "-1", "+0.5", "-ve", "+")
    errors = tuple(replace(full.diagnosis.confident_errors[0], gold=each, predicted=each) for each in labels)
    full = replace(full, diagnosis=replace(full.diagnosis, confident_errors=errors))
    found = [row["label"] for row in read(write_label_errors(full, tmp_path / "label_errors.csv"))]
    assert found == [f"'{labels[0]}", f"'{labels[1]}", *labels[2:]]

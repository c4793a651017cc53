"""`FILE:LABEL` is understood as it is meant, whatever the path and the column look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart.data.auxiliary_name import AuxiliaryName
from headstart.errors import SettingError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "text,stars\na fine day,5\na poor day,1\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "label"),
    [
        ("reviews.csv", "stars"),
        ("reviews.csv", "stars:1 to 5"),
        ("08:30/reviews.csv", "stars"),
        ("08:30/reviews.csv", "at:time"),
        ("C:reviews.csv", "stars"),
        ("two words.csv", "number of stars"),
    ],
)
def test_a_file_that_exists_is_found_whatever_colons_there_are(here: Path, file: str, label: str) -> None:
    (here / file).parent.mkdir(exist_ok=True)
    (here / file).write_text(ROWS)
    name = AuxiliaryName.read(f"{file}:{label}")
    assert (name.file, name.label) == (file, label)


@pytest.mark.parametrize(
    ("given", "file", "label"),
    [
        ("missing.csv:stars", "missing.csv", "stars"),
        (r"C:\data\missing.csv:stars", r"C:\data\missing.csv", "stars"),
        ("C:/data/missing.csv:stars", "C:/data/missing.csv", "stars"),
    ],
)
def test_a_missing_file_ends_at_the_last_colon(given: str, file: str, label: str) -> None:
    name = AuxiliaryName.read(given)
    assert (name.file, name.label) == (file, label)


def test_a_home_folder_is_written_out(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(here))
    (here / "reviews.csv").write_text(ROWS)
    assert AuxiliaryName.read("~/reviews.csv:stars").file == str(here / "reviews.csv")


@pytest.mark.parametrize(
    "given", ["", ":", "reviews.csv", "missing.csv:", ":stars", r"C:\reviews.csv", "C:/a.csv", "a\0b:stars"]
)
def test_what_is_not_a_file_and_a_column_is_answered_with_an_example(given: str) -> None:
    with pytest.raises(SettingError, match="write FILE:LABEL"):
        AuxiliaryName.read(given)


@pytest.mark.parametrize("given", ["reviews.csv", "reviews.csv:"])
def test_a_file_without_a_column_is_answered_with_its_columns(here: Path, given: str) -> None:
    (here / "reviews.csv").write_text(ROWS)
    with pytest.raises(
        SettingError, match=r"names no column of labels.*such as reviews\.csv:stars.*text, stars"
    ):
        AuxiliaryName.read(given)


def test_a_name_too_long_for_any_system_is_a_missing_file() -> None:
    assert AuxiliaryName.read(f"{'x' * 5000}:stars").label == "stars"

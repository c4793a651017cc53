from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl
import pytest

from benchmarks.subsets import draw, draw_inside, draw_within

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "some"
    folder.mkdir()
    # Sorted by class, as some published files are, and with labels that are numbers.
    labels = [0] * 2400 + [1] * 1600
    texts = [f"text, {row}" for row in range(4000)]
    pl.DataFrame({"text": texts, "label": labels}).write_parquet(folder / "train.parquet")
    pl.DataFrame({"text": texts[:50], "label": labels[:50]}).write_parquet(folder / "test.parquet")
    return tmp_path


def test_rows_are_drawn_in_proportion_and_always_the_same(data: Path) -> None:
    subset = draw(data, "some")
    assert Counter(subset.train.labels) == {"0": 1200, "1": 800}
    assert len(set(subset.train.texts)) == 2000
    assert draw(data, "some").sha256 == subset.sha256


def test_a_small_test_file_is_taken_as_given(data: Path) -> None:
    assert draw(data, "some").test.texts == tuple(f"text, {row}" for row in range(50))


def test_dev_rows_are_a_stratified_fifth_and_apart_from_the_rest(data: Path) -> None:
    rest, dev = draw(data, "some").train.halves(0.2)
    assert Counter(dev.labels) == {"0": 240, "1": 160}
    assert set(rest.texts).isdisjoint(dev.texts)


def test_csv_files_hold_the_same_rows(data: Path, tmp_path: Path) -> None:
    subset = draw(data, "some")
    train, test = subset.write(tmp_path / "rows")
    assert tuple(pl.read_csv(train, infer_schema=False)["text"]) == subset.train.texts
    assert tuple(pl.read_csv(test, infer_schema=False)["label"]) == subset.test.labels


def test_rows_to_tune_on_come_from_the_training_file_alone(data: Path) -> None:
    (data / "some" / "test.parquet").unlink()
    subset = draw_inside(data, "some", rows=100, held=200)
    assert Counter(subset.train.labels) == {"0": 60, "1": 40}
    assert Counter(subset.test.labels) == {"0": 120, "1": 80}
    assert set(subset.train.texts).isdisjoint(subset.test.texts)


@pytest.mark.parametrize(
    ("size", "rows"), [("16 a class", {"0": 16, "1": 16}), ("500 rows", {"0": 300, "1": 200})]
)
def test_rows_to_score_on_come_from_the_rest_of_the_training_file(
    data: Path, size: str, rows: dict[str, int]
) -> None:
    subset = draw_within(data, "some", size=size, seed=1, held_out=200)
    assert Counter(subset.train.labels) == rows
    assert Counter(subset.test.labels)["0"] == pytest.approx(120, abs=2)
    assert not set(subset.train.texts) & set(subset.test.texts)
    assert draw_within(data, "some", size=size, seed=1, held_out=200).sha256 == subset.sha256
    assert draw_within(data, "some", size=size, seed=2, held_out=200).sha256 != subset.sha256

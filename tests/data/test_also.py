"""Auxiliary files are read as tasks of their own, without the texts that the model is measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from headstart.data.dataset import load_dataset
from headstart.data.normalise import normalise
from headstart.data.options import DataOptions
from headstart.errors import DataError, SettingError

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.split import Dataset

WORDS = ["brin", "flod", "kesh", "marn", "stup", "velk", "drost", "plim", "quoz", "tarf", "wend", "yolk"]


def made(rows: int, seed: int, labels: tuple[str, ...] = ("a", "b")) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, size=9)) for _ in range(rows)]
    return pl.DataFrame({"text": texts, "label": rng.choice(labels, size=rows)})


MAIN = made(300, seed=0)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    MAIN.write_csv("main.csv")
    made(200, seed=1, labels=("1", "2", "10")).rename({"label": "stars"}).write_csv("other.csv")
    return tmp_path


def load(*also: str, **options: object) -> Dataset:
    chosen = DataOptions(target=("label",), also=also, **options)  # type: ignore[arg-type]
    return load_dataset("main.csv", chosen, task_name=None, task_settings={})


def normal(rows: Rows) -> set[str]:
    return set(normalise(pl.Series(rows.texts)))


def test_each_file_becomes_a_task_of_its_own_and_all_its_rows_are_for_training() -> None:
    made(50, seed=2).write_csv("more.csv")
    split = load("other.csv:stars", "more.csv:label").split
    assert list(split.also) == ["other.csv:stars", "more.csv:label"]
    first, second = split.also.values()
    assert first.task.classes == ("1", "2", "10")  # type: ignore[attr-defined]
    assert second.task.classes == ("a", "b")  # type: ignore[attr-defined]
    assert len(first.train) == 200
    assert len(first.dev) == 0
    assert split.task.classes == ("a", "b")  # type: ignore[attr-defined]


def test_texts_that_nearly_equal_dev_or_test_texts_are_left_out_and_counted() -> None:
    plain = load()
    near = [
        *(each.upper() + "!" for each in plain.test.texts[:7]),
        *plain.split.dev.texts[:4],
        plain.test.texts[8] + "s",
    ]
    other = pl.concat([made(40, seed=5), pl.DataFrame({"text": near, "label": ["a", "b"] * 6})])
    other.write_csv("near.csv")
    dataset = load("near.csv:label")
    kept = normal(dataset.split.also["near.csv:label"].train)
    assert len(kept) == 40
    assert not kept & (normal(dataset.test) | normal(dataset.split.dev))
    assert "near.csv: 12 texts nearly equal dev or test texts and were left out" in dataset.warnings


def test_texts_of_a_given_test_file_are_left_out_too() -> None:
    test = made(60, seed=6)
    test.write_csv("test.csv")
    pl.concat([made(40, seed=5), test[:10]]).write_csv("near.csv")
    dataset = load("near.csv:label", test="test.csv")
    assert len(dataset.split.also["near.csv:label"].train) == 40


def test_main_rows_do_not_change_and_the_hash_covers_the_auxiliary_ones() -> None:
    plain, helped = load(), load("other.csv:stars")
    assert plain.test.texts == helped.test.texts
    assert plain.split.train.texts == helped.split.train.texts
    hashes = {plain.sha256, helped.sha256}
    pl.read_csv("other.csv").with_columns(stars=pl.lit("2").alias("stars")).head(199).vstack(
        pl.DataFrame({"text": ["another text"], "stars": ["1"]})
    ).write_csv("other.csv")
    hashes.add(load("other.csv:stars").sha256)
    assert len(hashes) == 3


def test_the_order_of_an_auxiliary_file_makes_no_difference() -> None:
    one = load("other.csv:stars")
    pl.read_csv("other.csv").reverse().write_csv("other.csv")
    other = load("other.csv:stars")
    assert one.sha256 == other.sha256
    assert one.split.also["other.csv:stars"].train.texts == other.split.also["other.csv:stars"].train.texts


def test_its_text_is_the_column_named_as_in_the_training_file_or_what_reads_like_text() -> None:
    both = made(60, seed=3).with_columns(note=pl.Series(made(60, seed=4)["text"]))
    both.write_csv("both.csv")
    both.rename({"text": "opinion"}).drop("note").write_csv("renamed.csv")
    split = load("both.csv:label", "renamed.csv:label").split
    assert [each.train.columns.text for each in split.also.values()] == [("text",), ("opinion",)]


def test_columns_to_ignore_are_ignored_in_it_as_well() -> None:
    MAIN.with_columns(note=pl.Series(made(300, seed=9)["text"])).write_csv("main.csv")
    both = made(60, seed=3).with_columns(note=pl.Series(made(60, seed=4)["text"]))
    both.rename({"text": "opinion"}).write_csv("both.csv")
    split = load("both.csv:label", ignore=("note",)).split
    assert split.also["both.csv:label"].train.columns.text == ("opinion",)


def test_what_cleaning_finds_is_told_under_the_name_of_the_file() -> None:
    pl.concat([made(60, seed=3), pl.DataFrame({"text": ["a text"], "label": [None]})]).write_csv("gaps.csv")
    assert any(
        each.startswith("gaps.csv: 1 row has no label and was left out")
        for each in load("gaps.csv:label").warnings
    )


def test_another_column_of_labels_in_the_training_file_is_another_task() -> None:
    stars = pl.Series("stars", ["1", "2", "3"] * 100)
    MAIN.with_columns(stars).write_csv("main.csv")
    dataset = load("main.csv:stars")
    kept = dataset.split.also["main.csv:stars"].train
    assert normal(kept) == normal(dataset.split.train)


def refused(kind: type[Exception], *words: str, also: tuple[str, ...], **options: object) -> None:
    with pytest.raises(kind) as caught:
        load(*also, **options)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def test_wrong_use_is_answered(here: Path) -> None:
    made(40, seed=3, labels=("good",)).write_csv("one.csv")
    pl.DataFrame({"text": made(40, seed=3)["text"], "price": np.linspace(1, 9, 40)}).write_csv("prices.csv")
    two = made(40, seed=3).rename({"text": "left"}).with_columns(right=pl.Series(made(40, seed=4)["text"]))
    two.write_csv("two.csv")
    pl.DataFrame({"text": load().test.texts, "label": load().test.targets}).write_csv("known.csv")
    (here / "empty.csv").write_text("")

    refused(DataError, "also othr.csv:stars", "no file othr.csv", "other.csv", also=("othr.csv:stars",))
    refused(DataError, "column of other.csv", "'star'", "did you mean 'stars'", also=("other.csv:star",))
    refused(SettingError, "the training data itself", "another", also=("main.csv:label",))
    refused(SettingError, "the training data itself", also=(str(here / "main.csv") + ":label",))
    refused(SettingError, "twice", also=("other.csv:stars", "./other.csv:stars"))
    refused(DataError, "only 'good'", "--also FILE:LABEL", also=("one.csv:label",))
    refused(DataError, "not clear", "left, right", "--ignore", also=("two.csv:label",))
    refused(DataError, "nothing is left to learn from", also=("known.csv:label",))
    refused(DataError, "empty.csv is empty", also=("empty.csv:label",))
    refused(SettingError, "names no column of labels", "text, stars", also=("other.csv",))
    refused(DataError, "is a folder", also=(f"{here}:label",))


def test_the_test_file_is_no_auxiliary_file() -> None:
    made(60, seed=6).write_csv("test.csv")
    refused(SettingError, "holds the test rows", also=("test.csv:label",), test="test.csv")

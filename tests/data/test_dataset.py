"""A data set does not depend on the order of a file, and no text is on both sides of the test."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from headstart.data.dataset import load_dataset
from headstart.data.normalise import normalise
from headstart.data.options import DataOptions
from headstart.errors import DataError, UnknownName

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.rows import Rows
    from headstart.core.split import Dataset

WORDS = np.array(
    [
        f"{a}{b}{c}"
        for a in ("bro", "fli", "ka", "mu", "ste")
        for b in "aeiou"
        for c in ("n", "rt", "ll", "sk")
    ]
)


def made(rows: int = 400, seed: int = 0) -> pl.DataFrame:
    """Random sentences of three uneven classes, one in ten nearly repeating another one."""
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, size=rng.integers(6, 14))) for _ in range(rows)]
    for at in rng.choice(rows, size=rows // 10, replace=False):
        texts[at] = texts[int(rng.integers(rows))].upper() + "!"
    labels = rng.choice(["a", "b", "c"], size=rows, p=[0.6, 0.3, 0.1])
    return pl.DataFrame(
        {"text": texts, "label": labels, "user": rng.integers(0, 80, size=rows), "day": range(rows)}
    )


FRAME = made()


def load(source: object, **options: object) -> Dataset:
    return load_dataset(source, DataOptions(target=("label",), **options), task_name=None, task_settings={})  # type: ignore[arg-type]


def content(rows: Rows) -> list[tuple[str, str]]:
    return list(zip(rows.texts, rows.targets, strict=True))


def parts(dataset: Dataset) -> list[list[tuple[str, str]]]:
    return [content(each) for each in (dataset.split.train, dataset.split.dev, dataset.test)]


@pytest.mark.parametrize(
    "order", [FRAME.sample(fraction=1, shuffle=True, seed=1), FRAME.sort("label", "text"), FRAME.reverse()]
)
def test_the_order_of_the_file_makes_no_difference(order: pl.DataFrame) -> None:
    one, other = load(FRAME), load(order)
    assert parts(one) == parts(other)
    assert one.sha256 == other.sha256


def test_row_numbers_lead_back_to_the_file() -> None:
    dataset = load(FRAME)
    for rows in (dataset.split.train, dataset.split.dev, dataset.test):
        assert FRAME["text"].gather(rows.numbers - 1).to_list() == rows.texts


def test_every_row_is_somewhere_and_shares_are_kept_in_each_class() -> None:
    dataset = load(FRAME, test_share=0.2)
    assert sorted(chain.from_iterable(parts(dataset))) == sorted(FRAME.select("text", "label").rows())
    for name, count in FRAME["label"].value_counts().iter_rows():
        assert dataset.test.targets.count(name) == pytest.approx(0.2 * count, abs=3)
        assert dataset.split.dev.targets.count(name) == pytest.approx(0.16 * count, abs=3)


def test_no_text_is_on_two_sides() -> None:
    dataset = load(FRAME)
    train, dev, test = (
        set(normalise(pl.Series(rows.texts)))
        for rows in (dataset.split.train, dataset.split.dev, dataset.test)
    )
    assert not train & test
    assert not dev & test
    assert not train & dev


def test_a_seed_changes_dev_and_never_test() -> None:
    one, other = load(FRAME, seed=0), load(FRAME, seed=1)
    assert content(one.test) == content(other.test)
    assert content(one.split.dev) != content(other.split.dev)
    assert one.sha256 != other.sha256


def test_most_test_rows_stay_when_rows_are_added() -> None:
    before = set(content(load(FRAME).test))
    after = load(pl.concat([FRAME, made(40, seed=9)]))
    assert len(before & set(content(after.test))) > 0.9 * len(before)


def test_groups_stay_whole() -> None:
    dataset = load(FRAME, group="user")
    users = [set(rows.frame["user"]) for rows in (dataset.split.train, dataset.split.dev, dataset.test)]
    assert not users[0] & users[2]
    assert not users[1] & users[2]
    assert not users[0] & users[1]


def test_time_puts_the_newest_last() -> None:
    frame = FRAME.unique("text", maintain_order=True)
    frame = frame.filter(~normalise(frame["text"]).is_duplicated())
    dataset = load(frame, time="day", test_share=0.2)
    train, dev, test = (rows.frame["day"] for rows in (dataset.split.train, dataset.split.dev, dataset.test))
    assert max(train) < min(dev)
    assert max(dev) < min(test)
    assert len(test) == round(0.2 * len(frame))


def test_older_near_duplicates_of_the_newest_are_told() -> None:
    assert any("older" in each and "in the test too" in each for each in load(FRAME, time="day").warnings)


def test_texts_of_a_given_test_leave_train() -> None:
    test = pl.concat([made(60, seed=5), FRAME[:30].with_columns(pl.col("text").str.to_uppercase())])
    dataset = load(FRAME, test=test)
    assert dataset.given_test
    assert sorted(content(dataset.test)) == sorted(test.select("text", "label").rows())
    kept = set(normalise(pl.Series(dataset.split.train.texts + dataset.split.dev.texts)))
    assert not kept & set(normalise(test["text"]))
    assert any("left out" in each for each in dataset.warnings)


def test_a_test_file_may_lack_the_group_column() -> None:
    dataset = load(FRAME, test=made(60, seed=5).select("text", "label"), group="user")
    assert not set(dataset.split.train.frame["user"]) & set(dataset.split.dev.frame["user"])
    assert len(dataset.test) == 60


def test_unlabelled_texts_near_test_texts_are_left_out() -> None:
    dataset = load(FRAME)
    texts = [*dataset.test.texts[:5], *made(20, seed=7)["text"]]
    loaded = load(FRAME, unlabelled={"anything": texts})
    assert content(loaded.test) == content(dataset.test)
    assert loaded.split.unlabelled is not None
    assert not set(loaded.split.unlabelled.texts) & set(dataset.test.texts)
    assert len(loaded.split.unlabelled) == 20
    assert load(FRAME, unlabelled={"text": dataset.test.texts}).split.unlabelled is None


def test_a_class_of_one_row_is_trained_on_only() -> None:
    frame = pl.concat(
        [FRAME.select("text", "label"), pl.DataFrame({"text": ["a lone text"], "label": ["rare"]})]
    )
    dataset = load(frame)
    assert "rare" in dataset.split.train.targets
    assert "rare" not in dataset.test.targets
    assert any("'rare' (1 row)" in each for each in dataset.warnings)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"text": ["a text", "b text", "c text"], "label": ["a", "a", "a"]}, "two labels"),
        ({"text": ["one", "two", "three", "four"], "label": ["a", "a", "b", "b"]}, "too few different texts"),
        ({"text": ["same text"] * 30, "label": [*"ab"] * 15}, "too few different texts"),
    ],
)
def test_what_cannot_be_split_is_said(columns: dict[str, list[str]], words: str) -> None:
    with pytest.raises(DataError, match=words):
        load(columns)


def test_groups_that_are_too_few_are_told_as_such() -> None:
    few = FRAME.with_columns(site=pl.Series(["north", "south"] * 200))
    with pytest.raises(DataError, match=r"too few different groups \(column 'site'\) to set some apart"):
        load(few, group="site")
    test = few.filter(pl.col("site") == "south")
    with pytest.raises(DataError, match=r"too few different groups \(column 'site'\) .*does not hold"):
        load(few.filter(pl.col("site") == "north"), test=test, group="site")


def test_a_test_file_that_does_not_fit_is_said() -> None:
    with pytest.raises(DataError, match="no column 'label', which the training file has"):
        load(FRAME, test={"text": ["a text"], "wrong": ["a"]})
    with pytest.raises(DataError, match=r"labels that .* lacks: 'A'.*known are 'a', 'b', 'c'"):
        load(FRAME, test={"text": ["a text"], "label": ["A"]})
    with pytest.raises(DataError, match="nothing is left to train on"):
        load(FRAME, test=FRAME)
    only = FRAME.filter(pl.col("label") == "c")
    with pytest.raises(DataError, match=r"every row .* with the label 'c' also stands"):
        load(FRAME, test=only)


def test_unknown_names() -> None:
    with pytest.raises(UnknownName, match="column 'usr'; did you mean 'user'"):
        load(FRAME, group="usr")
    with pytest.raises(UnknownName, match="classification"):
        load_dataset(FRAME, DataOptions(target=("label",)), task_name="clasification", task_settings={})


def test_settings_reach_the_task() -> None:
    settings = {"describe": {"a": "first"}, "positive": "b"}
    task = load_dataset(
        FRAME, DataOptions(target=("label",)), task_name="classification", task_settings=settings
    ).split.task
    assert (task.classes, task.describe, task.positive) == (("a", "b", "c"), {"a": "first"}, "b")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "shared_texts"), [("sms_spam", 125), ("tweeteval_hate", 232), ("amazon_multidomain", 63)]
)
def test_published_overlaps_are_found(shared: Path, name: str, shared_texts: int) -> None:
    folder = shared / "data" / name
    dataset = load(folder / "train.parquet", text=("text",), test=folder / "test.parquet")
    assert dataset.findings.shared_with_test == shared_texts
    assert not set(dataset.split.train.texts) & set(dataset.test.texts)


def test_a_file_sorted_by_class_is_split_evenly(shared: Path) -> None:
    dataset = load(shared / "data" / "ag_news" / "train.parquet")
    for rows in (dataset.split.train, dataset.split.dev, dataset.test):
        shares = rows.frame["label"].value_counts(normalize=True)["proportion"]
        assert shares.to_list() == pytest.approx([0.25] * 4, abs=0.01)
        assert len(set(rows.targets[:20])) > 1

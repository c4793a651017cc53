"""What an earlier run sealed stays sealed in a file that grew, and what it knew is not sealed beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from headstart.data.dataset import load_dataset
from headstart.data.normalise import normalise
from headstart.data.options import DataOptions
from headstart.data.sealed import NAME, Sealed, text_hashes
from headstart.errors import BundleError, DataError, SettingError
from tests.data.test_dataset import content, load, made

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.split import Dataset

FRAME = made()


def record(dataset: Dataset, earlier: Sealed | None = None) -> Sealed:
    split = dataset.split
    return Sealed.of("classification", test=dataset.test, seen=split.train + split.dev, earlier=earlier)


def plain(texts: Any) -> set[str]:
    return set(normalise(pl.Series(list(texts), dtype=pl.String)))


BEFORE = load(FRAME)
RECORD = record(BEFORE)


def said(dataset: Dataset) -> str:
    (line,) = [each for each in dataset.warnings if "of the previous run" in each]
    return line


@pytest.mark.parametrize("more", [0, 30, 400, 4000])
def test_all_that_was_sealed_stays_sealed_whatever_the_growth(more: int) -> None:
    after = load(pl.concat([FRAME, made(more, seed=9)]) if more else FRAME, sealed=RECORD)
    assert set(content(BEFORE.test)) <= set(content(after.test))
    assert not plain(BEFORE.test.texts) & plain(after.split.train.texts + after.split.dev.texts)
    assert said(after).startswith(f"of the {len(BEFORE.test)} sealed test rows of the previous run ")


def test_a_file_that_did_not_grow_is_split_as_before() -> None:
    again = load(FRAME, sealed=RECORD)
    assert content(again.test) == content(BEFORE.test)
    assert again.sha256 == BEFORE.sha256


def test_further_rows_are_sealed_in_the_usual_share_but_none_that_was_known() -> None:
    frame = pl.concat([FRAME, made(2000, seed=9)])
    after = load(frame, sealed=RECORD)
    known = plain(BEFORE.split.train.texts + BEFORE.split.dev.texts)
    assert not known & plain(after.test.texts)
    assert len(after.test) == pytest.approx(0.2 * len(frame), abs=10)
    further = len(after.test) - len(BEFORE.test)
    assert "further rows that it had not seen were sealed" in said(after)
    assert further > 200
    for name, count in frame["label"].value_counts().iter_rows():
        assert after.test.targets.count(name) == pytest.approx(0.2 * count, rel=0.2)


def test_rows_that_went_and_rows_with_another_label_are_counted() -> None:
    alone = BEFORE.test.frame.filter(~normalise(BEFORE.test.frame["text"]).is_duplicated())["text"]
    gone, other = alone[:7], alone[7:12].to_list()
    frame = FRAME.filter(~pl.col("text").is_in(gone.implode())).with_columns(
        pl.when(pl.col("text").is_in(other))
        .then(pl.col("label").replace_strict({"a": "b", "b": "c", "c": "a"}))
        .otherwise(pl.col("label"))
        .alias("label")
    )
    after = load(frame, sealed=RECORD)
    old = len(BEFORE.test)
    assert f"{old - 7} are in the data and stay sealed, 5 of them with other labels; 7 are missing" in (
        said(after)
    )
    assert set(other) <= set(after.test.texts)


def test_near_duplicates_of_sealed_rows_are_sealed_with_them() -> None:
    longest = sorted(BEFORE.test.texts, key=len)[-3:]
    copies = pl.DataFrame(
        {"text": [f"{text} bron" for text in longest], "label": ["a"] * 3, "user": 0, "day": 0}
    )
    copies = copies.cast(dict(FRAME.schema))
    after = load(pl.concat([FRAME, copies]), sealed=RECORD)
    assert set(copies["text"]) <= set(after.test.texts)
    assert "3 that belong to them were sealed with them" in said(after)


def test_rows_that_come_back_later_are_still_sealed() -> None:
    gone = [text for text in BEFORE.test.texts if BEFORE.test.texts.count(text) == 1][:10]
    without = load(FRAME.filter(~pl.col("text").is_in(gone)), sealed=RECORD)
    third = load(FRAME, sealed=record(without, RECORD))
    assert set(gone) <= set(third.test.texts)
    missing = ~np.isin(RECORD.test, text_hashes(without.test))
    assert missing.sum() >= 9
    assert np.isin(RECORD.test[missing], record(without, RECORD).test).all()
    assert not np.isin(RECORD.test[missing], record(without).test).any()


def test_runs_that_looked_at_the_rows_are_counted_as_the_file_grows() -> None:
    grown = load(pl.concat([FRAME, made(200, seed=9)]), sealed=RECORD)
    second = record(grown, RECORD)
    third = record(load(FRAME, sealed=second), second)
    assert (RECORD.looks, second.looks, third.looks) == (1, 2, 3)
    assert record(load(made(200, seed=9), sealed=RECORD), RECORD).looks == 1


def test_groups_that_say_the_same_thing_stay_on_their_sides() -> None:
    before = load(FRAME, group="user")
    said_by_both = plain(before.test.texts) & plain(before.split.train.texts)
    assert said_by_both
    again = load(FRAME, sealed=record(before), group="user")
    third = load(FRAME, sealed=record(again, record(before)), group="user")
    assert content(again.test) == content(third.test) == content(before.test)
    assert again.sha256 == before.sha256


def test_new_groups_that_say_what_groups_on_both_sides_said_come_to_any_side() -> None:
    before = load(FRAME, group="user")
    common = min(plain(before.test.texts) & plain(before.split.train.texts))
    users = range(500, 580)
    newer = made(300, seed=9).with_columns(pl.col("user") + users.start)
    same = pl.DataFrame({"text": [common] * 80, "label": ["a"] * 80, "user": users, "day": [0] * 80})
    after = load(
        pl.concat([FRAME, newer, same.cast(dict(FRAME.schema))]), sealed=record(before), group="user"
    )
    assert set(content(before.test)) <= set(content(after.test))
    new = [set(each.frame["user"]) & set(users) for each in (after.test, after.split.train)]
    assert all(len(each) > 10 for each in new)
    known = set(before.split.train.frame["user"]) | set(before.split.dev.frame["user"])
    assert not known & set(after.test.frame["user"])


def test_rows_that_it_was_trained_on_and_that_belong_to_sealed_ones_now_are_told() -> None:
    """A customer that was two in the earlier file is one now."""
    before = load(FRAME, group="user")
    sealed, taught = before.test.frame["user"][0], before.split.train.frame["user"][0]
    merged = FRAME.with_columns(
        pl.when(pl.col("user") == taught).then(sealed).otherwise("user").alias("user")
    )
    after = load(merged, sealed=record(before), group="user")
    mine = FRAME.filter(pl.col("user") == taught)["text"]
    assert set(mine) <= set(after.test.texts)
    known = sum(each not in plain(before.test.texts) for each in normalise(mine))
    assert known > 0
    assert f", {known} of which the previous run knew when it trained, which flatters its bundle" in said(
        after
    )
    assert "which flatters" not in said(load(FRAME, sealed=record(before), group="user"))


def test_groups_and_times_keep_what_was_sealed() -> None:
    for role in ({"group": "user"}, {"time": "day"}):
        before = load(FRAME, **role)
        newer = made(300, seed=9).with_columns(pl.col("day") + 1000, pl.col("user") + 500)
        after = load(pl.concat([FRAME, newer]), sealed=record(before), **role)
        assert set(content(before.test)) <= set(content(after.test))
        assert len(after.test) > len(before.test)
    assert any("newer ones than they are trained on" in each for each in after.warnings)


def test_a_given_test_file_takes_old_sealed_rows_out_of_training() -> None:
    test = pl.concat([made(60, seed=5), BEFORE.test.frame[:20]])
    after = load(FRAME, test=test, sealed=RECORD)
    assert not plain(BEFORE.test.texts) & plain(after.split.train.texts + after.split.dev.texts)
    assert any("that the previous run had sealed were left out" in each for each in after.warnings)
    assert len(after.test) == len(test)


def test_a_class_that_only_sealed_rows_have_is_refused() -> None:
    frame = FRAME.filter((pl.col("label") != "c") | pl.col("text").is_in(BEFORE.test.texts))
    with pytest.raises(DataError, match=r"every row .* with the label 'c' was sealed by the previous run"):
        load(frame, sealed=RECORD)


def test_a_file_of_which_all_was_trained_on_is_refused() -> None:
    with pytest.raises(DataError, match="sealed none of them, so nothing is left to test on"):
        load(BEFORE.split.train.frame, sealed=RECORD)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"target": ("user",)}, "its target is 'label', and now it is 'user'"),
        ({"target": ("label",), "text": ("other",)}, "its text is 'text', and now it is 'other'"),
    ],
)
def test_another_target_or_text_is_refused(columns: dict[str, Any], words: str) -> None:
    frame = FRAME.with_columns(pl.col("user").cast(pl.String), pl.col("text").alias("other"))
    with pytest.raises(SettingError, match=words):
        load_dataset(frame, DataOptions(sealed=RECORD, **columns), task_name=None, task_settings={})


def test_it_comes_back_from_disk_and_holds_no_text(tmp_path: Path) -> None:
    written = json.dumps(RECORD.to_dict())
    (tmp_path / NAME).write_text(written)
    again = Sealed.read(tmp_path)
    for name in ("test", "labelled", "seen"):
        np.testing.assert_array_equal(getattr(again, name), getattr(RECORD, name))
    grouped = record(load(FRAME, group="user"))
    (tmp_path / NAME).write_text(json.dumps(grouped.to_dict()))
    for name in ("test_groups", "seen_groups"):
        assert len(getattr(grouped, name))
        np.testing.assert_array_equal(getattr(Sealed.read(tmp_path), name), getattr(grouped, name))
    assert (again.task, again.target, again.text, again.looks) == ("classification", "label", ("text",), 1)
    assert not [text for text in FRAME["text"] if text in written]


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '{"format": 9}',
        json.dumps({**RECORD.to_dict(), "test": "%%"}),
        json.dumps({**RECORD.to_dict(), "test": "AAAAAAAAAAA="}),
    ],
)
def test_a_torn_record_is_told(tmp_path: Path, broken: str) -> None:
    (tmp_path / NAME).write_text(broken)
    with pytest.raises(BundleError, match=r"sealed\.json can't be read"):
        Sealed.read(tmp_path)


def test_a_bundle_without_a_record_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="does not say which rows were sealed"):
        Sealed.read(tmp_path)

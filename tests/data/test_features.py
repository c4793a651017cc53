"""Columns beside the text: found, named, refused, and settled by training rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from headstart.core.feature import CATEGORY, NUMBER, Feature
from headstart.data.dataset import load_dataset
from headstart.data.features import settled_features, with_features
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.errors import DataError, SettingError, UnknownName

WORDS = ("parcel", "letter", "invoice", "house", "window", "garden", "office", "answer", "street", "music")


def table(rows: int = 120) -> pl.DataFrame:
    """Texts and labels with every kind of column beside them."""
    rng = np.random.default_rng(0)
    labels = np.array(["yes", "no"])[rng.integers(0, 2, rows)]
    return pl.DataFrame(
        {
            "id": [f"r-{at}" for at in range(rows)],
            "text": [" ".join(rng.choice(WORDS, size=8)) + f" {at}" for at in range(rows)],
            "label": labels,
            "age": rng.integers(18, 80, rows).astype(str),
            "price": [" " if at % 9 == 0 else f"{rng.random():.3f}" for at in range(rows)],
            "colour": rng.choice(["red", "green", "blue"], rows),
            "code": np.where(labels == "yes", "A", "B"),
            "day": [f"2024-05-{1 + at % 28:02d}" for at in range(rows)],
            "same": ["x"] * rows,
        }
    )


def options(*columns: str, **others: object) -> DataOptions:
    return DataOptions(target=("label",), text=("text",), columns=columns, **others)  # type: ignore[arg-type]


def test_all_takes_numbers_and_categories_but_no_ids_leaks_times_or_constants() -> None:
    rows = load_rows(table(), options("all")).rows
    assert rows.columns.features == (
        Feature(name="age", kind=NUMBER),
        Feature(name="price", kind=NUMBER),
        Feature(name="colour", kind=CATEGORY),
    )
    assert rows.frame["age"].dtype == pl.Float64
    assert rows.frame["price"].null_count() == 14
    assert rows.texts[0].splitlines()[1].startswith("age: ")


def test_unasked_none_is_read_and_a_note_says_which_could_be() -> None:
    loaded = load_rows(table(), options())
    assert loaded.rows.columns.features == ()
    (note,) = [each for each in loaded.warnings if "--columns" in each]
    assert "3 columns stand beside the text and are not read: 'age', 'price', 'colour'" in note


def test_a_table_of_text_and_target_gets_no_such_note() -> None:
    loaded = load_rows(table().select("text", "label"), options())
    assert not any("--columns" in each for each in loaded.warnings)


def test_named_columns_are_taken_in_their_order() -> None:
    rows = load_rows(table(), options("colour", "age", "colour")).rows
    assert [each.name for each in rows.columns.features] == ["colour", "age"]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("id", "an id, different in every row"),
        ("code", "giving 'label' away almost always"),
        ("day", "make numbers of them"),
        ("same", "the same in every row"),
        ("label", "which is the target"),
        ("text", "read as text already"),
    ],
)
def test_what_can_not_be_read_is_refused_with_the_reason(column: str, words: str) -> None:
    with pytest.raises(SettingError, match=f"columns: got '{column}'.*{words}.*leave it out"):
        load_rows(table(), options(column))


def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'colour'"):
        load_rows(table(), options("color"))


def test_all_of_nothing_is_an_error() -> None:
    with pytest.raises(SettingError, match="no column of numbers or categories"):
        load_rows(table().select("text", "label", "id"), options("all"))


def test_words_are_not_answered_for_by_columns() -> None:
    frame = pl.DataFrame(
        {
            "tokens": [["a", "b"], ["c", "d"]] * 20,
            "tags": [["O", "B-X"], ["O", "O"]] * 20,
            "size": [1.0, 2.0] * 20,
        }
    )
    with pytest.raises(SettingError, match="tagging reads texts alone"):
        load_rows(frame, DataOptions(columns=("size",)), task_name="tagging")


def test_a_column_that_repeats_a_number_is_a_leak() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(5.0, 2.0, 80)
    frame = (
        table(80)
        .select("text", "age")
        .with_columns(
            score=pl.Series(scores),
            in_cents=pl.Series(100 * scores),
            other=pl.Series(scores + rng.normal(size=80)),
        )
    )
    loaded = load_rows(frame, DataOptions(target=("score",), text=("text",), columns=("all",)))
    assert loaded.findings.leaking == ("in_cents",)
    assert [each.name for each in loaded.rows.columns.features] == ["age", "other"]


def test_all_stands_alone() -> None:
    with pytest.raises(SettingError, match="got all and 'id'; name `all` alone"):
        load_rows(table(), options("all", "id"))


def test_categories_are_those_of_the_training_rows_in_all_parts() -> None:
    frame = table(200)
    dataset = load_dataset(frame, options("colour", "age"), task_name=None, task_settings={})
    (colour, age) = dataset.split.train.columns.features
    assert set(colour.categories) == {"red", "green", "blue"}
    assert age.categories == ()
    assert dataset.test.columns.features == dataset.split.dev.columns.features == (colour, age)
    counts = dataset.split.train.frame["colour"].value_counts().rows()
    assert colour.categories[0] in {name for name, rows in counts if rows == max(each[1] for each in counts)}


def test_a_test_file_without_the_column_is_told() -> None:
    frame = table(200)
    given = options("colour", test=frame[150:].drop("colour", "code"))
    with pytest.raises(DataError, match="has no column 'colour'"):
        load_dataset(frame[:150], given, task_name=None, task_settings={})


def test_a_test_file_with_a_word_among_numbers_is_told_with_its_row() -> None:
    frame = table(200)
    wrong = frame[150:].with_columns(age=pl.Series(["31"] * 20 + ["old"] + ["40"] * 29))
    with pytest.raises(DataError, match=r"row 21 .*'old' in column 'age'"):
        load_dataset(frame[:150], options("age", test=wrong), task_name=None, task_settings={})


def test_missing_columns_of_rows_are_told() -> None:
    rows = load_rows(table(), options()).rows
    with pytest.raises(DataError, match="no column 'weight'"):
        with_features(rows, (Feature(name="weight", kind=NUMBER),), "a.csv")


def test_the_most_frequent_category_comes_first_and_equals_by_name() -> None:
    frame = table(4).with_columns(colour=pl.Series(["b", "a", "c", "c"]))
    rows = with_features(
        load_rows(table(), options()).rows.of(frame, load_rows(table(), options()).rows.columns),
        (Feature(name="colour", kind=CATEGORY),),
        "a.csv",
    )
    assert settled_features(rows)[0].categories == ("c", "a", "b")


def test_a_category_may_be_called_as_polars_calls_what_it_counts() -> None:
    frame = table().rename({"colour": "count"})
    rows = load_rows(frame, options("count")).rows
    (found,) = settled_features(rows)
    assert sorted(found.categories) == ["blue", "green", "red"]

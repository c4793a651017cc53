"""The verb `profile` shows any readable file, labelled or not."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from headstart.errors import DataError, UnknownName
from headstart.flow.profile import profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.flow.profile import Profiled

TEXTS = [
    f"the {a} parcel {at} has not come to my {b} house"
    for at in range(20)
    for a in ("red", "blue")
    for b in ("old", "new")
]


def shown(found: Profiled) -> str:
    console = Console(file=io.StringIO(), width=120)
    found.render(console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_labelled_file(write_csv: Callable[..., Path]) -> None:
    path = write_csv(
        "parcels.csv", {"id": range(80), "text": TEXTS, "label": ["late", "lost", "late", "late"] * 20}
    )
    found = profile(path, base="words")
    values = json.loads(json.dumps(found.to_dict()))
    assert values["columns"] == {
        "text": ["text"],
        "target": "label",
        "group": None,
        "time": None,
        "features": [],
    }
    assert values["classes"] == {"late": 60, "lost": 20}
    assert sum(values["rows"].values()) == 80
    assert values["imbalance"] == 3.0
    assert values["id_like"] == ["id"]
    text = shown(found)
    for words in (
        "parcels.csv",
        "80 rows",
        "late",
        "60",
        "75.0 %",
        "median 11 words",
        "'id' only names rows",
    ):
        assert words in text


def test_a_file_without_labels(write_csv: Callable[..., Path]) -> None:
    found = profile(write_csv("texts.csv", {"text": [*TEXTS, TEXTS[0], ""]}), base="words")
    assert found.to_dict()["rows"] == {"all": 81}
    assert found.profile.exact_duplicates == 1
    assert found.profile.empty == 1
    assert "no column is clearly a target" in shown(found)


def test_a_file_that_cannot_be_split_is_shown_all_the_same(write_csv: Callable[..., Path]) -> None:
    path = write_csv("few.csv", {"text": TEXTS[:4], "label": ["a", "a", "b", "b"]})
    found = profile(path, base="words")
    assert found.profile.classes == {"a": 2, "b": 2}
    assert "shown without a split" in shown(found)
    with pytest.raises(DataError, match="too few different texts"):
        profile(path, target="label", base="words")


def test_a_test_file_is_compared(write_csv: Callable[..., Path]) -> None:
    train = write_csv("train.csv", {"text": TEXTS, "label": ["late", "lost"] * 40})
    test = write_csv("test.csv", {"text": TEXTS[:2], "label": ["late", "lost"]})
    found = profile(train, target="label", test=test, base="words")
    assert found.profile.shared_with_test == 2
    assert "shared with test" in shown(found)


def test_tokens_of_a_base(write_csv: Callable[..., Path], tiny_bert: Path) -> None:
    path = write_csv("parcels.csv", {"text": TEXTS, "label": ["late", "lost"] * 40})
    found = profile(path, base=str(tiny_bert))
    assert found.profile.lengths.tokenizer == str(tiny_bert)
    assert "cut off" in shown(found)


def test_many_labels_and_odd_ones_are_shown_in_part(write_csv: Callable[..., Path]) -> None:
    labels = [" spaced" if at % 20 == 0 else f"label {at % 20}" for at in range(80)]
    text = shown(profile(write_csv("many.csv", {"text": TEXTS, "label": labels}), base="words"))
    assert "8 more labels" in text
    assert "' spaced'" in text


def test_an_unknown_column_is_refused(write_csv: Callable[..., Path]) -> None:
    with pytest.raises(UnknownName, match="did you mean 'label'"):
        profile(write_csv("rows.csv", {"text": TEXTS, "label": [*"ab"] * 40}), target="lable")


def test_a_program_may_name_one_column_without_a_tuple() -> None:
    data = {"body": TEXTS, "kind": [*"ab"] * 40, "note": ["x"] * 80, "price": list(range(5)) * 16}
    one: Any = {"text": "body", "ignore": "note", "columns": "price"}
    found = profile(data, base="words", **one)
    assert found.columns.text == ("body",)
    assert [each.name for each in found.columns.features] == ["price"]


@pytest.mark.parametrize(
    ("target", "task", "said"),
    [
        ("label", "classification", "classification into 2 classes"),
        ("score", "regression", "regression, the numbers being 1"),
    ],
)
def test_the_task_is_said(write_csv: Callable[..., Path], target: str, task: str, said: str) -> None:
    texts = [" ".join(f"{word}{at * place}" for place, word in enumerate("abcdef", 3)) for at in range(80)]
    columns = {"label": ["late", "lost"] * 40, "score": [at * 0.37 for at in range(80)]}
    found = profile(write_csv("parcels.csv", {"text": texts, target: columns[target]}), base="words")
    assert found.to_dict()["task"] == task
    assert said in shown(found)
    bare = profile(write_csv("bare.csv", {"text": texts}), base="words")
    assert bare.to_dict()["task"] is None
    assert "task" not in shown(bare)

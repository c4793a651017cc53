"""Text and target are found where that is clear, and asked for by name where it is not."""

from __future__ import annotations

import polars as pl
import pytest

from headstart.data.candidates import candidates
from headstart.data.columns import choose_columns
from headstart.data.options import DataOptions
from headstart.errors import DataError, UnknownName

WORDS = ["red", "blue", "green", "yellow", "brown"]
TEXTS = [f"the {WORDS[at % 5]} parcel {at} came to my {WORDS[at // 5 % 5]} house" for at in range(40)]
NOTES = [f"please do call {WORDS[at % 5]} number {at} again" for at in range(40)]
AB = ["a", "b"] * 20


def choose(columns: dict[str, list[object]], **options: object) -> tuple[tuple[str, ...], str | None]:
    labelled = bool(options.pop("labelled", True))
    frame = pl.DataFrame(columns)
    chosen = choose_columns(frame, DataOptions(**options), "rows.csv", labelled=labelled)  # type: ignore[arg-type]
    return chosen.text, chosen.target


@pytest.mark.parametrize(
    ("columns", "text", "target"),
    [
        ({"text": TEXTS, "label": AB}, "text", "label"),
        ({"wording": TEXTS, "kind": AB}, "wording", "kind"),
        ({"id": [*range(40)], "wording": TEXTS, "stars": [1, 2, 3, 5] * 10}, "wording", "stars"),
        (
            {"Title": NOTES, "Review Text": TEXTS, "label": AB, "shop": ["x", "y"] * 20},
            "Review Text",
            "label",
        ),
        ({"word": [f"{a}{b}" for a in WORDS for b in WORDS], "label": [*"ab"] * 12 + ["a"]}, "word", "label"),
        (
            {"text": ["包裹到现在还没有送到请" + each for each in "一二三四"], "label": [*"abab"]},
            "text",
            "label",
        ),
        ({"text": [f"您的验证码是{at}请不要告诉别人" for at in range(40)], "label": AB}, "text", "label"),
        (
            {"day": [f"2024-01-{1 + at % 28:02}" for at in range(40)], "text": TEXTS, "label": AB},
            "text",
            "label",
        ),
    ],
)
def test_a_clear_choice_is_made(columns: dict[str, list[object]], text: str, target: str) -> None:
    assert choose(columns) == ((text,), target)


def test_named_columns_are_taken_in_their_order() -> None:
    columns = {"a": TEXTS, "b": NOTES, "label": AB}
    assert choose(columns, text=("b", "a")) == (("b", "a"), "label")
    assert choose(columns, ignore=("a",)) == (("b",), "label")


def test_two_texts_are_asked_about() -> None:
    with pytest.raises(DataError, match=r"(?s)--text COLUMN.*  a: text, \d+ words.*  b: text"):
        choose({"a": TEXTS, "b": NOTES, "label": AB})


def test_two_targets_are_asked_about() -> None:
    with pytest.raises(DataError, match=r"(?s)--target COLUMN.*shop: 2 different values.*kind: 4 different"):
        choose({"text": TEXTS, "shop": AB, "kind": [*"wxyz"] * 10})


def test_no_target_is_no_error_where_none_is_needed() -> None:
    assert choose({"text": TEXTS}, labelled=False) == (("text",), None)
    assert choose({"text": TEXTS, "shop": AB, "kind": [*"wxyz"] * 10}, labelled=False) == (("text",), None)
    with pytest.raises(DataError, match=r"(?s)no column of rows\.csv looks like labels.*  text: text"):
        choose({"text": TEXTS})


def test_an_unknown_column_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no column 'lable'; did you mean 'label'\?"):
        choose({"text": TEXTS, "label": AB}, target=("lable",))


@pytest.mark.parametrize(
    "options",
    [
        {"target": ("label",), "text": ("label",)},
        {"target": ("label",), "ignore": ("label",)},
        {"target": ("label",), "group": "label"},
        {"text": ("text", "text")},
    ],
)
def test_contradictions_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(DataError, match=r"label|text"):
        choose({"text": TEXTS, "label": AB}, **options)


def test_a_wide_table_is_listed_in_part() -> None:
    columns = {"text": TEXTS, **{f"flag_{at}": AB for at in range(40)}}
    with pytest.raises(DataError, match="and 28 more") as caught:
        choose(columns)
    assert len(str(caught.value)) < 1500


def test_kinds() -> None:
    frame = pl.DataFrame(
        {
            "row": [f"ab-{at}" for at in range(40)],
            "number": [at * 0.37 for at in range(40)],
            "same": ["x"] * 40,
            "none": [None] * 40,
            "day": [f"May {1 + at % 28}, 2024" for at in range(40)],
            "list": [[at] for at in range(40)],
        }
    )
    kinds = {each.name: each.kind for each in candidates(frame)}
    assert kinds == {
        "row": "id",
        "number": "number",
        "same": "constant",
        "none": "empty",
        "day": "time",
        "list": "nested",
    }


@pytest.mark.parametrize("role", ["group", "time"])
def test_lists_are_neither_groups_nor_times(role: str) -> None:
    with pytest.raises(DataError, match=f"'lists' holds lists or objects and is named as {role}"):
        choose({"text": TEXTS, "label": AB, "lists": [[at] for at in range(40)]}, **{role: "lists"})


def test_a_table_without_texts_says_that_one_is_read():
    table = pl.DataFrame({"plan": ["a", "b"] * 20, "paid": ["cash", "card"] * 20, "left": ["y", "n"] * 20})
    with pytest.raises(DataError, match=r"(?s)no column of .* reads like text.*--columns all.*plan.*paid"):
        choose_columns(table, DataOptions(target=("left",)), "plans.csv")

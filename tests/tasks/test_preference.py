"""Pairs of answers as files state them, and what is wrong in which row."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from headstart import registry
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.errors import DataError
from headstart.tasks.preference import Preference
from tests.contracts.preference_data import preference_rows


def loaded(rows: list[dict[str, object]]):
    return load_rows(rows, DataOptions())


def talk(question: str, answer: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "2 + 2?", "chosen": "4", "rejected": "5"},
        {"question": "2 + 2?", "chosen": "4", "rejected": "5"},
        {"instruction": "2 + 2?", "input": "", "output": "4", "chosen": "4", "rejected": "5"},
        {"chosen": talk("2 + 2?", "4"), "rejected": talk("2 + 2?", "5")},
        {
            "prompt": talk("2 + 2?", "")[:1],
            "chosen": talk("", "4")[1:],
            "rejected": talk("", "5")[1:],
        },
    ],
)
def test_pairs_are_found_by_their_names(row):
    found = loaded([row, row])
    assert found.kind.task == "preference"
    task = Preference.infer(found.rows)
    assert [each.content for each in task.dialogues(found.rows)[0]] == ["2 + 2?", "4"]
    assert [each.content for each in task.rejected(found.rows)[0]] == ["2 + 2?", "5"]


def test_a_system_message_beside_a_question_comes_first():
    row = {"system": "Be brief.", "question": "2 + 2?", "chosen": "4", "rejected": "5"}
    found = loaded([row, row])
    turns = Preference.infer(found.rows).dialogues(found.rows)[0]
    assert [each.content for each in turns] == ["Be brief.", "2 + 2?", "4"]


def test_pairs_without_a_question_are_told_what_is_missing():
    pairs = [{"chosen": f"it is {at}", "rejected": f"no {at}", "ask": f"what is {at}?"} for at in range(6)]
    with pytest.raises(DataError, match=r"no question beside them; .* prompt, question or instruction"):
        loaded(pairs)
    with pytest.raises(DataError, match="no question beside them"):
        loaded([{name: each[name] for name in ("chosen", "rejected")} for each in pairs])
    # Where something else can be predicted, nothing says that it is not meant.
    labelled = [{**each, "label": "ab"[at % 2]} for at, each in enumerate(pairs)]
    assert load_rows(labelled, DataOptions(text=("ask",))).kind.task == "classification"


def test_a_row_of_another_shape_is_named():
    pair = {"prompt": "2 + 2?", "chosen": "4", "rejected": "5"}
    with pytest.raises(DataError, match=r"row 4 .* its answer in 'messages', .* theirs in 'chosen'"):
        loaded([pair, pair, pair, {"messages": talk("2 + 2?", "4")}])


def test_a_system_column_beside_conversations_comes_first():
    row = {"system": "Be brief.", "chosen": talk("2 + 2?", "4"), "rejected": talk("2 + 2?", "5")}
    found = loaded([row, row])
    task = Preference.infer(found.rows)
    for dialogues, answer in ((task.dialogues, "4"), (task.rejected, "5")):
        assert [each.content for each in dialogues(found.rows)[0]] == ["Be brief.", "2 + 2?", answer]
        assert dialogues(found.rows)[0][0].role == "system"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [
                {"chosen": talk("a", "b"), "rejected": talk("a", "c")},
                {"chosen": talk("a", "b"), "rejected": talk("x", "c")},
            ],
            "row 2 of .* differ before their last answer",
        ),
        (
            [
                {"prompt": "a", "chosen": "b", "rejected": "c"},
                {"prompt": "a", "chosen": "b", "rejected": " "},
            ],
            "row 2 of .* has an empty answer in 'rejected'",
        ),
        (
            [
                {"prompt": "a", "chosen": "b", "rejected": "c"},
                {"prompt": "", "chosen": "b", "rejected": "c"},
            ],
            "row 2 of .* has an empty question in 'prompt'",
        ),
        ([{"prompt": "a", "chosen": "b", "rejected": "b"}] * 2, "nothing to prefer"),
    ],
)
def test_faulty_pairs_are_named(rows, message):
    with pytest.raises(DataError, match=message):
        loaded(rows)


def test_equal_answers_are_told():
    rows = [{"prompt": "a", "chosen": "b", "rejected": each} for each in ("c", "b")]
    assert any("row 2" in each and "tells nothing" in each for each in loaded(rows).warnings)


def test_it_travels_as_json_and_names_plug_ins_that_exist():
    task = Preference.infer(preference_rows(8))
    written = json.loads(json.dumps(asdict(task)))
    assert registry.from_spec("tasks", {"use": "preference", "params": written}) == task
    assert set(task.baselines()) <= set(registry.names("strategies"))
    assert set(task.metrics()) <= set(registry.names("metrics"))

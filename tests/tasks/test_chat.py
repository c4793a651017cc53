"""Conversations as files state them, and what is wrong in which row."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import polars as pl
import pytest

from headstart import registry
from headstart.core.examples import IGNORED
from headstart.core.rows import Rows
from headstart.core.turns import Turn
from headstart.data.load_rows import load_rows
from headstart.data.options import DataOptions
from headstart.errors import DataError, SettingError
from headstart.models.describe import describe
from headstart.models.open_base import open_tokenizer
from headstart.tasks.chat import Chat
from tests.contracts.chat_data import chat_rows


def loaded(rows: list[dict[str, object]], **options: object):
    return load_rows(rows, DataOptions(**options))


def said(*contents: str, system: str | None = None) -> list[dict[str, str]]:
    """Messages of user and assistant in turn."""
    roles = ("user", "assistant")
    first = [] if system is None else [{"role": "system", "content": system}]
    return [*first, *({"role": roles[at % 2], "content": each} for at, each in enumerate(contents))]


def as_sharegpt(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    names = {"user": "human", "assistant": "gpt", "system": "system"}
    return [{"from": names[each["role"]], "value": each["content"]} for each in messages]


TALKS = [said("Hi", "Hello!"), said("2 + 2?", "4", "And 3 + 3?", "6", system="Be brief.")]


@pytest.mark.parametrize("column", ["messages", "conversations"])
@pytest.mark.parametrize("shape", [list, as_sharegpt, json.dumps])
def test_a_column_of_messages_is_parted_before_the_last_answer(column, shape):
    found = loaded([{column: shape(each)} for each in TALKS])
    assert found.kind.task == "chat"
    assert found.rows.columns.text == (column,)
    assert found.rows.targets == ["Hello!", "6"]
    assert found.rows.texts[0] == "Hi"
    task = Chat.infer(found.rows)
    assert [len(each) for each in task.prompts(found.rows)] == [1, 4]
    assert task.dialogues(found.rows)[1][0] == Turn(role="system", content="Be brief.")
    assert task.dialogues(found.rows)[1][-1] == Turn(role="assistant", content="6")


def test_messages_of_a_parquet_file_read_the_same(tmp_path):
    pl.DataFrame({"messages": TALKS}).write_parquet(tmp_path / "talks.parquet")
    found = load_rows(tmp_path / "talks.parquet", DataOptions())
    assert found.kind.task == "chat"
    assert found.rows.targets == ["Hello!", "6"]


@pytest.mark.parametrize(
    ("row", "question", "answer"),
    [
        ({"instruction": "Add.", "input": "2 and 2", "output": "4"}, "Add.\n\n2 and 2", "4"),
        ({"instruction": "Add 2 and 2.", "input": "", "output": "4"}, "Add 2 and 2.", "4"),
        ({"instruction": "Add.", "context": "2 and 2", "response": "4"}, "Add.\n\n2 and 2", "4"),
        ({"prompt": "2 + 2?", "completion": "4"}, "2 + 2?", "4"),
        (
            {
                "prompt": [{"role": "user", "content": "2 + 2?"}],
                "completion": [{"role": "assistant", "content": "4"}],
            },
            "2 + 2?",
            "4",
        ),
    ],
)
def test_questions_beside_answers_are_found_by_their_names(row, question, answer):
    found = loaded([row, row | {"topic": "b"}, row | {"topic": "b"}])
    assert found.kind.task == "chat"
    task = Chat.infer(found.rows)
    assert task.dialogues(found.rows)[0] == (
        Turn(role="user", content=question),
        Turn(role="assistant", content=answer),
    )


def test_a_system_column_comes_first():
    found = loaded([{"system": "Be brief.", "instruction": "Hi", "input": "", "output": "Hello!"}])
    turns = Chat.infer(found.rows).prompts(found.rows)[0]
    assert [each.role for each in turns] == ["system", "user"]


@pytest.mark.parametrize("shape", [list, as_sharegpt, json.dumps])
def test_a_system_column_beside_messages_comes_first_where_they_have_no_system_of_their_own(shape):
    found = loaded([{"system": "Be kind.", "conversations": shape(each)} for each in TALKS])
    assert found.kind.task == "chat"
    assert found.rows.targets == ["Hello!", "6"]
    task = Chat.infer(found.rows)
    first = [each[0] for each in task.prompts(found.rows)]
    assert first == [Turn(role="system", content=each) for each in ("Be kind.", "Be brief.")]
    assert [len(each) for each in task.dialogues(found.rows)] == [3, 5]


@pytest.mark.parametrize("system", ["", " ", None])
def test_a_system_column_in_which_nothing_is_said_is_not_read(system):
    found = loaded([{"system": system, "messages": each} for each in TALKS])
    assert found.rows.columns.text == ("messages",)
    found = loaded([{"system": system, "prompt": "a", "completion": each} for each in "bc"])
    assert found.rows.columns.text == ("prompt",)


def test_a_file_of_labels_is_still_one_of_labels():
    rows = [{"instruction": f"text number {at}", "label": "ab"[at % 2]} for at in range(20)]
    assert loaded(rows).kind.task == "classification"
    rows = [{"text": f"text number {at}", "label": "ab"[at % 2]} for at in range(20)]
    assert loaded(rows).kind.task == "classification"


FAULTS = [
    ([*TALKS, [{"role": "assistant", "content": "Hi"}]], "row 3 .* starts with the assistant"),
    (
        [*TALKS, [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]],
        "row 3 .* two messages of the user in a row",
    ),
    ([*TALKS, said("Hi", " ")], "row 3 .* an empty answer in message 2"),
    ([*TALKS, said("", "a")], "row 3 .* an empty question in message 1"),
    ([*TALKS, said("Hi")], "row 3 .* ends with a question that is not answered"),
    ([*TALKS, []], "row 3 .* has no messages"),
    ([*TALKS, None], "row 3 .* has no messages"),
    ([*TALKS, as_sharegpt(TALKS[0])], "row 3 .* names speakers by 'from', and the rows before it by 'role'"),
    ([*TALKS, [{"role": "system", "content": "a"}]], "row 3 .* has no question"),
    (
        [*TALKS, [*said("a", "b"), {"role": "system", "content": "c"}]],
        "row 3 .* system message after the start, in message 3",
    ),
]


@pytest.mark.parametrize(("talks", "message"), FAULTS)
def test_a_faulty_conversation_is_named_by_its_row(talks, message):
    with pytest.raises(DataError, match=message):
        loaded([{"messages": each} for each in talks])


def test_mixed_shapes_in_one_file_are_named():
    rows = [{"messages": TALKS[0]}, {"instruction": "Add.", "output": "4"}]
    with pytest.raises(DataError, match=r"row 2 .* its answer in 'output' .* messages in 'messages'"):
        loaded(rows)
    rows = [{"prompt": "a", "completion": "b"}, {"prompt": said("a"), "completion": "b"}]
    with pytest.raises(DataError, match=r"row 2 .* list of messages .* 'prompt'"):
        loaded(rows)


def test_the_row_that_differs_from_most_is_named_rather_than_these():
    asked = [{"instruction": f"Add {each}.", "output": "4"} for each in range(3)]
    with pytest.raises(DataError, match=r"row 4 .* its answer in 'messages'.* theirs in 'output'"):
        loaded([*asked, {"messages": TALKS[0]}])
    said = [{"messages": TALKS[0]}] * 3
    with pytest.raises(DataError, match=r"row 4 .* its answer in 'conversations' .* messages in 'messages'"):
        loaded([*said, {"conversations": TALKS[0]}])


@pytest.mark.parametrize("answer", ["", "  ", None])
def test_an_empty_answer_is_named(answer):
    rows = [{"prompt": "a", "completion": "b"}, {"prompt": "c", "completion": answer}]
    with pytest.raises(DataError, match=r"row 2 of .* has an empty answer in 'completion'"):
        loaded(rows)


@pytest.mark.parametrize("question", ["", "  ", None])
def test_a_row_that_asks_nothing_is_named(question):
    rows = [{"prompt": "a", "completion": "b"}, {"prompt": question, "completion": "d"}]
    with pytest.raises(DataError, match=r"row 2 of .* has an empty question in 'prompt'"):
        loaded(rows)
    rows = [
        {"system": "Be brief.", "instruction": "a", "input": "c", "output": "b"},
        {"system": "Be brief.", "instruction": question, "input": question, "output": "b"},
    ]
    with pytest.raises(DataError, match=r"row 2 of .* has an empty question in 'instruction' and 'input'"):
        loaded(rows)
    rows[1]["input"] = "d"
    assert len(loaded(rows).rows) == 2


def test_all_answers_being_learnt_is_told():
    found = loaded([{"messages": each} for each in TALKS])
    assert any("1 of 2 conversations have several answers" in each for each in found.warnings)


def test_settings_of_classes_are_refused():
    with pytest.raises(SettingError, match="chat"):
        Chat.infer(chat_rows(4), positive="a")


def test_it_travels_as_json_and_names_plug_ins_that_exist():
    task = Chat.infer(chat_rows(8))
    written = json.loads(json.dumps(asdict(task)))
    assert registry.from_spec("tasks", {"use": "chat", "params": written}) == task
    assert set(task.baselines()) <= set(registry.names("strategies"))
    assert set(task.metrics()) <= set(registry.names("metrics"))
    assert task.length_ratio > 1.0


def test_targets_are_the_tokens_of_answers_and_what_ends_them(tiny_llama):
    tokenizer = open_tokenizer(describe(str(tiny_llama)))
    rows = chat_rows(5)
    examples = Chat.infer(rows).encode(rows, tokenizer, 256)
    for row, answer in enumerate(rows.targets):
        targets = examples.targets[examples.offsets[row] : examples.offsets[row + 1]]
        assert tokenizer.decode(targets[targets != IGNORED]) == f"{answer}</s>"
    blind = replace(rows, columns=replace(rows.columns, target=None))
    open_ended = Chat.infer(rows).encode(blind, tokenizer, 256)
    assert open_ended.targets is None
    first = open_ended.tokens[: open_ended.offsets[1]]
    np.testing.assert_array_equal(examples.tokens[: len(first)], first)


def test_whole_conversations_can_be_predicted(tiny_llama):
    found = loaded([{"messages": json.dumps(each)} for each in TALKS])
    task = Chat.infer(found.rows)
    frame = pl.DataFrame({"messages": [json.dumps(each) for each in TALKS]})
    raw = Rows.of(frame, replace(found.rows.columns, target=None))
    assert task.prompts(raw) == task.prompts(found.rows)

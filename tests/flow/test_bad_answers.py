"""Bad rows and bases of every kind of language task, through the command line: one message, exit status 2."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from headstart import cli
from tests.contracts.chat_data import CHATML
from tests.tiny import tiny_causal_folder
from tests.tiny_writers import tiny_writer_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = 40
FAULTY = 21


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def told(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def talks(**changed: Any) -> list[dict[str, Any]]:
    """Conversations, one of which has other fields."""
    good = [{"messages": [user(f"what is {place}?"), told(f"it is {place}")]} for place in range(ROWS)]
    return with_fault(good, changed)


def asked(**changed: Any) -> list[dict[str, Any]]:
    """Prompts with answers, one of which has other fields."""
    good = [{"prompt": f"what is {place}?", "completion": f"it is {place}"} for place in range(ROWS)]
    return with_fault(good, changed)


def preferred(**changed: Any) -> list[dict[str, Any]]:
    """Prompts with two answers, one of which has other fields."""
    good = [
        {"prompt": f"what is {at}?", "chosen": f"it is {at}", "rejected": f"no {at}"} for at in range(ROWS)
    ]
    return with_fault(good, changed)


def tagged(**changed: Any) -> list[dict[str, Any]]:
    """Words with tags, one row of which has other fields."""
    good = [{"tokens": ["Ada", "saw", str(at)], "ner_tags": ["B-PER", "O", "O"]} for at in range(ROWS)]
    return with_fault(good, changed)


def questions(**changed: Any) -> list[dict[str, Any]]:
    """Questions on texts, one row of which has other fields."""
    good = [
        {"question": f"who wrote {at}?", "context": f"Ada wrote note {at} in spring.", "answer": "Ada"}
        for at in range(ROWS)
    ]
    return with_fault(good, changed)


def with_fault(good: list[dict[str, Any]], changed: dict[str, Any]) -> list[dict[str, Any]]:
    if changed:
        good[FAULTY - 1] = {
            name: value for name, value in (good[FAULTY - 1] | changed).items() if value != ...
        }
    return good


# Rows, options, and what the message has to say; the row that is at fault is always named.
CASES: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
    "more words than tags": (tagged(ner_tags=["B-PER", "O"]), ("3 words", "2 tags", "correct that row")),
    "a tag of no scheme": (tagged(ner_tags=["NOUN", "O", "O"]), ("'NOUN'", "'ner_tags'", "B-PERSON")),
    "a number for a tag": (tagged(ner_tags=[3, 0, 0]), ("tag 3", "'ner_tags'", "B-PERSON")),
    "words as a text": (tagged(tokens="Ada saw 20"), ("'Ada saw 20'", "'tokens'", "one shape")),
    "an answer that is not in the text": (
        questions(answer="Grace"),
        ("'Grace'", "its text does not hold", "correct those rows"),
    ),
    "an answer that stands elsewhere": (
        questions(answer={"text": "Ada", "answer_start": 3}),
        ("'Ada' at 3", "it stands at 0", "counted in characters from 0"),
    ),
    "an assistant who starts": (
        talks(messages=[told("hello"), user("hi")]),
        ("starts with the assistant", "mend"),
    ),
    "two users in a row": (
        talks(messages=[user("a"), user("b"), told("c")]),
        ("two messages of the user", "mend"),
    ),
    "an empty answer in a conversation": (
        talks(messages=[user("a"), told(" ")]),
        ("empty answer in message 2",),
    ),
    "a question without an answer": (talks(messages=[user("a")]), ("not answered", "it ends with an answer")),
    "a role that is none": (
        talks(messages=[user("a"), {"role": "tool", "content": "b"}, told("c")]),
        ("'tool' in message 2", "system, user and assistant"),
    ),
    "messages of another shape": (
        talks(messages=[{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]),
        ("'from'", "'role'", "one shape"),
    ),
    "an instruction among conversations": (
        talks(messages=..., instruction="add 2 and 2", output="4"),
        ("'output'", "'messages'", "one shape"),
    ),
    "an answer in another column": (
        asked(completion=..., response="it is 20"),
        ("'response'", "'completion'", "one shape"),
    ),
    "an instruction among prompts": (
        asked(prompt=..., completion=..., instruction="what is 20?", output="it is 20"),
        ("'output'", "'completion'", "one shape"),
    ),
    "an empty answer to a prompt": (asked(completion=""), ("empty answer", "fill it in, or remove the row")),
    "no answer to a prompt": (asked(completion=...), ("empty answer", "fill it in, or remove the row")),
    "a conversation among prompts": (
        asked(prompt=[user("a")]),
        ("list of messages", "'prompt'", "one shape"),
    ),
    "an empty question": (questions(question=""), ("no question in 'question'", "fill it in, or remove")),
    "an empty prompt": (asked(prompt=" "), ("empty question in 'prompt'", "fill it in, or remove the row")),
    "no prompt before two answers": (preferred(prompt=...), ("empty question in 'prompt'", "fill it in")),
    "no preferred answer": (preferred(chosen=""), ("empty answer", "fill it in, or remove the row")),
}


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Runs `adapt` on rows, and makes sure of the message."""
    monkeypatch.chdir(tmp_path)

    def run(rows: list[dict[str, Any]], *options: str, says: tuple[str, ...]) -> None:
        lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)
        (tmp_path / "rows.jsonl").write_text(lines, encoding="utf-8")
        done = CliRunner().invoke(cli.application(), ["adapt", "rows.jsonl", *options])
        message = " ".join(done.stderr.split())
        assert done.exit_code == 2, (done.exit_code, message, done.exception)
        assert done.stdout == ""
        assert len(message) < 1500
        for word in says:
            assert word in message, message
        assert not (tmp_path / "runs").exists()

    return run


@pytest.mark.parametrize("case", CASES)
def test_a_faulty_row_is_named(refused: Callable[..., None], tiny_llama: Path, case: str) -> None:
    rows, says = CASES[case]
    refused(rows, "--base", str(tiny_llama), says=(f"row {FAULTY} ", *says))


def test_tags_of_another_scheme_throughout_are_named_by_the_first_row(
    refused: Callable[..., None], tiny_bert: Path
) -> None:
    rows = [{"tokens": ["the", "cat", "sat"], "tags": ["DET", "NOUN", "VERB"]}] * ROWS
    refused(rows, "--base", str(tiny_bert), says=("row 1 ", "'DET'", "B-PERSON"))


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        (talks(), ("chat needs a decoder", "llama")),
        (preferred(), ("preference needs a decoder", "llama")),
        (
            [{"source": f"the cat {at}", "target": f"a dog sat on {at} mats"} for at in range(ROWS)],
            ("text_to_text needs an encoder-decoder", "t5"),
        ),
    ],
)
def test_a_base_of_the_wrong_kind_is_answered_with_the_kinds_that_do(
    refused: Callable[..., None], tiny_bert: Path, rows: list[dict[str, Any]], kinds: tuple[str, ...]
) -> None:
    refused(rows, "--base", str(tiny_bert), says=("is an encoder", *kinds, "--base"))


def test_a_base_that_writes_is_no_base_of_labels(refused: Callable[..., None], tmp_path: Path) -> None:
    rows = [{"text": f"the {'cat' if at % 2 else 'dog'} {at}", "label": "ab"[at % 2]} for at in range(80)]
    base = tiny_writer_folder(tmp_path, "bart")
    refused(rows, "--base", str(base), says=("encoder-decoder (bart)", "classification", "bert", "--base"))


def test_a_target_longer_than_the_base_can_write(refused: Callable[..., None], tmp_path: Path) -> None:
    rows = [{"source": f"the cat {at}", "target": f"a dog sat on {at} mats"} for at in range(ROWS)]
    rows[FAULTY - 1]["target"] = "a cat " * 40
    base = tiny_writer_folder(tmp_path, "bart")
    says = (f"row {FAULTY} ", "has 81 tokens", "the 64 tokens", "can write", "shorten or remove")
    refused(rows, "--base", str(base), says=says)


def test_an_answer_longer_than_the_base_can_write(refused: Callable[..., None], tiny_llama: Path) -> None:
    refused(
        talks(messages=[user("a"), told("x" * 300)]),
        *("--base", str(tiny_llama)),
        says=(f"row {FAULTY} ", "an answer of 301 tokens", "fewer than 256", "shorten or remove"),
    )


def test_a_rejected_answer_longer_than_the_base_can_write(
    refused: Callable[..., None], tiny_llama: Path
) -> None:
    says = (f"row {FAULTY} ", "an answer of 301 tokens")
    refused(preferred(rejected="x" * 300), "--base", str(tiny_llama), says=says)


@pytest.mark.parametrize("rows", [talks(messages=[user("x" * 300), told("a")]), preferred(prompt="x" * 300)])
def test_a_question_that_leaves_no_room_for_an_answer(
    refused: Callable[..., None], tiny_llama: Path, rows: list[dict[str, Any]]
) -> None:
    says = (f"row {FAULTY} ", "tokens before its answer", "reads 256", "shorten or remove")
    refused(rows, "--base", str(tiny_llama), says=says)


def test_virtual_tokens_take_room_that_a_question_needs(
    refused: Callable[..., None], tiny_llama: Path
) -> None:
    rows = talks(messages=[user("x" * 160), told("a")])
    options = ("--base", str(tiny_llama), "--strategy", "prompt_tuning")
    refused(
        rows,
        *options,
        "--set",
        "virtual_tokens=100",
        says=(f"row {FAULTY} ", "reads 156", "100 virtual tokens"),
    )


def test_tokens_without_a_vector_are_told_before_anything_is_fitted(
    refused: Callable[..., None], tmp_path: Path
) -> None:
    from transformers import AutoTokenizer

    base = tiny_causal_folder(tmp_path, template=CHATML, max_position_embeddings=256)
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.add_special_tokens({"eos_token": "<over>"})
    tokenizer.save_pretrained(base)
    refused(talks(), "--base", str(base), says=("writes '<over>'", "has vectors for", "another base"))


def test_a_base_whose_texts_never_end_is_refused(refused: Callable[..., None], tmp_path: Path) -> None:
    base = tiny_causal_folder(tmp_path, max_position_embeddings=256)
    # Neither the tokenizer nor the network names an end: one of them would do.
    for file, key in (("tokenizer_config.json", "eos_token"), ("config.json", "eos_token_id")):
        told = json.loads((base / file).read_text())
        (base / file).write_text(json.dumps({**told, key: None}))
    (base / "generation_config.json").unlink(missing_ok=True)
    (base / "special_tokens_map.json").unlink(missing_ok=True)
    refused(talks(), "--base", str(base), says=("no eos_token", "tokenizer_config.json"))

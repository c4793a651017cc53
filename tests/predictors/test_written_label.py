"""Labels read out of what a decoder writes: as `transformers` writes it, one prompt at a time."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from transformers import AutoModelForCausalLM

from headstart.core.rows import Columns, Rows
from headstart.models.describe import describe
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.open_base import open_causal
from headstart.models.question import Answered, Question
from headstart.predictors.written_label import WrittenLabel
from tests.answering import ANSWERS, answering_folder
from tests.contracts.chat_data import CHATML
from tests.contracts.predictor_contract import PredictorContract
from tests.contracts.small_data import CLASSES, small_rows, small_task
from tests.predictors.one_at_a_time import OneAtATime

INSTRUCTION = "Choose."
SHARES = (0.2, 0.3, 0.5)


def plain(text, shown=()):
    blocks = [f"Text: {one}\nLabel: {other}" for one, other in shown]
    return "\n\n".join([INSTRUCTION, *blocks, f"Text: {text}\nLabel:"])


def in_conversation(tokenizer, text):
    turns = [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": text}]
    return tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)


def ids(tokenizer, prompt, begins=()):
    return [*begins, *tokenizer(prompt, add_special_tokens=False)["input_ids"]]


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """A Llama and a GPT-2 that go on with a plain text, and a Llama that is asked in a conversation."""
    folder = tmp_path_factory.mktemp
    return {
        "llama": answering_folder(
            folder("llama"), "llama", asked=lambda known, text: ids(known, plain(text), [1]), end=" {}\n\n"
        ),
        "gpt2": answering_folder(
            folder("gpt2"), "gpt2", asked=lambda known, text: ids(known, plain(text)), end=" {}\n\n"
        ),
        "conversation": answering_folder(
            folder("conversation"),
            "llama",
            asked=lambda known, text: ids(known, in_conversation(known, text)),
            end="{}</s>",
            template=CHATML,
        ),
    }


def opened(folder, **settings):
    told = {"task": small_task(), "instruction": INSTRUCTION, "words": CLASSES, "columns": ("text",)}
    backbone = open_causal(describe(str(folder)))
    return WrittenLabel(**{"backbone": backbone, **told, "shares": SHARES, **settings})


def rows_of(*texts):
    return Rows.of(pl.DataFrame({"text": texts}), Columns(text=("text",)))


class TestWritten(PredictorContract):
    @pytest.fixture
    def predictor(self, bases):
        return opened(bases["llama"])

    @pytest.fixture
    def rows(self):
        return rows_of(*(3 * [*ANSWERS]))

    @pytest.fixture
    def task(self):
        return small_task()


class TestWrittenAfterOthers(TestWritten):
    @pytest.fixture
    def predictor(self, bases):
        rows = tuple(Answered(question=Question(text=f"film {each}"), answer=each) for each in CLASSES[:2])
        return opened(bases["llama"], shown=LabelDemonstrations(rows=rows, count=2))


@pytest.mark.parametrize("name", ["llama", "gpt2", "conversation"])
def test_what_is_written_is_what_the_library_writes_alone(name, bases):
    # Texts that it has learnt to answer, and others, of several lengths.
    rows = rows_of(*ANSWERS, *small_rows(6).texts)
    predictor = opened(bases[name])
    reference = OneAtATime(bases[name], begins=[1] if name == "llama" else [])
    most = len(" hardware") + 16 if name != "conversation" else len("hardware") + 16
    found = predictor.answers(rows)
    if name == "conversation":
        prompts = [in_conversation(reference.tokenizer, each) for each in rows.texts]
        assert found == [reference.written(each, most, stop=2).strip() for each in prompts]
    else:
        written = [reference.written(plain(each), most, stop=2) for each in rows.texts]
        # A line of a plain text ends an answer.
        assert found == [each.partition("\n")[0].strip() for each in written]
    assert found[: len(ANSWERS)] == [answer for answer, _ in ANSWERS.values()]


@pytest.mark.parametrize("name", ["llama", "gpt2", "conversation"])
def test_a_label_that_was_named_gets_a_half_and_what_names_none_the_shares_alone(name, bases):
    found = opened(bases[name]).predict(rows_of(*ANSWERS)).probabilities
    for told, (_, label) in zip(found, ANSWERS.values(), strict=True):
        expected = np.array(SHARES)
        if label is not None:
            expected = 0.5 * expected + 0.5 * (np.array(CLASSES) == label)
        np.testing.assert_allclose(told, expected, atol=1e-12)


def test_the_label_that_was_written_leads_however_rare_it_is(bases):
    told = opened(bases["llama"], shares=(0.001, 0.009, 0.99)).predict(rows_of("film", "screen", "cat"))
    assert told.names == ["cinema", "hardware", "money"]


def test_answers_that_name_no_one_label_are_counted(bases):
    predictor, rows = opened(bases["llama"]), rows_of(*ANSWERS, "film")
    before = predictor.prompt_figures(rows)
    assert (before.rows, before.unread, before.cut) == (5, 2, 0)
    predictor.predict(rows)
    # The same rows, just predicted, and others.
    assert predictor.prompt_figures(rows) == before
    assert predictor.prompt_figures(rows_of("film", "cat", "cat")).unread == 2
    assert next(iter(before.findings("zero-shot"))).startswith("zero-shot wrote 2 answers of 5")


def test_demonstrations_stand_before_the_question(bases):
    shown = (Answered(question=Question(text="screen"), answer="hardware"),)
    predictor = opened(bases["llama"], shown=LabelDemonstrations(rows=shown, count=1))
    reference = OneAtATime(bases["llama"], begins=[1])
    prompt = plain("film", [("screen", "hardware")])
    expected = reference.written(prompt, len(" hardware") + 16, stop=2).partition("\n")[0].strip()
    assert predictor.answers(rows_of("film")) == [expected]
    assert predictor.prompt_figures(rows_of("film")).tokens == len(reference.ids(prompt))


def test_prompt_and_answer_never_exceed_what_the_base_reads(bases):
    rows = rows_of("short", "the cat sat on the mat " * 30)
    predictor = opened(bases["llama"])
    figures = predictor.prompt_figures(rows)
    assert figures.cut == 1
    longest = max(map(len, predictor.prompts(rows).tokens))
    assert longest + predictor.prompt.longest == 256
    assert replace(predictor, max_length=8).prompt_figures(rows).tokens < figures.tokens


@pytest.mark.parametrize("name", ["llama", "conversation"])
def test_what_ships_writes_the_same_with_the_library_alone(name, bases, tmp_path):
    predictor = opened(bases[name])
    config = json.loads(json.dumps(dict(predictor.save(tmp_path))))
    network = AutoModelForCausalLM.from_pretrained(tmp_path / "network")
    # It knows by itself where an answer ends.
    assert network.generation_config.eos_token_id == list(predictor.prompt.stops)
    assert config["words"] == list(CLASSES)
    reference = OneAtATime(tmp_path / "network", begins=[1] if name == "llama" else [])
    for text, (answer, _) in ANSWERS.items():
        prompt = plain(text) if name == "llama" else in_conversation(reference.tokenizer, text)
        assert reference.written(prompt, 32).strip() == answer

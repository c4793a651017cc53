"""Lists of labels read out of what a decoder writes."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.models.describe import describe
from headstart.models.label_demonstrations import LabelDemonstrations
from headstart.models.open_base import open_causal
from headstart.models.question import Answered, Question
from headstart.predictors.written_labels import WrittenLabels
from headstart.tasks.multilabel import Multilabel
from tests.answering import answering_folder
from tests.contracts.chat_data import CHATML
from tests.contracts.label_data import LABELS
from tests.contracts.predictor_contract import OPEN_FORMATS
from tests.predictors.one_at_a_time import OneAtATime

INSTRUCTION, SHARES = "List.", (0.2, 0.3, 0.6)
# What is written after each text, and the labels that a person reads out of it.
WRITTEN = {
    "film": ("Cinema; MONEY", ["cinema", "money"]),
    "screen": ("- hardware\n- cinema", ["cinema", "hardware"]),
    "invoice": ("money, boring", ["money"]),
    "light": ("None.", []),
    "cat": ("no idea", None),
}


def asked(tokenizer, text, shown=()):
    turns = [{"role": "system", "content": INSTRUCTION}]
    for one, other in shown:
        turns += [{"role": "user", "content": one}, {"role": "assistant", "content": other}]
    turns.append({"role": "user", "content": text})
    return tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A Llama that is asked in a conversation and writes `WRITTEN`."""
    return answering_folder(
        tmp_path_factory.mktemp("lists"),
        "llama",
        asked=lambda known, text: known(asked(known, text), add_special_tokens=False)["input_ids"],
        end="{}</s>",
        template=CHATML,
        answers=WRITTEN,
    )


def opened(folder, **settings):
    told = {"task": Multilabel(classes=LABELS), "instruction": INSTRUCTION, "words": LABELS}
    backbone = open_causal(describe(str(folder)))
    plain = {"backbone": backbone, **told, "columns": ("text",), "shares": SHARES, "most": 2, "none": "none"}
    return WrittenLabels(**{**plain, **settings})


def rows_of(*texts):
    return Rows.of(pl.DataFrame({"text": texts}), Columns(text=("text",)))


def test_what_is_named_leads_and_what_can_not_be_read_gets_the_shares_alone(base):
    predictor, rows = opened(base), rows_of(*WRITTEN)
    assert predictor.answers(rows) == [answer for answer, _ in WRITTEN.values()]
    found = predictor.predict(rows)
    for told, chosen, (_, labels) in zip(found.probabilities, found.chosen, WRITTEN.values(), strict=True):
        expected = np.array(SHARES)
        if labels is not None:
            named = np.isin(LABELS, labels)
            expected = 0.5 * expected + 0.5 * named
            np.testing.assert_array_equal(chosen, named)
        np.testing.assert_allclose(told, expected, atol=1e-9)


def test_answers_that_can_not_be_read_are_counted(base):
    predictor, rows = opened(base), rows_of(*WRITTEN, "cat")
    before = predictor.prompt_figures(rows)
    assert (before.rows, before.unread, before.cut) == (6, 2, 0)
    predictor.predict(rows)
    assert predictor.prompt_figures(rows) == before
    assert next(iter(before.findings("zero-shot"))).startswith("zero-shot wrote 2 answers of 6 that name no")


def test_lists_stand_before_the_question_as_answers(base):
    shown = LabelDemonstrations(
        rows=(Answered(question=Question(text="screen"), answer="cinema, money"),), count=1
    )
    predictor = opened(base, shown=shown)
    reference = OneAtATime(base)
    prompt = asked(reference.tokenizer, "film", [("screen", "cinema, money")])
    most = 2 * (len("hardware") + 1) - 1 + 16
    assert predictor.answers(rows_of("film")) == [reference.written(prompt, most, stop=2).strip()]
    assert predictor.prompt_figures(rows_of("film")).tokens == len(reference.ids(prompt))


def test_it_answers_the_same_from_disk_in_open_formats_and_no_rows(base, tmp_path):
    shown = LabelDemonstrations(rows=(Answered(question=Question(text="screen"), answer="none"),), count=1)
    predictor, rows = opened(base, shown=shown), rows_of(*WRITTEN)
    config = json.loads(json.dumps(dict(predictor.save(tmp_path))))
    again = WrittenLabels.load(tmp_path, config, predictor.task)
    np.testing.assert_array_equal(again.predict(rows).probabilities, predictor.predict(rows).probabilities)
    assert again.predict(rows.take([])).probabilities.shape == (0, 3)
    assert {each.suffix for each in tmp_path.rglob("*") if each.is_file()} <= OPEN_FORMATS


def test_a_row_is_answered_alike_alone_and_in_any_company(base):
    predictor, rows = opened(base), rows_of(*WRITTEN)
    together = predictor.predict(rows).probabilities
    np.testing.assert_array_equal(predictor.predict(rows.take([4, 3, 2, 1, 0])).probabilities, together[::-1])
    np.testing.assert_array_equal(predictor.predict(rows.take([1])).probabilities[0], together[1])

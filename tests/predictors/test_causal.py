"""A network that answers: alone as in company, from disk as from memory, and never beyond what it reads."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain

import numpy as np
import polars as pl
import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from headstart import registry
from headstart.core.context import Context
from headstart.core.model import Model
from headstart.core.rows import Columns, Rows
from headstart.errors import DataError
from headstart.models.chat_template import ChatTemplate
from headstart.models.demonstrations import Demonstrations
from headstart.models.describe import describe
from headstart.models.open_base import open_causal
from headstart.predictors.causal import Causal
from headstart.tasks.chat import Chat
from tests.answering import ANSWERS, answering_folder
from tests.contracts.chat_data import chat_rows
from tests.contracts.predictor_contract import OPEN_FORMATS
from tests.models.test_tokenise_dialogues import THINKS
from tests.tiny import tiny_causal_folder

TASK = Chat()


@pytest.fixture
def predictor(tiny_llama):
    return Causal(backbone=open_causal(describe(str(tiny_llama))), task=TASK, stops=(2,), longest=12)


def asked(*questions: str) -> Rows:
    return Rows.of(pl.DataFrame({"prompt": questions}), Columns(text=("prompt",)))


def test_a_row_is_answered_alike_alone_and_in_any_company(predictor):
    rows = chat_rows(12)
    together = predictor.predict(rows)
    backwards = predictor.predict(rows.take(np.arange(12)[::-1]))
    assert backwards.texts[::-1] == together.texts
    np.testing.assert_allclose(backwards.likelihoods[::-1], together.likelihoods, atol=1e-4)
    assert predictor.predict(rows.take([3])).texts[0] == together.texts[3]


def test_the_true_answer_is_read_for_its_likelihood_alone(predictor):
    rows = chat_rows(6)
    other = replace(rows, frame=rows.frame.with_columns(pl.lit("something else").alias("completion")))
    first, second = predictor.predict(rows), predictor.predict(other)
    assert first.texts == second.texts
    assert (first.likelihoods[:, 0] != second.likelihoods[:, 0]).all()


def test_it_answers_the_same_from_disk_in_open_formats(predictor, tmp_path):
    config = json.loads(json.dumps(dict(predictor.save(tmp_path))))
    again = Causal.load(tmp_path, config, TASK)
    rows = chat_rows(6)
    assert again.predict(rows).texts == predictor.predict(rows).texts
    np.testing.assert_array_equal(again.predict(rows).likelihoods, predictor.predict(rows).likelihoods)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} <= OPEN_FORMATS


def test_a_base_with_settings_for_sampling_ships_and_writes_alike_through_the_library(tmp_path):
    folder = tiny_causal_folder(tmp_path, max_position_embeddings=256)
    # A temperature without sampling, as some bases have it, is what the library refuses to write again.
    recommended = {"temperature": 0.9, "top_p": 0.6, "repetition_penalty": 5.0, "min_new_tokens": 30}
    (folder / "generation_config.json").write_text(json.dumps(recommended), encoding="utf-8")
    ours = Causal(backbone=open_causal(describe(str(folder))), task=TASK, stops=(2,), longest=12)
    ours.save(tmp_path)
    network = AutoModelForCausalLM.from_pretrained(tmp_path / "network").eval()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "network")
    question = "1 sky?"
    told = tokenizer.apply_chat_template(
        [{"role": "user", "content": question}],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    written = network.generate(**told)[0, told["input_ids"].shape[1] :]
    assert len(written) <= 12
    answer = tokenizer.decode(written, skip_special_tokens=True).strip()
    assert answer == ours.predict(asked(question)).texts[0]


@pytest.mark.parametrize("given", [False, True])
def test_what_a_template_puts_before_every_answer_is_no_part_of_it(tmp_path, given):
    """Whether a network was taught to write it, or goes on from where it is given."""

    def prompt(tokenizer, text):
        turns = [{"role": "user", "content": text}]
        told = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return tokenizer([told, "(hm)" if given else ""], add_special_tokens=False)["input_ids"]

    folder = answering_folder(
        tmp_path,
        "llama",
        asked=lambda tokenizer, text: [*chain(*prompt(tokenizer, text))],
        end="{}</s>" if given else "(hm){}</s>",
        template=THINKS,
    )
    backbone = open_causal(describe(str(folder)))
    begun = ChatTemplate(backbone.tokenizer).begun if given else ()
    predictor = Causal(backbone=backbone, task=TASK, stops=(2,), longest=40, begun=begun)
    answers = tuple(answer for answer, _ in ANSWERS.values())
    assert predictor.predict(asked(*ANSWERS)).texts == answers
    config = json.loads(json.dumps(predictor.save(tmp_path / "saved")))
    assert Causal.load(tmp_path / "saved", config, TASK).predict(asked(*ANSWERS)).texts == answers


def test_a_question_that_leaves_no_room_is_named(predictor):
    with pytest.raises(DataError, match=r"row 2 has .* tokens before its answer, and the model reads 256"):
        predictor.predict(asked("short", "x" * 300))


def test_conversations_are_answered_where_they_end(predictor):
    talk = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    more = [*talk, {"role": "user", "content": "c"}]
    open_ended, whole = (
        asked(json.dumps(more)),
        asked(json.dumps([*more, {"role": "assistant", "content": "d"}])),
    )
    assert predictor.predict(open_ended).texts == predictor.predict(whole).texts
    sharegpt = [
        {"from": "human" if each["role"] == "user" else "gpt", "value": each["content"]} for each in more
    ]
    assert predictor.predict(asked(json.dumps(sharegpt))).texts == predictor.predict(open_ended).texts


def test_what_prompts_show_and_what_had_no_room_is_counted(predictor):
    pool = Demonstrations(dialogues=tuple(TASK.dialogues(chat_rows(8, seed=5))), count=2)
    rows = asked("1 sky?", "x" * 150)
    bare, shown = predictor.prompt_figures(rows), replace(predictor, shown=pool).prompt_figures(rows)
    assert (bare.shown, bare.fewer) == (0.0, 0)
    # The long question leaves no room for both.
    assert (shown.shown, shown.fewer) == (1.5, 1)
    assert shown.tokens > bare.tokens
    assert replace(predictor, shown=pool).fewer(rows) == 1
    # No more can be shown than there are.
    few = replace(pool, dialogues=pool.dialogues[:1])
    assert replace(predictor, shown=few).fewer(rows.take([0])) == 0


def test_a_score_that_reads_no_texts_has_none_written(predictor, tmp_path, monkeypatch):
    def written(*given: object, **settings: object) -> None:
        raise AssertionError("texts were written")

    rows, model = chat_rows(6), Model(task=TASK, predictor=predictor)
    surroundings = {"seed": 0, "device": "cpu", "precision": "float32", "workdir": tmp_path}
    by = {
        name: Context(metric=registry.build("metrics", name, {}), **surroundings)
        for name in ("answer_loss", "chrf")
    }
    known = by["answer_loss"].metric
    whole = known.value(known.stats(TASK.gold(rows), model.predict(rows)))
    monkeypatch.setattr("headstart.predictors.causal.generate", written)
    assert by["answer_loss"].score(model, rows) == pytest.approx(whole)
    with pytest.raises(AssertionError, match="texts were written"):
        by["chrf"].score(model, rows)

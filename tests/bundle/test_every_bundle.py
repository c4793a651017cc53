"""Bundles of every task and way to train: a fresh process answers alike, other libraries open the weights."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import peft
import pytest
import torch
import transformers

from headstart import registry
from headstart.bundle.check import compare
from headstart.bundle.save import save_model
from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.flow.adapting.handover import read_predictions, write_rows
from headstart.models.describe import describe
from tests.contracts.chat_data import ChatContract
from tests.contracts.label_data import LabelContract
from tests.contracts.number_contract import NumberContract
from tests.contracts.pair_contract import RankingContract, SimilarityContract
from tests.contracts.preference_data import PreferenceContract
from tests.contracts.small_data import small_rows
from tests.contracts.span_data import SpanContract
from tests.contracts.strategy_contract import StrategyContract
from tests.contracts.table_data import TableContract
from tests.contracts.tag_data import TagContract
from tests.contracts.text_data import TextContract

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.rows import Rows

QUICK = {"epochs": 1, "batch_size": 8, "learning_rate": 1e-2}
AHEAD = {**QUICK, "virtual_tokens": 4}
SETTINGS: dict[str, dict[str, Any]] = {
    "full": QUICK,
    "gradual": {"epochs": 2},
    "lora": {**QUICK, "rank": 2},
    "partial": QUICK,
    "prefix_tuning": AHEAD,
    "prompt_tuning": AHEAD,
    "late_fusion": {"rounds": 10},
    "in_context": {"demonstrations": 1, "instruction": "Well?"},
}
# Adapters that stand beside the base of a bundle; others go with the base as published.
BESIDE = ("PROMPT_TUNING", "PREFIX_TUNING")
TOKENS = torch.arange(5, 14)[None]
FRESH = """
import sys
from pathlib import Path
from headstart.bundle.load import load_model
from headstart.flow.adapting.handover import read_rows, write_predictions
for folder in Path(sys.argv[1]).iterdir():
    model = load_model(folder / "bundle")
    write_predictions(model.predict(read_rows(folder / "rows.parquet")), folder / "told.npz")
"""


class OrdinalContract(StrategyContract):
    """Grades from one to three."""

    metric = "quadratic_kappa"

    def make_rows(self, rows: int, *, seed: int) -> Rows:
        found = small_rows(rows, seed=seed)
        grades = {"cinema": "1", "hardware": "2", "money": "3"}
        column = found.frame["label"].replace_strict(grades)
        return replace(found, frame=found.frame.with_columns(column))

    def make_task(self, rows: Rows) -> Any:
        return registry.load("tasks", "ordinal").infer(rows)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A task, a way to train it and the kind of base that does."""

    contract: type[StrategyContract]
    strategy: str
    base: str
    decision: Decision = field(default_factory=Decision)

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"{self.contract.__name__}-{self.strategy}"

    def fitted(self, folder: Path, work: Path) -> tuple[Model, Rows]:
        """A model fitted on few rows, and rows that it has not seen."""
        its = self.contract()
        its.name = self.strategy
        split = its.split_of(its.make_rows(40, seed=1), its.make_rows(8, seed=2).take([]))
        start = Model(task=split.task, predictor=None, base=describe(str(folder)))
        params = SETTINGS[self.strategy]
        last = its.adapted(start, split, its.context_in(work), **params)[-1]
        return replace(last.model, decision=self.decision), its.make_rows(9, seed=3)


def cases(base: str, contract: type[StrategyContract], *strategies: str, **more: Any) -> list[Case]:
    """One case for each strategy."""
    return [Case(contract=contract, strategy=each, base=base, **more) for each in strategies]


TRAINED = ("full", "lora", "partial", "prefix_tuning", "prompt_tuning")
GROUPS = {
    "classes": [
        *cases("tiny_bert", StrategyContract, *TRAINED, "gradual", decision=Decision(temperature=1.7)),
        *cases("tiny_bert", OrdinalContract, "lora"),
        *cases("tiny_bert", LabelContract, "prefix_tuning", decision=Decision(thresholds=(0.2, 0.9, 0.5))),
        *cases("tiny_bert", TableContract, "late_fusion"),
    ],
    "numbers, tags and stretches": [
        *cases("tiny_bert", NumberContract, "full", "prompt_tuning"),
        *cases("tiny_bert", TagContract, "lora", "prefix_tuning"),
        *cases("tiny_bert", SpanContract, "full", "prompt_tuning", decision=Decision(no_answer_above=0.4)),
    ],
    "texts apart": [
        *cases("tiny_bert", SimilarityContract, "full", "lora", "prompt_tuning"),
        *cases("tiny_bert", RankingContract, "full", "lora", "prefix_tuning"),
    ],
    "texts written": cases("tiny_t5", TextContract, "full", "lora", "prefix_tuning", "prompt_tuning"),
    "answers": [
        *cases("tiny_llama", ChatContract, *TRAINED),
        *cases("tiny_llama", PreferenceContract, "full", "lora", "prefix_tuning", "prompt_tuning"),
        *cases("tiny_llama", StrategyContract, "in_context", "lora"),
        *cases("tiny_llama", LabelContract, "in_context", decision=Decision(thresholds=(0.2, 0.9, 0.5))),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_a_fresh_process_answers_alike_and_other_libraries_open_the_weights(
    group: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bundles = tmp_path / "bundles"
    told = {}
    for case in GROUPS[group]:
        model, rows = case.fitted(request.getfixturevalue(case.base), tmp_path / case.name)
        folder = bundles / case.name
        save_model(model, folder / "bundle", columns=rows.columns.text, features=rows.columns.features)
        write_rows(rows, folder / "rows.parquet")
        told[case.name] = model.predict(rows)
        opens_alone(model, folder / "bundle" / "predictor", case.name)
    subprocess.run([sys.executable, "-P", "-c", FRESH, str(bundles)], check=True, timeout=250)
    for name, ours in told.items():
        theirs = read_predictions(bundles / name / "told.npz", ours.classes)
        difference, flipped = compare(ours, replace(theirs, passages=ours.passages))
        assert flipped == 0, name
        assert difference < 1e-4, name
        assert ours.arrays.keys() == theirs.arrays.keys()
        for field_name, values in ours.arrays.items():
            np.testing.assert_allclose(theirs.arrays[field_name], values, atol=1e-3, err_msg=name)


def opens_alone(model: Model, folder: Path, name: str) -> None:
    """`transformers`, and `peft` where there is an adapter, make of a bundle what it makes of itself."""
    predictor: Any = model.predictor
    backbone = predictor.backbone.eval()
    place = next(folder / each for each in ("network", "backbone") if (folder / each).is_dir())
    opener = transformers.AutoModel
    if backbone.writes or backbone.goes_on:
        opener = transformers.AutoModelForSeq2SeqLM if backbone.writes else transformers.AutoModelForCausalLM
    network, found = opener.from_pretrained(place, output_loading_info=True)
    assert not any(found.values()), (name, found)
    assert transformers.AutoTokenizer.from_pretrained(place)("the cat").input_ids
    opened, beside = network.eval(), folder / "adapter"
    own = outputs(backbone.speaker if hasattr(backbone, "count") else backbone.network, backbone)
    if not beside.is_dir():
        torch.testing.assert_close(outputs(opened, backbone), own, atol=1e-4, rtol=1e-4)
        return
    kind = peft.PeftConfig.from_pretrained(beside).peft_type.value
    if kind not in BESIDE:
        torch.testing.assert_close(outputs(opened, backbone), own, atol=1e-4, rtol=1e-4)
        assert model.base is not None
        opened = opener.from_pretrained(model.base.folder).eval()
    adapted = peft.PeftModel.from_pretrained(opened, beside).eval()
    torch.testing.assert_close(outputs(adapted, backbone), own, atol=1e-4, rtol=1e-4)


def outputs(network: Any, backbone: Any) -> torch.Tensor:
    """What a network makes of a few tokens: their states, or what it says of words."""
    told: dict[str, Any] = {"input_ids": TOKENS, "attention_mask": torch.ones_like(TOKENS)}
    if backbone.writes:
        told["decoder_input_ids"] = TOKENS[:, :4]
    with torch.no_grad():
        found = network(**told)
    return found.logits if backbone.writes or backbone.goes_on else found.last_hidden_state

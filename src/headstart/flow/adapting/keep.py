"""A fitted model on its way to disk: its decision, what it measures on dev, and its files."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from headstart import registry
from headstart.bundle.save import save_model
from headstart.core.decision import Decision
from headstart.core.prompt_figures import PromptFigures
from headstart.evaluation.decide import Wish, decide
from headstart.flow.adapting.handover import write_predictions
from headstart.flow.adapting.reading_key import reading_key
from headstart.flow.adapting.running_key import running_key
from headstart.flow.adapting.timed import bytes_of, timed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.metric import Metric
    from headstart.core.model import Model
    from headstart.core.rows import Rows


def keep(
    model: Model,
    folder: Path,
    *,
    dev: Rows,
    train: Rows,
    metric: Metric,
    wish: Mapping[str, Any] | None,
    decision: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Leaves `model/` and, where there are dev rows, two files; gives what `outcome.json` says of them.

    `raw.npz` holds what the predictor says of those rows, `dev.npz` the same after the decision.

    Args:
        model: what was fitted.
        folder: where it is kept.
        dev: rows that it was not fitted on, or none.
        train: rows that it was, to measure its speed with where there are few of the others.
        metric: what they measure.
        wish: how labels should be given, where there are dev rows to find it on; None for a model that has
            its rule already.
        decision: how they are, where there are none; the model's own without it.
    """
    assert model.predictor is not None
    score, row_ms, prompts = None, None, None
    chosen = Decision(**registry.frozen_values(decision)) if decision else model.decision
    if len(dev):
        raw, row_ms = timed(model.predictor.predict, dev, beside=train)
        prompts = PromptFigures.of(model.predictor, dev)
        gold = model.task.gold(dev)
        if wish is not None:
            chosen = decide(raw, gold, Wish(**registry.frozen_values(wish)), metric=metric)
        decided = chosen.apply(raw)
        score = metric.value(metric.stats(gold, decided))
        write_predictions(decided, folder / "dev.npz")
        write_predictions(raw, folder / "raw.npz")
    roles = dev.columns
    save_model(replace(model, decision=chosen), folder / "model", columns=roles.text, features=roles.features)
    footprint = {
        "bytes": bytes_of(folder / "model"),
        "row_ms": row_ms,
        "prompts": asdict(prompts) if prompts else None,
    }
    told = {"dev_score": score, "decision": asdict(chosen), "footprint": footprint}
    return {**told, "reads": reading_key(folder / "model"), "runs": running_key(folder / "model")}


def write_last(values: Mapping[str, Any], path: Path) -> None:
    """Values as JSON in a file that is there whole or not at all, so that its presence means an end."""
    scratch = path.with_suffix(".tmp")
    scratch.write_text(json.dumps(values))
    os.replace(scratch, path)

"""A real training of a few hundredths of a second: a head with one hidden layer on vectors of a frozen base.

Its hyper-parameters are those of any fine-tuning, and it can be stopped and gone on with, so that every
search can be measured on it, population-based training too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.metrics import f1_score
from sklearn.preprocessing import LabelEncoder
from torch import nn

from benchmarks.subsets import draw_inside
from headstart.core.knob import Knob

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from headstart.core.search import Proposal, Tried

ROWS, DEV_ROWS, HELD_ROWS = 300, 300, 600
EPOCHS, SEED = 8, 0
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}
SPACE = (
    Knob(name="rate", default=1e-3, help="peak rate of Adam", low=1e-4, high=1e-1, log=True, live=True),
    Knob(name="weight_decay", default=1e-2, help="decoupled decay", low=1e-4, high=1.0, log=True, live=True),
    Knob(name="dropout", default=0.1, help="share dropped", low=0.0, high=0.7, live=True),
    Knob(name="label_smoothing", default=0.0, help="share spread", low=0.0, high=0.4, live=True),
    Knob(name="hidden", default=32, help="hidden units", low=4, high=128, log=True),
    Knob(name="batch_size", default=32, help="rows in a step", low=16, high=128, log=True, live=True),
    Knob(name="activation", default="relu", help="of hidden units", choices=tuple(ACTIVATIONS)),
)
DEFAULTS = {each.name: each.default for each in SPACE}


@dataclass(frozen=True, kw_only=True)
class Vectors:
    """Pooled vectors and classes of the rows of one set, all of them training rows of the set.

    Args:
        train: vectors and classes to fit on.
        dev: those that scores are measured on.
        held: those that nothing is chosen by.
        sha256: hash of the rows.
    """

    train: tuple[torch.Tensor, torch.Tensor]
    dev: tuple[torch.Tensor, torch.Tensor]
    held: tuple[torch.Tensor, torch.Tensor]
    sha256: str

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.train[1].max()) + 1


@dataclass(kw_only=True)
class Trained:
    """A head as far as it has been trained."""

    head: nn.Module
    optimiser: dict[str, Any]
    epochs: int


@dataclass(kw_only=True)
class HeadObjective:
    """Trains what a search proposes and keeps where each trial ended.

    Args:
        vectors: the rows.
        ends: the trained heads, one for each trial.
    """

    vectors: Vectors
    ends: list[Trained] = field(default_factory=list)

    def run(self, proposal: Proposal, history: Sequence[Tried]) -> float:
        """The macro-F1 on dev of a trial, the one after those of the history."""
        start = None if proposal.parent is None else self.ends[proposal.parent]
        until = round(EPOCHS * proposal.fidelity)
        self.ends.append(_train(self.vectors, {**DEFAULTS, **proposal.params}, start=start, until=until))
        return self.score(len(history), self.vectors.dev)

    def score(self, trial: int, rows: tuple[torch.Tensor, torch.Tensor]) -> float:
        """The macro-F1 of a trial's head on rows."""
        with torch.inference_mode():
            labels = self.ends[trial].head.eval()(rows[0]).argmax(dim=1)
        return float(f1_score(rows[1].numpy(), labels.numpy(), average="macro", zero_division=0.0))


def vectors_of(data: Path, name: str) -> Vectors:
    """Reads the rows of a set with the embedded base, each text once."""
    from headstart.models.describe import describe
    from headstart.models.features import pooled_features
    from headstart.models.open_base import open_backbone

    subset = draw_inside(data, name, rows=ROWS, held=DEV_ROWS + HELD_ROWS)
    held, dev = subset.test.halves(DEV_ROWS / (DEV_ROWS + HELD_ROWS))
    backbone = open_backbone(describe("embedded"))
    names = LabelEncoder().fit(subset.train.labels)
    parts = []
    for part in (subset.train, dev, held):
        rows = part.rows()
        from headstart import registry

        task = registry.load("tasks", "classification").infer(rows)
        examples = task.encode(rows, backbone.tokenizer, backbone.info.max_length)
        found = pooled_features(backbone, examples, how="mean", precision="bfloat16", cache=None)
        classes = names.transform(part.labels)
        parts.append((torch.from_numpy(found).float(), torch.from_numpy(np.asarray(classes)).long()))
    return Vectors(train=parts[0], dev=parts[1], held=parts[2], sha256=subset.sha256)


def _train(vectors: Vectors, params: Mapping[str, Any], *, start: Trained | None, until: int) -> Trained:
    """Goes on from `start`, or from random weights, with Adam and a rate that falls over all epochs."""
    torch.manual_seed(SEED)
    features, classes = vectors.train
    head = _head(features.shape[1], vectors.classes, params)
    if start is not None:
        head.load_state_dict(start.head.state_dict())
    rate, decay = params["rate"], params["weight_decay"]
    optimiser = torch.optim.AdamW(head.parameters(), lr=rate, weight_decay=decay)
    if start is not None:
        optimiser.load_state_dict(start.optimiser)
        optimiser.param_groups[0]["weight_decay"] = decay
    loss = nn.CrossEntropyLoss(label_smoothing=params["label_smoothing"])
    first = 0 if start is None else start.epochs
    steps = -(-len(features) // params["batch_size"])
    head.train()
    for epoch in range(first, until):
        order = torch.randperm(len(features), generator=torch.Generator().manual_seed(epoch))
        for place, batch in enumerate(order.split(params["batch_size"])):
            optimiser.param_groups[0]["lr"] = rate * (1.0 - (epoch + place / steps) / EPOCHS)
            optimiser.zero_grad()
            loss(head(features[batch]), classes[batch]).backward()
            optimiser.step()
    return Trained(head=head, optimiser=optimiser.state_dict(), epochs=until)


def _head(width: int, classes: int, params: Mapping[str, Any]) -> nn.Module:
    return nn.Sequential(
        nn.Linear(width, params["hidden"]),
        ACTIVATIONS[params["activation"]](),
        nn.Dropout(params["dropout"]),
        nn.Linear(params["hidden"], classes),
    )

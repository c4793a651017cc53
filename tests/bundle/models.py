"""Fitted models, small and real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import torch

from headstart.core.decision import Decision
from headstart.core.model import Model
from headstart.core.plan import Step
from headstart.core.rows import Columns, Rows
from headstart.models.describe import describe
from headstart.models.ngrams import NgramOptions, Ngrams
from headstart.models.open_base import open_backbone
from headstart.predictors.linear_text import LinearText
from headstart.predictors.network import Network
from headstart.tasks.classification import Classification

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "the parcel never came",
    "refund my money please",
    "app crashes on start",
    "",
    "où est mon colis ?",
    "charged twice, want the money back",
]


def rows(texts: list[str] = TEXTS) -> Rows:
    """Rows of one text column."""
    return Rows.of(pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}), Columns(text=("text",)))


def linear_model(classes: tuple[str, ...] = ("billing", "bug", "shipping"), *, seed: int = 0) -> Model:
    """A linear model on n-grams with weights drawn at random."""
    ngrams = Ngrams.fit(TEXTS, NgramOptions(characters=(2, 3), lexicon={"money": 1.0}))
    rng = np.random.default_rng(seed)
    return Model(
        task=Classification(classes=classes, describe={classes[0]: "about money"}),
        predictor=LinearText(
            classes=classes,
            ngrams=ngrams,
            weight=rng.normal(size=(len(classes), ngrams.width)).astype(np.float32),
            bias=rng.normal(size=len(classes)).astype(np.float32),
        ),
        lineage=(Step(use="tfidf", params={"strength": 0.3}),),
        decision=Decision(temperature=1.7, positive=1, threshold=0.6, abstain_below=0.2),
    )


def network_model(base: Path) -> Model:
    """A tiny network with a head drawn at random."""
    info = describe(str(base))
    task = Classification(classes=("no", "yes"))
    head = task.head(info)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(0))
    network = Network(backbone=open_backbone(info), head=head, task=task, max_length=32)
    return Model(task=task, predictor=network, base=info, lineage=(Step(use="full", params={"epochs": 2}),))

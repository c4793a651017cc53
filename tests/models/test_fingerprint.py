"""The name of the weights changes with them and with nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from headstart.models.fingerprint import fingerprint
from headstart.models.open_base import open_backbone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.models.backbone import Backbone


def test_the_same_weights_have_the_same_name_wherever_they_lie(
    backbone_of: Callable[..., Backbone], tmp_path: Path
) -> None:
    backbone = backbone_of("bert")
    backbone.save(tmp_path)
    assert fingerprint(type(backbone).load(tmp_path)) == fingerprint(backbone)
    assert fingerprint(open_backbone(backbone.info)) == fingerprint(backbone)


@pytest.mark.parametrize(
    ("part", "changed"), [("embeddings", [0, 1, 3]), ("block 0", [1, 3]), ("block 2", [3])]
)
def test_a_change_counts_from_its_cut_on(
    backbone_of: Callable[..., Backbone], part: str, changed: list[int]
) -> None:
    backbone = backbone_of("deberta-v2")
    before = {cut: fingerprint(backbone, until=cut) for cut in (0, 1, 3)}
    kind, _, index = part.partition(" ")
    weights = backbone.block_parameters(int(index)) if index else backbone.embedding_parameters()
    assert kind in ("block", "embeddings")
    with torch.no_grad():
        weights[-1].view(-1)[0] += 1e-6
    assert [cut for cut in before if fingerprint(backbone, until=cut) != before[cut]] == changed


def test_the_last_norm_counts_at_the_end_alone(backbone_of: Callable[..., Backbone]) -> None:
    backbone = backbone_of("gpt2")
    before = fingerprint(backbone, until=2), fingerprint(backbone)
    backbone.final_parameters()[0].data[0] += 0.5
    assert fingerprint(backbone, until=2) == before[0]
    assert fingerprint(backbone) != before[1]


def test_a_setting_that_is_computed_with_counts(backbone_of: Callable[..., Backbone]) -> None:
    backbone = backbone_of("bert")
    before = fingerprint(backbone)
    backbone.network.config.hidden_act = "relu"
    assert fingerprint(backbone) != before

"""Kept states, finished, are those of a truncated network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from headstart.models.features import pooled_views
from headstart.models.finished_states import FinishedStates
from headstart.models.states import token_states
from headstart.models.tokenise import tokenise
from headstart.models.view import POOLINGS, View
from tests.tiny import FAMILIES, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from headstart.models.backbone import Backbone


@pytest.mark.parametrize("family", FAMILIES)
def test_their_vectors_are_those_of_one_pass(backbone_of: Callable[..., Backbone], family: str) -> None:
    backbone = backbone_of(family)
    examples = tokenise([[*SENTENCES, "moon"]], backbone.tokenizer, 40)
    cuts = [1, backbone.depth]
    kept = token_states(backbone, examples, cuts=cuts, precision="float32", cache=None)
    views = [View(cut=cut, pooling=how) for cut in cuts for how in POOLINGS]
    expected = pooled_views(backbone, examples, views, precision="float32", cache=None)
    for view in views:
        found = FinishedStates(states=kept[view.cut], backbone=backbone).pooled(view.pooling)
        np.testing.assert_allclose(found, expected[view], atol=1e-4)

"""Which layers and poolings are tried on bases of any depth."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from headstart.errors import SettingError
from headstart.train.tried_views import MOST_CUTS, cut_of, mixed_cuts, tried_cuts, tried_poolings
from tests.tiny import tiny_backbone


@pytest.mark.parametrize(("layer", "cut"), [(None, 3), (-1, 3), (3, 3), (-2, 2), (1, 1), (0, 0), (-4, 0)])
def test_layers_count_from_both_ends(tmp_path, layer, cut):
    assert cut_of(tiny_backbone(tmp_path), layer) == cut


@pytest.mark.parametrize(("family", "layer"), [("bert", 4), ("bert", -5), ("t5", 0)])
def test_layers_that_are_not_there_are_refused(tmp_path, family, layer):
    with pytest.raises(SettingError, match=f"layer: got {layer} and .* has the layers . to 3"):
        cut_of(tiny_backbone(tmp_path, family), layer)


@pytest.mark.parametrize("top", [1, 3, 6, 12, 24, 48])
def test_a_deep_base_is_sampled_evenly_from_the_top(tmp_path, top):
    cuts = tried_cuts(tiny_backbone(tmp_path), top)
    assert cuts[0] == top
    assert len(cuts) <= MOST_CUTS
    assert len({above - below for above, below in itertools.pairwise(cuts)}) <= 1
    assert cuts[-1] < max(1, top / 4)


@pytest.mark.parametrize(
    ("cuts", "expected"), [([3], [3]), ([3, 2], [3, 2]), ([6, 5, 4, 3, 2, 1, 0], [6, 4, 2, 0])]
)
def test_every_second_layer_is_mixed_and_at_least_two(cuts, expected):
    assert mixed_cuts(cuts) == expected


def test_the_first_token_of_a_decoder_is_no_summary(tmp_path):
    encoder = tiny_backbone(tmp_path)
    decoder = tiny_backbone(tmp_path, "llama")
    assert tried_poolings(encoder) == ["mean", "cls", "last"]
    assert tried_poolings(decoder) == ["mean", "last"]
    assert replace(decoder.info, kind="decoder") == decoder.info

"""States of trainings on disk."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from headstart.train.saved_state import read_state, write_state


def test_a_state_comes_back_as_it_was(tmp_path):
    weights = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    state = {
        "epoch": 2,
        "weights": [weights, weights.t(), weights[0]],
        "optimiser": {
            "state": {0: {"step": torch.tensor(7.0)}},
            "groups": [{"betas": (0.9, 0.98), "on": True}],
        },
        "half": torch.ones(2, dtype=torch.bfloat16),
        "losses": np.arange(3.0),
        "count": np.float64(1.5),
        "none": None,
        "nan": math.nan,
        "words": "a",
        "empty": [{}, (), []],
    }
    write_state(state, tmp_path / "state.safetensors")
    found = read_state(tmp_path / "state.safetensors")
    assert [each.name for each in tmp_path.iterdir()] == ["state.safetensors"]
    assert found.keys() == state.keys()
    for mine, theirs in zip(state["weights"], found["weights"], strict=True):
        assert torch.equal(mine, theirs)
    assert torch.equal(found["optimiser"]["state"][0]["step"], torch.tensor(7.0))
    assert found["optimiser"]["groups"] == state["optimiser"]["groups"]
    assert found["half"].dtype == torch.bfloat16
    assert isinstance(found["losses"], np.ndarray)
    np.testing.assert_array_equal(found["losses"], state["losses"])
    assert (found["count"], found["none"], found["words"]) == (1.5, None, "a")
    assert math.isnan(found["nan"])
    assert found["empty"] == state["empty"]


def test_what_no_state_may_hold_is_refused_by_name(tmp_path):
    with pytest.raises(TypeError, match="got object"):
        write_state({"thing": object()}, tmp_path / "state.safetensors")
    assert list(tmp_path.iterdir()) == []

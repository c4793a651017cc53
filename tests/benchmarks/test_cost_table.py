"""The errors of predicted costs, computed by hand."""

from __future__ import annotations

import pytest

from benchmarks.cost_table import errors_of, table


def trial(name: str, predicted: float, actual: float, modelled: float | None = None) -> dict:
    def cost(value: float) -> dict[str, float]:
        return {"seconds": value, "peak_bytes": value * 1e9}

    return {
        "name": name,
        "predicted": cost(predicted),
        "modelled": None if modelled is None else cost(modelled),
        "actual": cost(actual),
    }


TRIALS = [trial("probe", 1.1, 1.0, 2.0), trial("probe", 1.0, 2.0, 3.0), trial("full", 3.0, 4.0)]


def test_errors_are_shares_of_what_was_measured():
    found = errors_of(TRIALS)
    assert found["trials"] == 3
    assert found["seconds"] == {"median": 0.25, "median_of_model_alone": 0.5, "median_ratio": 0.75}


def test_the_table_knows_goals_strategies_and_surprises():
    found = table(TRIALS, memory_bytes=3.5e9)
    assert found["all"]["holds"] == {"seconds": False, "peak_bytes": False}
    assert found["by_strategy"]["probe"]["seconds"]["median"] == pytest.approx(0.3)
    assert found["memory"]["predicted_over_actual"] == {
        "0.0": 0.5,
        "0.1": 0.5,
        "0.25": 0.5,
        "0.5": 0.75,
        "0.75": 1.1,
        "0.9": 1.1,
        "1.0": 1.1,
    }
    assert found["memory"]["surprises"] == ["full"]

"""What is written as JSON is JSON to every reader."""

from __future__ import annotations

import json
from datetime import date

import pytest

from headstart.core.strict_json import strict_json


def test_what_is_no_number_becomes_null_at_any_depth() -> None:
    value = {"a": float("nan"), "b": [1.5, -float("inf"), {"c": (float("inf"), "NaN")}], "d": True}
    assert json.loads(strict_json(value), parse_constant=pytest.fail) == {
        "a": None,
        "b": [1.5, None, {"c": [None, "NaN"]}],
        "d": True,
    }


def test_other_values_are_text_and_letters_stay_letters() -> None:
    assert strict_json({"when": date(2024, 5, 1), "é": 1}) == '{"when": "2024-05-01", "é": 1}'

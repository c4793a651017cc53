"""What trees go by."""

from __future__ import annotations

from headstart.core.importance import Importance


def test_it_is_read_from_a_predictor_that_tells_it():
    found = Importance.read({"importance": {"text": 0.25, "columns": {"b": 0.25, "a": 0.25, "c": 0.5}}})
    assert found is not None
    assert found.text == 0.25
    assert found.ranked == (("c", 0.5), ("a", 0.25), ("b", 0.25))


def test_other_predictors_have_none():
    assert Importance.read({"max_length": 128}) is None

"""Families are listed without loading them, and an unknown one is answered with those that work."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import CONFIG_MAPPING

from headstart.errors import BaseError
from headstart.models.families import FAMILIES, family_of, known_family
from headstart.models.families.family import Family
from tests import tiny


def test_every_family_has_an_adapter_and_a_test() -> None:
    assert set(tiny.FAMILIES) == set(FAMILIES)
    for name, listed in FAMILIES.items():
        assert isinstance(family_of(name), Family)
        assert name in CONFIG_MAPPING
        assert listed.kind in ("encoder", "decoder", "encoder-decoder")


@pytest.mark.parametrize(
    ("model_type", "message"),
    [("bertt", "nearest is bert"), ("whisper", "these work: bart, bert"), (None, "no model_type")],
)
def test_an_unknown_family_is_answered(model_type: object, message: str) -> None:
    with pytest.raises(BaseError, match=message):
        known_family(model_type, Path("base"))

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from headstart.bundle.load import load_model
from headstart.bundle.publish import publish
from headstart.bundle.save import save_model
from headstart.errors import BundleError, RunError
from tests.bundle.models import linear_model, rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_model(linear_model(), tmp_path / "model", columns=("text",))
    return tmp_path / "model"


def test_a_published_model_answers_as_before_and_has_its_card(model: Path, tmp_path: Path):
    bundle = publish(model, tmp_path / "out" / "bundle", card="# Kärtchen\n", extra={"NOTICE": "thanks"})
    assert (bundle / "README.md").read_text(encoding="utf-8") == "# Kärtchen\n"
    assert (bundle / "NOTICE").read_text() == "thanks"
    assert load_model(bundle).predict(rows()).names == linear_model().predict(rows()).names
    assert load_model(model).predict(rows()).names == linear_model().predict(rows()).names


def test_a_card_may_name_what_is_no_text(model: Path, tmp_path: Path):
    bundle = publish(model, tmp_path / "bundle", card="# k\udcf6ln\n")
    assert (bundle / "README.md").read_text(encoding="utf-8") == "# k?ln\n"


def test_the_card_is_hashed_too(model: Path, tmp_path: Path):
    bundle = publish(model, tmp_path / "bundle", card="accuracy 0.71")
    (bundle / "README.md").write_text("accuracy 0.99")
    with pytest.raises(BundleError, match=r"README\.md"):
        load_model(bundle)


def test_publishing_again_replaces_the_bundle_and_nothing_else(model: Path, tmp_path: Path):
    publish(model, tmp_path / "bundle", card="one", extra={"old.txt": ""})
    publish(model, tmp_path / "bundle", card="two")
    assert (tmp_path / "bundle" / "README.md").read_text() == "two"
    assert not (tmp_path / "bundle" / "old.txt").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("a")
    with pytest.raises(RunError, match="not a bundle"):
        publish(model, tmp_path / "mine", card="")
    assert (tmp_path / "mine" / "a.txt").read_text() == "a"


def test_a_model_that_changed_since_it_was_measured_is_not_published(model: Path, tmp_path: Path):
    weights = model / "predictor" / "linear.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(BundleError, match=r"linear\.safetensors"):
        publish(model, tmp_path / "bundle", card="")
    assert not (tmp_path / "bundle").exists()

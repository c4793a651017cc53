from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from headstart.bundle.load import load_model
from headstart.bundle.save import save_model
from headstart.core.decision import Decision
from headstart.errors import BundleError
from tests.bundle.models import linear_model, network_model, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    save_model(linear_model(), tmp_path / "bundle", columns=("text",))
    return tmp_path / "bundle"


def rewrite(bundle: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes bundle.json and seals it again, as somebody with intent would."""
    content = json.loads((bundle / "bundle.json").read_text())
    del content["sha256"]
    change(content)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    content["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (bundle / "bundle.json").write_text(json.dumps(content))


def test_what_is_loaded_is_what_was_saved(bundle: Path):
    before, after = linear_model(), load_model(bundle)
    assert after.task == before.task
    assert after.decision == before.decision
    assert after.lineage == before.lineage
    np.testing.assert_array_equal(after.predict(rows()).probabilities, before.predict(rows()).probabilities)
    np.testing.assert_array_equal(after.predict(rows()).labels, before.predict(rows()).labels)


def test_a_network_comes_back_with_its_base_and_tokenizer(tmp_path: Path, tiny_bert: Path):
    before = network_model(tiny_bert)
    save_model(before, tmp_path / "bundle")
    after = load_model(tmp_path / "bundle")
    assert after.base is not None
    assert before.base is not None
    assert (after.base.revision, after.base.shape) == (before.base.revision, before.base.shape)
    assert after.base.folder.is_relative_to(tmp_path / "bundle")
    np.testing.assert_allclose(
        after.predict(rows()).probabilities, before.predict(rows()).probabilities, rtol=0, atol=1e-6
    )


def test_no_path_of_this_computer_travels_in_a_bundle(tmp_path: Path, tiny_bert: Path):
    model = network_model(tiny_bert)
    save_model(model, tmp_path / "bundle")
    told = json.loads((tmp_path / "bundle" / "bundle.json").read_text())
    assert "folder" not in told["base"]


def test_a_cost_matrix_comes_back_as_it_was(tmp_path: Path):
    from dataclasses import replace

    decision = Decision(costs=((0.0, 1.0, 5.0), (1.0, 0.0, 5.0), (2.0, 2.0, 0.0)))
    save_model(replace(linear_model(), decision=decision), tmp_path / "bundle")
    assert load_model(tmp_path / "bundle").decision == decision


def test_every_changed_file_is_named(bundle: Path):
    for path in sorted(each for each in (bundle / "predictor").rglob("*") if each.is_file()):
        kept = path.read_bytes()
        flipped = bytearray(kept)
        flipped[len(flipped) // 2] ^= 1
        path.write_bytes(flipped)
        with pytest.raises(BundleError, match=path.name):
            load_model(bundle)
        path.write_bytes(kept[:-1])
        with pytest.raises(BundleError, match=f"{path.name} has"):
            load_model(bundle, verify=False)
        path.unlink()
        with pytest.raises(BundleError, match=f"{path.name} is missing"):
            load_model(bundle)
        path.write_bytes(kept)
    assert len(load_model(bundle).predict(rows())) == len(rows())


def test_a_changed_manifest_is_told(bundle: Path):
    manifest = bundle / "bundle.json"
    manifest.write_text(manifest.read_text().replace('"threshold": 0.6', '"threshold": 0.1'))
    with pytest.raises(BundleError, match=r"bundle\.json was changed"):
        load_model(bundle)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "null", "[" * 100_000, "\udce9"])
def test_a_manifest_that_is_none_is_told(bundle: Path, text: str):
    (bundle / "bundle.json").write_text(text, errors="surrogateescape")
    with pytest.raises(BundleError, match=r"bundle\.json"):
        load_model(bundle)


def test_a_newer_format_asks_for_a_newer_headstart(bundle: Path):
    rewrite(bundle, lambda content: content.update(format=99))
    with pytest.raises(BundleError, match=r"format 99.*pip install"):
        load_model(bundle)


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "predictor/../../outside", "C:\\x", "a\\..\\b", ""]
)
def test_a_path_out_of_the_bundle_is_refused(bundle: Path, name: str):
    (bundle.parent / "outside").write_text("x")
    entry = {"sha256": hashlib.sha256(b"x").hexdigest(), "bytes": 1}
    rewrite(bundle, lambda content: content["files"].update({name: entry}))
    with pytest.raises(BundleError, match="outside the bundle"):
        load_model(bundle)


def test_an_unknown_plug_in_is_named(bundle: Path):
    rewrite(bundle, lambda content: content["predictor"].update(use="os"))
    with pytest.raises(BundleError, match="no predictor 'os'"):
        load_model(bundle)


@pytest.mark.parametrize(
    "change",
    [
        {"decision": None},
        {"decision": {"temperature": 1.0, "from_the_future": 1}},
        {"task": {"use": 5, "params": {}}},
        {"task": {"use": "classification", "params": None}},
        {"predictor": {"use": "linear_text", "config": None}},
        {"predictor": {"use": "constant", "config": {"classes": 1}}},
        {"lineage": [3]},
        {"base": {"name": "x"}},
    ],
)
def test_what_does_not_fit_this_version_is_told(bundle: Path, change: dict[str, Any]):
    rewrite(bundle, lambda content: content.update(change))
    with pytest.raises(BundleError, match=r"bundle\.json"):
        load_model(bundle)


def test_a_file_that_could_change_the_model_is_refused(bundle: Path):
    (bundle / "predictor" / "added_tokens.json").write_text("{}")
    with pytest.raises(BundleError, match=r"added_tokens\.json is not part"):
        load_model(bundle)


def test_other_strangers_are_ignored_and_named(bundle: Path):
    (bundle / "notes.txt").write_text("mine")
    (bundle / "predictor" / ".DS_Store").write_bytes(b"\0")
    with pytest.warns(UserWarning, match=r"notes\.txt"):
        assert len(load_model(bundle).predict(rows())) == len(rows())


def test_pickles_are_never_opened(bundle: Path, tmp_path: Path):
    trap = tmp_path / "sprung"
    (bundle / "model.pkl").write_bytes(f"cos\nsystem\n(S'touch {trap}'\ntR.".encode())
    with pytest.warns(UserWarning, match=r"model\.pkl"):
        load_model(bundle)
    assert not trap.exists()
    content = (bundle / "model.pkl").read_bytes()
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    rewrite(bundle, lambda told: told["files"].update({"model.pkl": entry}))
    with pytest.raises(BundleError, match="can run code"):
        load_model(bundle)


def test_remote_code_in_a_backbone_does_not_run(tmp_path: Path, tiny_bert: Path):
    save_model(network_model(tiny_bert), tmp_path / "bundle")
    backbone = tmp_path / "bundle" / "predictor" / "backbone"
    config = json.loads((backbone / "config.json").read_text())
    config["auto_map"] = {"AutoModel": "evil.Evil", "AutoConfig": "evil.EvilConfig"}
    content = json.dumps(config).encode()
    (backbone / "config.json").write_bytes(content)
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    name = "predictor/backbone/config.json"
    rewrite(tmp_path / "bundle", lambda told: told["files"].update({name: entry}))
    assert len(load_model(tmp_path / "bundle").predict(rows())) == len(rows())


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("")]
)
def test_what_is_no_bundle_is_told(tmp_path: Path, make: Callable[[Path], object]):
    make(tmp_path / "bundle")
    with pytest.raises(BundleError, match="headstart adapt"):
        load_model(tmp_path / "bundle")

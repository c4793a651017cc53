"""Weights open in float32, whole, and as pinned; or the fault is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch
from safetensors.torch import load_file, save_file

from headstart.errors import BaseError
from headstart.models import pinned
from headstart.models.catalogue import catalogue
from headstart.models.describe import describe
from headstart.models.locate import Place
from headstart.models.open_base import open_backbone, open_causal, open_tokenizer
from tests.tiny import FAMILIES, tiny_base_folder, tiny_causal_folder

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.base import BaseInfo


def rewrite(folder: Path, change: dict[str, torch.Tensor | None]) -> None:
    path = folder / "model.safetensors"
    tensors = {**load_file(path), **change}
    save_file(
        {name: tensor for name, tensor in tensors.items() if tensor is not None}, path, {"format": "pt"}
    )


def test_a_base_opens_quietly_in_evaluation_mode(
    base_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    backbone = open_backbone(describe(str(base_folder)))
    assert capfd.readouterr().err == ""
    assert not backbone.training
    assert not backbone.network.training


def test_weights_of_lower_precision_open_in_float32(base_folder: Path) -> None:
    path = base_folder / "model.safetensors"
    save_file({name: each.bfloat16() for name, each in load_file(path).items()}, path, {"format": "pt"})
    backbone = open_backbone(describe(str(base_folder)))
    assert {each.dtype for each in backbone.parameters()} == {torch.float32}


def test_weights_in_several_files_open(tmp_path: Path) -> None:
    folder = tiny_base_folder(tmp_path)
    one = describe(str(folder))
    expected = open_backbone(one)
    (folder / "model.safetensors").unlink()
    expected.network.save_pretrained(folder, max_shard_size="40KB")
    several = describe(str(folder))
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    assert several.shape == one.shape
    pairs = zip(open_backbone(several).parameters(), expected.parameters(), strict=True)
    assert all(torch.equal(left, right) for left, right in pairs)
    next(iter(folder.glob("model-*.safetensors"))).unlink()
    with pytest.raises(BaseError, match="lacks the weight files model-"):
        describe(str(folder))


def test_weights_in_the_old_format_open(base_folder: Path) -> None:
    expected = describe(str(base_folder)).shape
    torch.save(load_file(base_folder / "model.safetensors"), base_folder / "pytorch_model.bin")
    (base_folder / "model.safetensors").unlink()
    info = describe(str(base_folder))
    assert info.shape == expected
    assert open_backbone(info).depth == expected.blocks


@pytest.mark.parametrize("fault", ["missing", "other shape"])
def test_weights_that_do_not_fit_are_named(base_folder: Path, fault: str) -> None:
    name = "encoder.layer.1.output.dense.weight"
    rewrite(base_folder, {name: None if fault == "missing" else torch.zeros(3, 3)})
    with pytest.raises(BaseError, match=r"encoder\.layer\.1\.output\.dense\.weight"):
        open_backbone(describe(str(base_folder)))


def test_a_pooler_that_the_weights_lack_is_left_out(base_folder: Path) -> None:
    rewrite(base_folder, {"pooler.dense.weight": None, "pooler.dense.bias": None})
    backbone = open_backbone(describe(str(base_folder)))
    assert not [name for name, _ in backbone.named_parameters() if "pooler" in name]


def test_a_broken_tokenizer_is_named(base_folder: Path) -> None:
    (base_folder / "tokenizer.json").write_text('{"version": "1.0"')
    with pytest.raises(BaseError, match=r"the tokenizer in .* can't be opened"):
        open_tokenizer(describe(str(base_folder)))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_tokenizer_can_pad(tiny_folder: Path, family: str) -> None:
    folder = tiny_folder / f"tiny-{family}-0"
    info = describe(str(folder if folder.is_dir() else tiny_base_folder(tiny_folder, family)))
    assert 0 <= open_tokenizer(info).pad_token_id < info.shape.vocabulary


@pytest.mark.parametrize("named", [2, [2, 0]])
def test_an_end_that_the_configuration_alone_names_is_known(tmp_path: Path, named: int | list[int]) -> None:
    folder = tiny_causal_folder(tmp_path, eos_token_id=named)
    path = folder / "tokenizer_config.json"
    told = json.loads(path.read_text())
    end = told.pop("eos_token")
    path.write_text(json.dumps(told))
    assert open_tokenizer(describe(str(folder))).eos_token == end
    # What conversations are looked at with before anything is opened, and what writes them, agree.
    assert open_causal(describe(str(folder))).tokenizer.eos_token == end


def test_code_in_a_base_is_never_run(base_folder: Path) -> None:
    config = json.loads((base_folder / "config.json").read_text())
    config["auto_map"] = {"AutoModel": "evil.Model", "AutoConfig": "evil.Config"}
    (base_folder / "config.json").write_text(json.dumps(config))
    (base_folder / "evil.py").write_text(f"open({str(base_folder / 'ran')!r}, 'w')")
    open_backbone(describe(str(base_folder)))
    assert not (base_folder / "ran").exists()


def test_weights_other_than_those_pinned_are_refused(
    base_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = replace(describe(str(base_folder)), name="embedded")
    monkeypatch.setattr(pinned, "locate", lambda name: Place(folder=base_folder))
    with pytest.raises(BaseError, match=catalogue()["embedded"].sha256):
        open_backbone(info)


def test_the_embedded_base_is_as_pinned(embedded: BaseInfo) -> None:
    assert open_backbone(embedded).depth == 6

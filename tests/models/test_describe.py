"""A base is described from its small files, and what is wrong with it is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import torch

from headstart.errors import BaseError
from headstart.models.describe import describe
from headstart.models.open_base import open_backbone
from tests.tiny import BLOCKS, DECODERS, FAMILIES, INNER, POSITIONS, WIDTH, tiny_base_folder

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.core.base import BaseInfo


@pytest.mark.parametrize("family", FAMILIES)
def test_the_shape_is_that_of_the_network(tiny_folder: Path, family: str) -> None:
    folder = tiny_folder / f"tiny-{family}-0"
    if not folder.is_dir():
        tiny_base_folder(tiny_folder, family)
    info = describe(str(folder))
    network = open_backbone(info).network
    tables = {
        id(each.weight): each.weight for each in network.modules() if isinstance(each, torch.nn.Embedding)
    }
    bias = sum(each.numel() for each in tables.values() if each.shape[1] < 16)
    assert info.family == family
    # Of T5 it is the encoder alone.
    assert info.kind == ("decoder" if family in DECODERS else "encoder")
    assert (info.shape.blocks, info.shape.width) == (BLOCKS, WIDTH)
    assert info.shape.inner == (4 * WIDTH if family == "gpt2" else INNER)
    assert info.shape.parameters == sum(each.numel() for each in network.parameters())
    assert info.shape.embedding_parameters == sum(each.numel() for each in tables.values()) - bias
    assert info.shape.vocabulary == network.get_input_embeddings().num_embeddings
    assert info.pooling == ("last" if family in DECODERS else "mean")
    assert info.max_length == POSITIONS
    assert info.folder == folder


def test_describing_reads_no_weights_and_loads_no_torch(base_folder: Path) -> None:
    program = (
        "import sys; from headstart.models.describe import describe; info = describe(sys.argv[1]); "
        "print(info.shape.parameters > 0, 'torch' in sys.modules, 'transformers' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(base_folder)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.split() == ["True", "False", "False"]


def test_the_revision_names_the_weights(tmp_path: Path) -> None:
    first, second = (describe(str(tiny_base_folder(tmp_path, seed=seed))) for seed in (0, 1))
    copied = describe(str(tiny_base_folder(tmp_path / "elsewhere", seed=0)))
    assert first.revision == copied.revision != second.revision


@pytest.mark.parametrize(
    ("stated", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_lasttoken": True, "pooling_mode_mean_tokens": False}, "last"),
        ({"pooling_mode": "cls"}, "cls"),
        ({"pooling_mode_max_tokens": True}, "mean"),
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True}, "mean"),
    ],
)
def test_pooling_is_what_sentence_transformers_states(
    base_folder: Path, stated: object, pooling: str
) -> None:
    (base_folder / "1_Pooling").mkdir()
    (base_folder / "1_Pooling" / "config.json").write_text(json.dumps(stated))
    assert describe(str(base_folder)).pooling == pooling


def test_the_longest_input_is_the_least_of_what_is_stated(base_folder: Path) -> None:
    (base_folder / "sentence_bert_config.json").write_text('{"max_seq_length": 20}')
    assert describe(str(base_folder)).max_length == 20
    (base_folder / "sentence_bert_config.json").write_text('{"max_seq_length": null}')
    config = json.loads((base_folder / "tokenizer_config.json").read_text())
    (base_folder / "tokenizer_config.json").write_text(json.dumps({**config, "model_max_length": 1e30}))
    assert describe(str(base_folder)).max_length == POSITIONS


def test_a_configuration_may_leave_out_what_has_a_default(base_folder: Path) -> None:
    config = json.loads((base_folder / "config.json").read_text())
    shape = describe(str(base_folder)).shape
    for key in ("max_position_embeddings", "num_hidden_layers"):
        del config[key]
    (base_folder / "config.json").write_text(json.dumps(config))
    found = describe(str(base_folder)).shape
    assert (found.blocks, found.positions, found.parameters) == (12, 512, shape.parameters)


def test_a_model_with_a_head_is_counted_without_it(tmp_path: Path) -> None:
    import transformers

    folder = tiny_base_folder(tmp_path)
    plain = describe(str(folder)).shape
    config = transformers.AutoConfig.from_pretrained(folder)
    network = transformers.BertForMaskedLM(config)
    network.save_pretrained(folder)
    headed = describe(str(folder)).shape
    pooler = WIDTH * WIDTH + WIDTH
    assert headed.parameters == plain.parameters - pooler
    assert open_backbone(describe(str(folder))).network.pooler is None


FAULTS = {
    "no config": ("config.json", None, "has no config.json"),
    "torn config": ("config.json", b'{"model_type": "be', "config.json is not valid JSON"),
    "config of another kind": ("config.json", b"[1]", "holds no JSON object"),
    "no model type": ("config.json", b"{}", "has no model_type; these work: bart, bert"),
    "unknown model type": ("config.json", b'{"model_type": "berd"}', "model_type 'berd'.*nearest is bert"),
    "no weights": ("model.safetensors", None, "has no weights"),
    "empty weights": ("model.safetensors", b"", "model.safetensors is cut short"),
    "other weights": ("model.safetensors", b"version https://git-lfs.github.com", "no safetensors file"),
    "torn pooling": ("1_Pooling/config.json", b"{", "config.json is not valid JSON"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_file(base_folder: Path, fault: str) -> None:
    name, content, message = FAULTS[fault]
    path = base_folder / name
    path.parent.mkdir(exist_ok=True)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(BaseError, match=message):
        describe(str(base_folder))


def test_weights_that_are_cut_short_are_named(base_folder: Path) -> None:
    path = base_folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(BaseError, match="was cut short"):
        describe(str(base_folder))


def test_a_base_without_tokenizer_is_named(base_folder: Path) -> None:
    (base_folder / "tokenizer.json").unlink()
    with pytest.raises(BaseError, match=r"has no tokenizer.*tokenizer\.json"):
        describe(str(base_folder))


def test_the_embedded_base_is_known(embedded: BaseInfo) -> None:
    assert (embedded.family, embedded.kind, embedded.pooling, embedded.max_length) == (
        "bert",
        "encoder",
        "mean",
        256,
    )
    assert embedded.shape.parameters == 22_713_216
    assert embedded.revision.startswith("53aa5117")

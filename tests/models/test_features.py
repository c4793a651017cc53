"""Features are the pooled states of the weights as they are now, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from headstart.models import features as module
from headstart.models import inference
from headstart.models.families import family_of
from headstart.models.features import pooled_features, pooled_views
from headstart.models.open_base import open_backbone
from headstart.models.states import token_states
from headstart.models.tokenise import tokenise
from headstart.models.view import POOLINGS, View
from tests.tiny import FAMILIES, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.core.base import BaseInfo
    from headstart.models.backbone import Backbone

TEXTS = [*SENTENCES, "", "moon", *(f"screen {number} is red" for number in range(20)), "moon"]


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many examples each computation read."""
    counts: list[int] = []
    real = module._compute

    def counting(backbone, examples, chosen, *rest):
        counts.append(len(chosen))
        return real(backbone, examples, chosen, *rest)

    monkeypatch.setattr(module, "_compute", counting)
    return counts


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("how", ["mean", "cls", "last"])
def test_features_are_those_of_each_text_alone(
    backbone_of: Callable[..., Backbone], family: str, how: str
) -> None:
    backbone = backbone_of(family)
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    features = pooled_features(backbone, examples, how=how, precision="float32", cache=None)
    assert features.dtype == np.float32
    for row in (0, 3, 4, len(TEXTS) - 1):
        tokens = torch.tensor(examples.tokens[examples.offsets[row] : examples.offsets[row + 1]])[None].long()
        with torch.no_grad():
            states = backbone.network(input_ids=tokens).last_hidden_state[0]
        expected = {"mean": states.mean(0), "cls": states[0], "last": states[-1]}[how]
        np.testing.assert_allclose(features[row], expected.numpy(), atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_one_pass_gives_every_layer_as_the_library_does(
    backbone_of: Callable[..., Backbone], family: str
) -> None:
    backbone = backbone_of(family)
    examples = tokenise([TEXTS[:5]], backbone.tokenizer, 40)
    views = [View(cut=cut, pooling=how) for cut in range(backbone.depth + 1) for how in POOLINGS]
    found = pooled_views(backbone, examples, views, precision="float32", cache=None)
    tokens = torch.tensor(examples.tokens[: examples.offsets[1]])[None].long()
    with torch.no_grad():
        states = backbone.network(input_ids=tokens, output_hidden_states=True).hidden_states
        finish = family_of(family).finish
        for cut in range(backbone.depth + 1):
            # The library gives the last states after the last norm already.
            each = states[cut] if cut == backbone.depth else finish(backbone.network, states[cut])
            expected = {"mean": each[0].mean(0), "cls": each[0, 0], "last": each[0, -1]}
            for how in POOLINGS:
                vector = found[View(cut=cut, pooling=how)][0]
                np.testing.assert_allclose(vector, expected[how].numpy(), atol=1e-5)


def test_views_are_read_again_one_by_one(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int]
) -> None:
    backbone = backbone_of("bert")
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    views = [View(cut=1, pooling="mean"), View(cut=3, pooling="cls")]
    both = pooled_views(backbone, examples, views, precision="float32", cache=tmp_path)
    one = pooled_views(backbone, examples, views[:1], precision="float32", cache=tmp_path)
    whole = pooled_features(backbone, examples, how="cls", precision="float32", cache=tmp_path)
    assert len(computed) == 1
    assert np.array_equal(one[views[0]], both[views[0]])
    assert np.array_equal(whole, both[views[1]])


def test_a_change_above_a_cut_leaves_what_lies_below(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int]
) -> None:
    backbone = backbone_of("bert")
    examples = tokenise([list(SENTENCES)], backbone.tokenizer, 40)
    views = [View(cut=1, pooling="mean"), View(cut=3, pooling="mean")]
    pooled_views(backbone, examples, views, precision="float32", cache=tmp_path)
    with torch.no_grad():
        backbone.block_parameters(2)[0].data[0] += 0.1
    pooled_views(backbone, examples, views[:1], precision="float32", cache=tmp_path)
    assert len(computed) == 1
    pooled_views(backbone, examples, views, precision="float32", cache=tmp_path)
    assert len(computed) == 2


@pytest.mark.parametrize("family", FAMILIES)
def test_bfloat16_points_the_same_way(backbone_of: Callable[..., Backbone], family: str) -> None:
    backbone = backbone_of(family)
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    exact, rough = (
        pooled_features(backbone, examples, how="mean", precision=precision, cache=None)
        for precision in ("float32", "bfloat16")
    )
    cosine = (exact * rough).sum(1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(rough, axis=1)
    assert cosine.min() > 0.999
    assert not np.array_equal(exact, rough)
    assert all(parameter.dtype == torch.float32 for parameter in backbone.parameters())


def test_what_was_computed_is_read_again(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int]
) -> None:
    backbone = backbone_of("bert")
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    settings = {"how": "mean", "precision": "float32"}
    first = pooled_features(backbone, examples, **settings, cache=tmp_path)
    again = pooled_features(backbone, examples, **settings, cache=tmp_path)
    more = tokenise([["a new text", *reversed(TEXTS)]], backbone.tokenizer, 40)
    longer = pooled_features(backbone, more, **settings, cache=tmp_path)
    assert computed == [len(set(TEXTS)), 1]
    assert np.array_equal(first, again)
    assert np.array_equal(longer[1:], first[::-1])
    plain = pooled_features(backbone, more, **settings, cache=None)
    np.testing.assert_allclose(longer, plain, atol=1e-5)


@pytest.mark.parametrize(
    "change", ["embeddings", "block", "how", "precision", "attention", "tokens", "segments"]
)
def test_any_change_that_matters_is_computed_anew(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int], change: str
) -> None:
    backbone = backbone_of("bert")
    texts = list(SENTENCES)
    how, precision = "mean", "float32"
    examples = tokenise([texts], backbone.tokenizer, 40)
    pooled_features(backbone, examples, how=how, precision=precision, cache=tmp_path)
    with torch.no_grad():
        if change == "embeddings":
            backbone.embedding_parameters()[0][5, 0] += 0.1
        elif change == "block":
            backbone.block_parameters(2)[0].data[0] += 0.1
    if change == "how":
        how = "cls"
    elif change == "precision":
        precision = "bfloat16"
    elif change == "attention":
        backbone = backbone_of("bert", attention="eager")
    elif change == "tokens":
        examples = tokenise([texts], backbone.tokenizer, 8)
    elif change == "segments":
        examples = tokenise([texts, texts], backbone.tokenizer, 40)
    pooled_features(backbone, examples, how=how, precision=precision, cache=tmp_path)
    assert computed == [len(texts), len(texts)]


def test_a_damaged_entry_is_computed_anew(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int]
) -> None:
    backbone = backbone_of("bert")
    examples = tokenise([list(SENTENCES)], backbone.tokenizer, 40)
    settings = {"how": "mean", "precision": "float32", "cache": tmp_path}
    first = pooled_features(backbone, examples, **settings)
    (path,) = tmp_path.rglob("*.features")
    path.write_bytes(path.read_bytes()[:200])
    again = pooled_features(backbone, examples, **settings)
    pooled_features(backbone, examples, **settings)
    assert computed == [len(SENTENCES)] * 2
    assert np.array_equal(first, again)


def test_dropout_is_off_and_training_goes_on_after(backbone_of: Callable[..., Backbone]) -> None:
    backbone = backbone_of("bert").train()
    examples = tokenise([list(SENTENCES)], backbone.tokenizer, 40)
    one, two = (
        pooled_features(backbone, examples, how="mean", precision="float32", cache=None) for _ in range(2)
    )
    assert np.array_equal(one, two)
    assert backbone.training
    assert backbone.network.training


def test_progress_reaches_its_end(
    backbone_of: Callable[..., Backbone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(inference.BUDGET_TOKENS, "cpu", 60)
    backbone = backbone_of("bert")
    told: list[float] = []
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    pooled_features(
        backbone,
        examples,
        how="mean",
        precision="float32",
        cache=None,
        progress=lambda done, note="": told.append(done),
    )
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 2


def test_no_examples_give_no_features(backbone_of: Callable[..., Backbone], tmp_path: Path) -> None:
    backbone = backbone_of("bert")
    examples = tokenise([[]], backbone.tokenizer, 40)
    for cache in (None, tmp_path):
        features = pooled_features(backbone, examples, how="mean", precision="float32", cache=cache)
        assert features.shape == (0, backbone.info.shape.width)


def test_the_embedded_base_gives_the_vectors_of_the_library(embedded: BaseInfo) -> None:
    from transformers import AutoModel, AutoTokenizer

    texts = ["The cat sat on the mat.", "An invoice, never paid!", "Wo ist der Bahnhof?"]
    reference, tokenizer = (
        AutoModel.from_pretrained(embedded.folder),
        AutoTokenizer.from_pretrained(embedded.folder),
    )
    inputs = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        states = reference(**inputs).last_hidden_state
    weights = inputs["attention_mask"][..., None]
    expected = (states * weights).sum(1) / weights.sum(1)
    backbone = open_backbone(embedded)
    examples = tokenise([texts], backbone.tokenizer, embedded.max_length)
    exact, rough = (
        pooled_features(backbone, examples, how=embedded.pooling, precision=precision, cache=None)
        for precision in ("float32", "bfloat16")
    )
    np.testing.assert_allclose(exact, expected.numpy(), atol=1e-4)
    cosine = (exact * rough).sum(1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(rough, axis=1)
    assert cosine.min() > 0.999


def assert_alike(found: np.ndarray, expected: np.ndarray, precision: str) -> None:
    """Equal, or in bfloat16 of one direction: there the texts of a batch change each other's last places."""
    if precision == "float32":
        np.testing.assert_allclose(found, expected, atol=1e-5)
    one, two = (each.astype(np.float64) for each in (found, expected))
    cosines = (one * two).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(two, axis=1)
    assert cosines.min() > 0.9995


@pytest.mark.parametrize("family", ["bert", "gpt2"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_texts_whose_token_states_are_kept_are_not_read_again(
    backbone_of: Callable[..., Backbone], family: str, precision: str, tmp_path: Path, computed: list[int]
) -> None:
    backbone = backbone_of(family)
    some, every = (tokenise([TEXTS[:count]], backbone.tokenizer, 40) for count in (9, len(TEXTS)))
    views = [View(cut=backbone.depth, pooling=how) for how in POOLINGS if how in ("mean", "cls", "last")]
    told = {"precision": precision, "cache": tmp_path}
    token_states(backbone, some, cuts=[backbone.depth], **told)
    found = pooled_views(backbone, some, views, **told)
    assert computed == []
    plain = pooled_views(backbone, every, views, precision=precision, cache=None)
    for view in views:
        assert_alike(found[view], plain[view][:9], precision)
    # Of the others the states were not kept, and these alone are read.
    computed.clear()
    again = pooled_views(backbone, every, views, **told)
    assert computed == [len(set(TEXTS)) - len(set(TEXTS[:9]))]
    for view in views:
        assert_alike(again[view], plain[view], precision)


def test_below_the_last_block_only_exact_states_stand_for_a_pass(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int]
) -> None:
    backbone = backbone_of("gpt2")
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    view = View(cut=1, pooling="mean")
    for precision, read in (("bfloat16", [len(set(TEXTS))]), ("float32", [])):
        computed.clear()
        token_states(backbone, examples, cuts=[1], precision=precision, cache=tmp_path)
        found = pooled_views(backbone, examples, [view], precision=precision, cache=tmp_path)
        assert computed == read
        plain = pooled_views(backbone, examples, [view], precision=precision, cache=None)
        assert_alike(found[view], plain[view], precision)

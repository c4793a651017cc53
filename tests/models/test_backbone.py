"""Every architecture can be cut between any two blocks without changing what it computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
import transformers

from headstart.models.backbone import Backbone
from tests.tiny import BLOCKS, FAMILIES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

SEGMENTED = ("bert", "electra", "deberta-v2")
LENGTHS = (11, 5, 1, 8)


def ragged(backbone: Backbone) -> tuple[Tensor, Tensor]:
    """Random tokens of uneven length, padded on the right."""
    generator = torch.Generator().manual_seed(1)
    mask = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]
    tokens = torch.randint(4, backbone.info.shape.vocabulary, mask.shape, generator=generator)
    return tokens.where(mask, backbone.tokenizer.pad_token_id), mask


def plain(backbone: Backbone, tokens: Tensor, mask: Tensor, segments: Tensor | None = None) -> Tensor:
    more = {} if segments is None else {"token_type_ids": segments}
    return backbone.network(input_ids=tokens, attention_mask=mask.long(), **more).last_hidden_state


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_cut_gives_the_plain_forward(
    backbone_of: Callable[..., Backbone], family: str, attention: str
) -> None:
    backbone = backbone_of(family, attention=attention)
    tokens, mask = ragged(backbone)
    segments = (torch.arange(tokens.shape[1]) > 3).long().expand_as(tokens) if family in SEGMENTED else None
    with torch.no_grad():
        expected = plain(backbone, tokens, mask, segments)
        assert backbone.depth == BLOCKS
        for cut in range(BLOCKS + 1):
            states = backbone.run_from(0, backbone.embed(tokens, mask, segments), mask, until=cut)
            if cut < BLOCKS:
                states = backbone.run_from(cut, states, mask)
            torch.testing.assert_close(states[mask], expected[mask], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(
            backbone(tokens, mask, segments)[mask], expected[mask], atol=1e-5, rtol=1e-5
        )


@pytest.mark.parametrize("family", FAMILIES)
def test_padding_changes_nothing_on_either_side(backbone_of: Callable[..., Backbone], family: str) -> None:
    backbone = backbone_of(family)
    tokens, mask = ragged(backbone)
    with torch.no_grad():
        padded_right = backbone(tokens, mask)
        for row, length in enumerate(LENGTHS):
            alone = backbone(tokens[row : row + 1, :length], mask[row : row + 1, :length])[0]
            shift = max(LENGTHS) - length
            left = backbone(tokens[row : row + 1].roll(shift, 1), mask[row : row + 1].roll(shift, 1))[
                0, shift:
            ]
            torch.testing.assert_close(padded_right[row, :length], alone, atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(left, alone, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_segments_count_where_the_family_has_them(backbone_of: Callable[..., Backbone], family: str) -> None:
    backbone = backbone_of(family)
    tokens, mask = ragged(backbone)
    with torch.no_grad():
        without, with_ones = backbone(tokens, mask), backbone(tokens, mask, torch.ones_like(tokens))
    assert torch.equal(without[mask], with_ones[mask]) == (family not in SEGMENTED)


@pytest.mark.parametrize("family", FAMILIES)
def test_gradients_reach_the_blocks_that_run_and_no_others(
    backbone_of: Callable[..., Backbone], family: str
) -> None:
    backbone = backbone_of(family)
    tokens, mask = ragged(backbone)
    with torch.no_grad():
        states = backbone.run_from(0, backbone.embed(tokens, mask), mask, until=1)
    backbone.run_from(1, states, mask)[mask].square().sum().backward()
    assert all(parameter.grad is None for parameter in backbone.block_parameters(0))
    for parameter in (*backbone.block_parameters(2), *backbone.final_parameters()):
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_weight_belongs_to_one_part(backbone_of: Callable[..., Backbone], family: str) -> None:
    backbone = backbone_of(family)
    blocks = [parameter for index in range(backbone.depth) for parameter in backbone.block_parameters(index)]
    parts = [*backbone.embedding_parameters(), *blocks, *backbone.final_parameters()]
    pooler = getattr(backbone.network, "pooler", None)
    unused = {id(parameter) for parameter in pooler.parameters()} if pooler is not None else set()
    assert len({id(part) for part in parts}) == len(parts)
    assert {id(part) for part in parts} == {id(each) for each in backbone.parameters()} - unused


@pytest.mark.parametrize("family", ["bert", "gpt2", "t5", "deberta-v2"])
def test_dropout_is_on_in_training_alone(backbone_of: Callable[..., Backbone], family: str) -> None:
    backbone = backbone_of(family)
    tokens, mask = ragged(backbone)
    with torch.no_grad():
        assert torch.equal(backbone(tokens, mask), backbone(tokens, mask))
        backbone.train()
        assert not torch.equal(backbone(tokens, mask)[mask], backbone(tokens, mask)[mask])
    backbone.eval()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_saved_backbone_comes_back_and_opens_elsewhere(
    backbone_of: Callable[..., Backbone], family: str, tmp_path: Path
) -> None:
    backbone = backbone_of(family)
    tokens, mask = ragged(backbone)
    with torch.no_grad():
        backbone.embedding_parameters()[0].add_(0.01)
        expected = backbone(tokens, mask)
        backbone.save(tmp_path)
        again = Backbone.load(tmp_path)
        assert torch.equal(again(tokens, mask)[mask], expected[mask])
        elsewhere = transformers.AutoModel.from_pretrained(tmp_path)
        network = elsewhere.get_encoder() if family == "t5" else elsewhere
        states = network(input_ids=tokens, attention_mask=mask.long()).last_hidden_state
    torch.testing.assert_close(states[mask], expected[mask], atol=1e-5, rtol=1e-5)
    assert again.info.pooling == backbone.info.pooling
    assert again.info.max_length == backbone.info.max_length
    text = "the cat sat on the mat"
    assert transformers.AutoTokenizer.from_pretrained(tmp_path)(text) == backbone.tokenizer(text)


def test_a_loaded_backbone_keeps_the_name_of_its_base(
    backbone_of: Callable[..., Backbone], tmp_path: Path
) -> None:
    backbone = backbone_of("bert")
    backbone.save(tmp_path)
    again = Backbone.load(tmp_path, backbone.info)
    assert (again.info.name, again.info.folder) == (backbone.info.name, tmp_path)
    assert again.info.shape.width == WIDTH

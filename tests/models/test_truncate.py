"""A truncated backbone is the whole one up to its cut, in memory, on disk and for the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
import transformers

from headstart.errors import SettingError
from headstart.models.backbone import Backbone
from headstart.models.batching import collate
from headstart.models.every_cut import every_cut
from headstart.models.families import family_of
from headstart.models.fingerprint import fingerprint
from headstart.models.tokenise import tokenise
from headstart.models.truncate import shallowest, truncated
from headstart.models.view import View
from tests.tiny import FAMILIES, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def batch_for(backbone: Backbone):
    """Sentences of different lengths."""
    examples = tokenise([list(SENTENCES)], backbone.tokenizer, 40)
    return collate(examples, [0, 1, 2, 3], pad=backbone.tokenizer.pad_token_id or 0)


@pytest.mark.parametrize("family", FAMILIES)
def test_it_ends_where_the_whole_one_is_cut(
    backbone_of: Callable[..., Backbone], family: str, tmp_path: Path
) -> None:
    whole = backbone_of(family)
    batch = batch_for(whole)
    with torch.no_grad():
        expected = list(every_cut(whole, batch, until=whole.depth))
        torch.testing.assert_close(expected[-1], whole(batch.tokens, batch.mask, batch.segments))
        for cut in range(shallowest(whole), whole.depth):
            part = truncated(whole, View(cut=cut, pooling="mean"))
            part.save(tmp_path / str(cut))
            again = Backbone.load(tmp_path / str(cut))
            assert part.depth == again.depth == part.info.shape.blocks == again.info.shape.blocks == cut
            for each in (part, again):
                found = each(batch.tokens, batch.mask, batch.segments)
                torch.testing.assert_close(found[batch.mask], expected[cut][batch.mask])


@pytest.mark.parametrize("family", FAMILIES)
def test_the_library_opens_it(backbone_of: Callable[..., Backbone], family: str, tmp_path: Path) -> None:
    whole = backbone_of(family)
    part = truncated(whole, View(cut=1, pooling="mean"))
    part.save(tmp_path)
    opener = getattr(transformers, family_of(family).encoder_class or "AutoModel")
    tokens = torch.tensor(whole.tokenizer(SENTENCES[0])["input_ids"])[None]
    with torch.no_grad():
        theirs = opener.from_pretrained(tmp_path)(input_ids=tokens).last_hidden_state
        ours = part(tokens, torch.ones_like(tokens, dtype=torch.bool))
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_the_whole_one_stays_as_it_was_and_lends_its_weights(backbone_of: Callable[..., Backbone]) -> None:
    whole = backbone_of("bert")
    before = fingerprint(whole)
    part = truncated(whole, View(cut=1, pooling="cls"))
    assert fingerprint(whole) == before
    assert whole.depth == 3
    assert whole.info.pooling == "mean"
    assert {id(each) for each in part.parameters()} < {id(each) for each in whole.parameters()}


def test_its_size_and_pooling_are_known(backbone_of: Callable[..., Backbone], tmp_path: Path) -> None:
    part = truncated(backbone_of("bert"), View(cut=1, pooling="cls"))
    part.save(tmp_path)
    again = Backbone.load(tmp_path)
    assert again.info.pooling == part.info.pooling == "cls"
    assert part.info.shape.parameters == sum(each.numel() for each in part.parameters())


@pytest.mark.parametrize("family", ["deberta-v2", "modernbert", "t5"])
def test_fewer_blocks_than_work_are_refused(backbone_of: Callable[..., Backbone], family: str) -> None:
    with pytest.raises(SettingError, match="needs 1 block at least and layer 0"):
        truncated(backbone_of(family), View(cut=0, pooling="mean"))

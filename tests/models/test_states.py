"""States at a cut are those of the network, wherever they are kept, and are computed once."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from headstart.models import states as module
from headstart.models.batching import collate
from headstart.models.cache import BOUND_VARIABLE
from headstart.models.state_file import HEAD_BYTES, StateFile
from headstart.models.states import TokenStates, token_states
from headstart.models.tokenise import tokenise
from tests.tiny import FAMILIES, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from headstart.core.examples import Examples
    from headstart.models.backbone import Backbone

TEXTS = [*SENTENCES, "", "moon", *(f"screen {number} is red" for number in range(20)), "moon"]


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many examples each computation read."""
    counts: list[int] = []
    real = module._computed

    def counting(backbone, examples, chosen, *rest):
        counts.append(len(chosen))
        return real(backbone, examples, chosen, *rest)

    monkeypatch.setattr(module, "_computed", counting)
    return counts


def bert(backbone_of: Callable[..., Backbone]) -> tuple[Backbone, Examples]:
    backbone = backbone_of("bert")
    return backbone, tokenise([TEXTS], backbone.tokenizer, 40)


def kept(backbone: Backbone, examples: Examples, cache: Path | None, *, cut: int = 1) -> TokenStates:
    return token_states(backbone, examples, cuts=[cut], precision="float32", cache=cache)[cut]


def assert_equal(first: TokenStates, second: TokenStates) -> None:
    index = np.arange(len(first))
    torch.testing.assert_close(first.gather(index), second.gather(index), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("cached", [False, True])
def test_reading_on_from_a_cut_gives_the_last_states(
    backbone_of: Callable[..., Backbone], tmp_path: Path, family: str, cached: bool
) -> None:
    backbone = backbone_of(family).eval()
    examples = tokenise([TEXTS], backbone.tokenizer, 40)
    cuts = range(backbone.depth)
    found = token_states(
        backbone, examples, cuts=cuts, precision="float32", cache=tmp_path if cached else None
    )
    assert sorted(found) == list(cuts)
    index = np.array([5, 0, 3, len(TEXTS) - 1])
    plain = collate(examples, index, pad=0)
    with torch.no_grad():
        expected = backbone.read(plain)
        for cut in cuts:
            batch = collate(examples, index, pad=0, states=found[cut])
            assert (batch.states is not None, batch.cut) == (True, cut)
            states = backbone.read(batch)
            torch.testing.assert_close(states[batch.mask], expected[plain.mask], atol=2e-5, rtol=1e-4)


def test_padding_is_zero_and_lengths_are_kept(backbone_of: Callable[..., Backbone]) -> None:
    backbone, examples = bert(backbone_of)
    index = np.arange(len(examples))
    states = kept(backbone, examples, None).gather(index)
    mask = collate(examples, index, pad=0).mask
    assert states.shape[:2] == mask.shape
    assert (states[~mask] == 0).all()
    assert (states[mask].abs().sum(dim=-1) > 0).all()


def test_bfloat16_is_half_as_large_and_close(backbone_of: Callable[..., Backbone], tmp_path: Path) -> None:
    backbone, examples = bert(backbone_of)
    exact = kept(backbone, examples, tmp_path)
    half = token_states(backbone, examples, cuts=[1], precision="bfloat16", cache=tmp_path)[1]
    index = np.arange(len(examples))
    assert half.gather(index).dtype == torch.bfloat16
    assert half.parts[0].values.nbytes * 2 == exact.parts[0].values.nbytes
    error = (half.gather(index).float() - exact.gather(index)).norm() / exact.gather(index).norm()
    assert error < 0.02


def test_each_text_is_computed_once(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int]
) -> None:
    backbone, examples = bert(backbone_of)
    some = tokenise([TEXTS[:10]], backbone.tokenizer, 40)
    first = kept(backbone, some, tmp_path)
    both = kept(backbone, examples, tmp_path)
    assert computed == [10, len(set(TEXTS)) - 10]
    assert_equal(both, kept(backbone, examples, None))
    torch.testing.assert_close(both.gather(np.arange(10)), first.gather(np.arange(10)))
    kept(backbone, examples, tmp_path)
    assert computed[3:] == []


def test_changed_blocks_count_up_to_the_cut(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int]
) -> None:
    backbone, examples = bert(backbone_of)
    kept(backbone, examples, tmp_path)
    with torch.no_grad():
        backbone.block_parameters(1)[0].add_(1.0)
    kept(backbone, examples, tmp_path)
    assert len(computed) == 1
    with torch.no_grad():
        backbone.block_parameters(0)[0].add_(1.0)
    assert_equal(kept(backbone, examples, tmp_path), kept(backbone, examples, None))
    assert len(computed) == 3


@pytest.mark.parametrize("damage", ["cut", "empty", "flipped", "unsealed", "longer"])
def test_a_torn_file_is_never_read(
    backbone_of: Callable[..., Backbone], tmp_path: Path, computed: list[int], damage: str
) -> None:
    backbone, examples = bert(backbone_of)
    expected = kept(backbone, examples, None)
    kept(backbone, examples, tmp_path)
    (path,) = tmp_path.rglob("*.features")
    content = path.read_bytes()
    middle = HEAD_BYTES + (len(content) - HEAD_BYTES) // 2
    path.write_bytes(
        {
            "cut": content[:-1000],
            "empty": b"",
            "flipped": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "unsealed": b"\0" * HEAD_BYTES + content[HEAD_BYTES:],
            "longer": content + b"x",
        }[damage]
    )
    assert StateFile.open(path) is None
    assert_equal(kept(backbone, examples, tmp_path), expected)
    assert len(computed) == 3
    assert [each.exists() for each in tmp_path.rglob("*.features")] == [True]


def test_a_cache_that_is_too_small_or_unwritable_changes_nothing(
    backbone_of: Callable[..., Backbone], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backbone, examples = bert(backbone_of)
    expected = kept(backbone, examples, None)
    monkeypatch.setenv(BOUND_VARIABLE, "100")
    assert_equal(kept(backbone, examples, tmp_path / "small"), expected)
    assert not list(tmp_path.rglob("*.features"))
    (tmp_path / "file").write_text("")
    assert_equal(kept(backbone, examples, tmp_path / "file"), expected)


def test_an_evicted_file_can_be_read_to_the_end(backbone_of: Callable[..., Backbone], tmp_path: Path) -> None:
    backbone, examples = bert(backbone_of)
    states = kept(backbone, examples, tmp_path)
    for path in tmp_path.rglob("*.features"):
        path.unlink()
    assert_equal(states, kept(backbone, examples, None))


def test_no_examples_give_no_states(backbone_of: Callable[..., Backbone], tmp_path: Path) -> None:
    backbone, _ = bert(backbone_of)
    nothing = tokenise([[]], backbone.tokenizer, 40)
    assert len(kept(backbone, nothing, tmp_path)) == 0


def _fill(folder: Path, path: Path) -> None:
    from headstart.models.backbone import Backbone

    backbone = Backbone.load(folder)
    kept(backbone, tokenise([TEXTS], backbone.tokenizer, 40), path)


@pytest.mark.slow
def test_processes_may_fill_it_at_once(backbone_of: Callable[..., Backbone], tmp_path: Path) -> None:
    backbone, examples = bert(backbone_of)
    (tmp_path / "base").mkdir()
    backbone.save(tmp_path / "base")
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_fill, args=(tmp_path / "base", tmp_path / "cache")) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    again = replace(examples)
    assert_equal(kept(backbone, again, tmp_path / "cache"), kept(backbone, examples, None))

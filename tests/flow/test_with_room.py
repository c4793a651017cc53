"""A search proposes nothing that leaves some row no room."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from headstart import registry
from headstart.core.plan import Candidate, Cost, Step
from headstart.core.rows import Rows
from headstart.core.split import Dataset, Split
from headstart.flow.adapting.with_room import with_room
from headstart.models.describe import describe
from tests.contracts.chat_data import chat_rows
from tests.contracts.small_data import small_rows, small_task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.task import Task


def vary(candidate: Candidate, params: Mapping[str, Any]) -> Candidate:
    return replace(candidate, steps=(Step(use=candidate.name, params=dict(params)),))


def varied(base: Path, task: Task, rows: Rows, use: str, **params: Any) -> Candidate:
    """A candidate with these parameters on rows that a base has to serve."""
    split = Split(task=task, train=rows, dev=rows.take([0]))
    dataset = Dataset(split=split, test=rows.take([1]), sha256="0")
    info = describe(str(base))
    cost = Cost(seconds=1.0, peak_bytes=1.0)
    planned = Candidate(base=info.name, steps=(Step(use=use),), cost=cost)
    return with_room(vary, dataset, [info])(planned, params)


@pytest.fixture(scope="module")
def talks() -> Rows:
    """Conversations of which one is long."""
    short = chat_rows(12)
    long = pl.DataFrame({"prompt": ["the " * 40], "completion": ["blue"]})
    return Rows.of(pl.concat([short.frame, long]), short.columns)


@pytest.mark.parametrize(("tokens", "blocked"), [(5, False), (100, True)])
def test_what_leaves_a_conversation_no_room_is_blocked_and_the_row_is_named(
    tiny_llama: Path, talks: Rows, tokens: int, blocked: bool
):
    task = registry.load("tasks", "chat").infer(talks)
    found = varied(tiny_llama, task, talks, "prompt_tuning", virtual_tokens=tokens)
    assert found.blocked is blocked
    assert ("row 13 (train)" in found.why) is blocked


def test_texts_that_may_be_cut_have_room_and_so_has_what_stands_alone(tiny_llama: Path, talks: Rows):
    task = registry.load("tasks", "chat").infer(talks)
    assert not varied(tiny_llama, task, talks, "lora", rank=4).blocked
    assert not varied(tiny_llama, small_task(), small_rows(12), "prompt_tuning", virtual_tokens=100).blocked

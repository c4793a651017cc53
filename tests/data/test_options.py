"""Small files give a larger share to the test, so that its verdict can be trusted."""

from __future__ import annotations

import pytest

from headstart.data.options import DataOptions


@pytest.mark.parametrize(
    ("rows", "share"), [(100, 0.4), (550, 0.4), (604, 220 / 604), (1100, 0.2), (100_000, 0.2)]
)
def test_a_trusted_verdict_needs_rows(rows: int, share: float) -> None:
    assert DataOptions().share_of(rows) == pytest.approx(share)


def test_a_share_that_is_named_is_taken() -> None:
    assert DataOptions(test_share=0.1).share_of(100) == 0.1

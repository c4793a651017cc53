"""What a strategy promises whose fits can be stopped and go on."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar

from tests.contracts.strategy_contract import assert_same

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.core.strategy import Checkpoint


class Resuming:
    """Inherit it before the contract: `class TestFull(Resuming, StrategyContract)`.

    Attributes:
        longer: hyper-parameters of a fit with several checkpoints.
    """

    longer: ClassVar[Mapping[str, Any]] = {"epochs": 3, "patience": 5}

    def resumed(
        self, start: Model, split: Split, tmp_path: Path, **params: Any
    ) -> tuple[list[Checkpoint], list[Checkpoint]]:
        """The checkpoints of a fit, and those of one that goes on from the state of its second."""
        strategy = self.strategy(**params)
        whole, states = [], []
        for each in strategy.adapt(start, split, self.context_in(tmp_path / "whole")):
            whole.append(each)
            states.append(copy.deepcopy(dict(each.state)))
        context = self.context_in(tmp_path / "resumed")
        return whole, list(strategy.adapt(start, split, context, state=states[1]))

    def test_a_fit_goes_on_from_a_checkpoint_as_if_it_had_not_stopped(self, start, split, tmp_path, unseen):
        whole, rest = self.resumed(start, split, tmp_path, **self.longer)
        assert_same(rest[-1].model.predict(unseen), whole[-1].model.predict(unseen))
        assert rest[-1].chosen == whole[-1].chosen

"""What a strategy promises that puts something ahead of each text and leaves the base as it is."""

from __future__ import annotations

from tests.contracts.chat_data import ChatContract
from tests.contracts.preference_data import PreferenceContract
from tests.contracts.resuming import Resuming
from tests.contracts.strategy_contract import StrategyContract
from tests.contracts.text_data import TextContract

QUICK = {"virtual_tokens": 4, "epochs": 2, "batch_size": 8}
STILL = {"epochs": 0}


class AheadOfClasses(Resuming, StrategyContract):
    params = {**QUICK, "head_rate": 1e-2}
    nothing_to_choose = STILL
    accuracy = 0.5


class _Writes:
    """What is written is learnt slowly by so few weights."""

    def test_it_learns_what_can_be_learnt(self, start, split, context, unseen):
        points = self.adapted(start, split, context, epochs=6)[-1].curve.points
        assert points[-1].dev_loss < 0.98 * points[0].dev_loss


class AheadOfAnswers(_Writes, ChatContract):
    params = QUICK
    nothing_to_choose = STILL


class AheadOfTexts(_Writes, TextContract):
    params = {**QUICK, "max_written": 8}
    nothing_to_choose = STILL


class AheadOfPreferences(PreferenceContract):
    params = {**QUICK, "epochs": 4}
    nothing_to_choose = STILL

    def test_it_learns_what_can_be_learnt(self, start, split, context, unseen):
        points = self.adapted(start, split, context, epochs=6)[-1].curve.points
        assert points[-1].dev_loss < points[0].dev_loss

"""BM25 against its contract."""

from __future__ import annotations

from tests.contracts.pair_contract import RankingContract


class TestBm25(RankingContract):
    name = "bm25"
    accuracy = 0.4

    def test_its_settings_reach_the_ranking(self, start, split, context, unseen):
        plain, steep = (self.adapted(start, split, context, k1=each)[-1].model for each in (1.2, 0.0))
        assert steep.predictor.k1 == 0.0
        assert (plain.predict(unseen).scores != steep.predict(unseen).scores).any()

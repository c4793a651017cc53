"""The probe against its contract, and what its choices rest on."""

from __future__ import annotations

from tests.contracts.strategy_contract import StrategyContract


class TestProbe(StrategyContract):
    name = "probe"
    accuracy = 0.5

    def test_the_backbone_stays_as_it_was(self, start, split, context):
        from headstart.models.fingerprint import fingerprint
        from headstart.models.open_base import open_backbone

        model = self.adapted(start, split, context)[-1].model
        assert fingerprint(model.predictor.backbone) == fingerprint(open_backbone(start.base))

    def test_a_cache_changes_nothing(self, start, split, tmp_path, unseen):
        from tests.contracts.strategy_contract import assert_same

        cache = tmp_path / "cache"
        contexts = [
            self.context_in(tmp_path / name, cache=kept)
            for name, kept in (("a", None), ("b", cache), ("c", cache))
        ]
        first, second, third = (
            self.adapted(start, split, each)[-1].model.predict(unseen) for each in contexts
        )
        assert_same(first, second)
        assert_same(first, third)

"""The untouched base against its contract, and against plain cosines."""

from __future__ import annotations

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from tests.contracts.pair_contract import RankingContract, SimilarityContract


def vectors(folder, texts):
    """Means of the last states over the tokens, by plain `transformers`."""
    tokens = AutoTokenizer.from_pretrained(folder)(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        states = AutoModel.from_pretrained(folder)(**tokens).last_hidden_state
    mask = tokens["attention_mask"][:, :, None].float()
    return torch.nn.functional.normalize((states * mask).sum(dim=1) / mask.sum(dim=1), dim=1).numpy()


class TestUntouched(SimilarityContract):
    name = "untouched"

    def test_it_tells_the_cosine_of_plain_vectors_in_the_scale_of_the_file(
        self, start, split, context, unseen, tiny_bert
    ):
        model = self.adapted(start, split, context)[-1].model
        one, other = (vectors(tiny_bert, unseen.frame[name].to_list()) for name in ("one", "other"))
        task = split.task
        expected = task.low + (task.high - task.low) * (one * other).sum(axis=1)
        np.testing.assert_allclose(model.predict(unseen).values, expected, atol=1e-4)


class TestUntouchedOfRankings(RankingContract):
    name = "untouched"

    def test_it_ranks_by_the_cosine_of_plain_vectors(self, start, split, context, unseen, tiny_bert):
        found = self.adapted(start, split, context)[-1].model.predict(unseen)
        cosines = vectors(tiny_bert, unseen.texts) @ vectors(tiny_bert, list(split.task.corpus)).T
        np.testing.assert_allclose(found.scores, np.sort(cosines, axis=1)[:, ::-1], atol=2e-3)
        np.testing.assert_allclose(np.take_along_axis(cosines, found.ranked, axis=1), found.scores, atol=2e-3)

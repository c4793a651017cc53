"""Votes against scikit-learn's neighbours, and where there is nobody to vote."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.neighbors import KNeighborsClassifier

from headstart.models.nearest import nearest
from headstart.models.unit import unit
from headstart.models.votes import RESERVED, log_votes


def test_they_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    stored, queries = (unit(rng.normal(size=(rows, 5))) for rows in (60, 20))
    targets = rng.integers(0, 3, 60)
    cosines, places = nearest(torch.from_numpy(queries), torch.from_numpy(stored), 7)
    frequencies = torch.bincount(torch.from_numpy(targets)) / 60
    ours = log_votes(cosines, torch.from_numpy(targets)[places], frequencies, temperature=0.2).exp()

    def weigh(distances):
        # The squared distance of unit vectors is two less twice their cosine.
        return np.exp((1 - distances**2 / 2) / 0.2)

    peer = KNeighborsClassifier(n_neighbors=7, weights=weigh).fit(stored, targets)
    expected = (1 - RESERVED) * peer.predict_proba(queries) + RESERVED * frequencies.numpy()
    np.testing.assert_allclose(ours, expected, atol=1e-6)


def test_a_class_that_no_neighbour_has_keeps_some_of_the_votes():
    found = log_votes(
        torch.tensor([[0.9, 0.8]]), torch.tensor([[1, 1]]), torch.tensor([0.5, 0.5]), temperature=0.1
    )
    torch.testing.assert_close(found.exp(), torch.tensor([[RESERVED / 2, 1 - RESERVED / 2]]))


def test_without_neighbours_the_frequencies_stand():
    frequencies = torch.tensor([0.2, 0.8])
    cosines = torch.full((1, 2), -torch.inf)
    found = log_votes(cosines, torch.tensor([[0, 1]]), frequencies, temperature=0.1)
    torch.testing.assert_close(found.exp()[0], frequencies)

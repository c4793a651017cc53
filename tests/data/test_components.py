"""Connected components against a hand-made graph."""

from __future__ import annotations

import numpy as np

from headstart.data.components import components


def test_edges_and_labels_join() -> None:
    labels = np.array([0, 1, 2, 2, 4, 5])
    found = components(labels, left=np.array([0, 3]), right=np.array([1, 4]))
    assert found[0] == found[1]
    assert found[2] == found[3] == found[4]
    assert len({found[0], found[2], found[5]}) == 3


def test_no_edges() -> None:
    none = np.array([], dtype=np.int64)
    assert len(set(components(np.arange(3), left=none, right=none).tolist())) == 3

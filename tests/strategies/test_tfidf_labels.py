"""One linear model a label against its contract."""

from __future__ import annotations

import numpy as np

from tests.contracts.label_data import LabelContract


class TestTfidfLabels(LabelContract):
    name = "tfidf_labels"
    accuracy = 0.8

    def test_a_label_that_no_training_row_has_is_unlikely(self, start, split, context, unseen):
        from dataclasses import replace

        wider = replace(split, task=replace(split.task, classes=(*split.task.classes, "never")))
        found = self.adapted(replace(start, task=wider.task), wider, context)[-1].model.predict(unseen)
        assert (found.probabilities[:, -1] < 0.05).all()
        assert np.isfinite(found.probabilities).all()

"""What every predictor owes to the bundle: the same answers after a trip to disk, in open formats."""

from __future__ import annotations

import json

import numpy as np

OPEN_FORMATS = {".json", ".safetensors", ".txt", ".model"}


class PredictorContract:
    """Inherit and give the fixtures `predictor`, `rows` (a dozen or more) and `task`."""

    def test_answers_every_row(self, predictor, rows):
        predictions = predictor.predict(rows)
        assert len(predictions) == len(rows)
        assert predictions.probabilities.shape == (len(rows), len(predictions.classes))
        np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1.0, atol=1e-5)
        np.testing.assert_array_equal(predictions.labels, predictions.probabilities.argmax(axis=1))

    def test_answers_no_rows(self, predictor, rows):
        predictions = predictor.predict(rows.take([]))
        assert len(predictions) == 0
        assert predictions.probabilities.shape == (0, len(predictions.classes))

    def test_a_row_is_answered_alike_alone_and_in_any_company(self, predictor, rows):
        together = predictor.predict(rows).probabilities
        backwards = predictor.predict(rows.take(np.arange(len(rows))[::-1])).probabilities
        alone = predictor.predict(rows.take([3])).probabilities
        np.testing.assert_allclose(backwards[::-1], together, atol=1e-5)
        np.testing.assert_allclose(alone[0], together[3], atol=1e-5)

    def test_answers_the_same_from_disk(self, predictor, rows, task, tmp_path):
        config = json.loads(json.dumps(dict(predictor.save(tmp_path))))
        reloaded = type(predictor).load(tmp_path, config, task)
        before, after = predictor.predict(rows), reloaded.predict(rows)
        np.testing.assert_array_equal(after.probabilities, before.probabilities)
        np.testing.assert_array_equal(after.labels, before.labels)
        assert after.classes == before.classes

    def test_is_kept_in_open_formats(self, predictor, tmp_path):
        predictor.save(tmp_path)
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {path.suffix for path in kept} <= OPEN_FORMATS

"""The most probable labels of each row, in the place of a column for every label."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from headstart.bundle.save import save_model
from headstart.core.model import Model
from headstart.errors import SettingError
from headstart.flow.predict import predict
from headstart.predictors.constant import Constant
from headstart.predictors.constant_number import ConstantNumber
from headstart.tasks.multilabel import Multilabel
from headstart.tasks.regression import Regression
from tests.bundle.models import TEXTS, linear_model, rows


@pytest.fixture
def bundle(tmp_path):
    def save(model: Model):
        save_model(model, tmp_path / "bundle", columns=("text",))
        return tmp_path / "bundle"

    return save


@pytest.fixture
def data(write_csv):
    return write_csv("new.csv", {"text": TEXTS})


@pytest.mark.parametrize("top", [1, 2, 3, 9])
def test_they_come_in_order_with_their_probabilities(bundle, data, top):
    model = linear_model()
    found = predict(bundle(model), data, top=top).frame()
    assert found.columns == ["text", "prediction", "most_probable"]
    expected = model.predict(rows())
    for row, (named, answer) in enumerate(zip(found["most_probable"], found["prediction"], strict=True)):
        assert len(named) == min(top, 3)
        probabilities = [each["probability"] for each in named]
        np.testing.assert_allclose(probabilities, np.sort(expected.probabilities[row])[::-1][:top])
        places = [expected.classes.index(each["label"]) for each in named]
        np.testing.assert_allclose(expected.probabilities[row, places], probabilities)
        assert answer == expected.names[row]


def test_they_are_json_in_a_csv_file(bundle, data, tmp_path):
    predict(bundle(linear_model()), data, out=tmp_path / "out.csv", top=2)
    cells = pl.read_csv(tmp_path / "out.csv")["most_probable"]
    assert all({"label", "probability"} == set(each) for cell in cells for each in json.loads(cell))


def test_labels_of_which_a_row_has_several_are_named_too(bundle, data):
    task = Multilabel(classes=("a", "b", "c"))
    constant = Constant(classes=task.classes, frequencies=(0.2, 0.9, 0.6), several=True)
    found = predict(bundle(replace(linear_model(), task=task, predictor=constant)), data, top=2).frame()
    assert found["prediction"].to_list()[0] == ["b", "c"]
    assert [each["label"] for each in found["most_probable"][0]] == ["b", "c"]


def test_of_equals_the_first_comes_first(bundle, data):
    even = Constant(classes=("billing", "bug", "shipping"), frequencies=(0.4, 0.2, 0.4))
    found = predict(bundle(replace(linear_model(), predictor=even)), data, top=2).frame()
    assert [each["label"] for each in found["most_probable"][0]] == ["billing", "shipping"]


def test_what_can_not_be_named_is_refused_before_anything_is_predicted(bundle, data, write_csv):
    folder = bundle(linear_model())
    with pytest.raises(SettingError, match="got 0; give 1 or more"):
        predict(folder, data, top=0)
    taken = write_csv("taken.csv", {"text": ["a"], "most_probable": ["b"]})
    with pytest.raises(SettingError, match="already has the column 'most_probable'"):
        predict(folder, taken, top=1)
    assert predict(folder, taken).frame().height == 1


def test_numbers_have_no_labels(bundle, data):
    model = Model(task=Regression(), predictor=ConstantNumber(value=1.0))
    with pytest.raises(SettingError, match="leave --top out"):
        predict(bundle(model), data, top=2)

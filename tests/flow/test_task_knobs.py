"""Settings of a task through `--set`."""

from __future__ import annotations

import pytest

from headstart.core.split import Dataset, Split
from headstart.errors import SettingError, UnknownName
from headstart.flow.adapting.task_knobs import for_strategies, with_knobs
from headstart.tasks.question_answering import QuestionAnswering
from tests.contracts.span_data import span_rows

GIVEN = {"epochs": "3", "full.batch_size": "8", "question_answering.articles": "der die das"}


@pytest.fixture
def dataset():
    rows = span_rows(6)
    task = QuestionAnswering.infer(rows)
    return Dataset(split=Split(task=task, train=rows, dev=rows.take([])), test=rows.take([]), sha256="")


def test_what_is_said_of_the_task_is_set_there_and_kept_from_strategies(dataset):
    found = with_knobs(dataset, {**GIVEN, "question-answering.longest": "12"}).split.task
    assert (found.articles, found.longest, found.unanswerable) == ("der die das", 12, True)
    assert for_strategies(GIVEN) == {"epochs": "3", "full.batch_size": "8"}
    assert found.metric_settings() == {"articles": "der die das"}


def test_without_such_settings_the_data_stays_as_it_is(dataset):
    assert with_knobs(dataset, {"epochs": "3"}) is dataset


@pytest.mark.parametrize(
    ("key", "value", "error", "said"),
    [
        ("question_answering.article", "a", UnknownName, "did you mean 'articles'"),
        ("question_answering.longest", "many", SettingError, "from 1 to 512"),
        ("question_answering.unanswerable", "true", UnknownName, "articles"),
        ("tagging.windows", "true", SettingError, "a task of question_answering, not of tagging"),
    ],
)
def test_what_does_not_fit_is_refused(dataset, key, value, error, said):
    with pytest.raises(error, match=said):
        with_knobs(dataset, {key: value})

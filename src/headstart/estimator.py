"""A scikit-learn classifier of texts: one strategy on one base, without a race or a verdict."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import polars as pl
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from headstart import registry
from headstart.config import cache_folder
from headstart.core.context import Context
from headstart.core.model import Model
from headstart.core.rows import Columns, Rows
from headstart.core.split import Split
from headstart.core.strategy import last_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float
    from numpy import ndarray
    from sklearn.utils import Tags

TEXT, LABEL = "text", "label"


class TransferClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifies texts with a pre-trained model that `fit` adapts.

    Args:
        base: pre-trained model: `embedded`, a folder or a hub name.
        strategy: name of a strategy, such as `probe` or `full`.
        params: its hyper-parameters by name.
        cache: whether features of the frozen base are kept on disk between fits.
        random_state: owner of all randomness.

    Attributes:
        classes_: the labels in the order of the columns of `predict_proba`.
        model_: the fitted model.
    """

    def __init__(
        self,
        *,
        base: str = "embedded",
        strategy: str = "probe",
        params: Mapping[str, Any] | None = None,
        cache: bool = True,
        random_state: int = 0,
    ) -> None:
        self.base = base
        self.strategy = strategy
        self.params = params
        self.cache = cache
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Adapts the base to texts and their labels.

        Args:
            X: one text a row: a list, an array, a Series or a frame of one column.
            y: one label a row.

        Raises:
            ValueError: lengths differ, an X that is not texts, or fewer than two classes.
            UseError: a base, a strategy or a parameter does not exist or can't be used.
        """
        if y is None:
            raise ValueError("TransferClassifier requires y to be passed, but the target y is None")
        labels = column_or_1d(y, warn=True)
        check_classification_targets(labels)
        texts = as_texts(X)
        if len(texts) != len(labels):
            raise ValueError(f"got {len(texts)} texts and {len(labels)} labels; give one label a text")
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"got one class, {self.classes_[0]!r}; a classifier needs two or more")
        frame = pl.DataFrame({TEXT: texts, LABEL: [str(code) for code in codes]})
        self.model_ = self._adapted(Rows.of(frame, Columns(text=(TEXT,), target=LABEL)))
        return self

    def predict(self, X: Any) -> ndarray:  # noqa: N803
        """The most likely label of each text."""
        chosen = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[chosen])

    def predict_proba(self, X: Any) -> Float[ndarray, "rows classes"]:  # noqa: N803
        """The probability of each class for each text, columns as in `classes_`."""
        check_is_fitted(self, "model_")
        texts = as_texts(X)
        rows = Rows.of(pl.DataFrame({TEXT: texts}, schema={TEXT: pl.String}), Columns(text=(TEXT,)))
        probabilities = self.model_.predict(rows).probabilities
        assert probabilities is not None
        return probabilities

    def _adapted(self, rows: Rows) -> Model:
        from headstart.models.describe import describe
        from headstart.models.machine import known_machine

        machine = known_machine(cache_folder())
        strategy = registry.build("strategies", self.strategy, self.params or {})
        named = tuple(str(code) for code in range(len(self.classes_)))
        words = {str(code): str(label) for code, label in enumerate(self.classes_)}
        task = registry.build("tasks", "classification", {"classes": named, "describe": words})
        split = Split(task=task, train=rows, dev=rows.take([]))
        model = Model(task=task, predictor=None, base=describe(self.base) if strategy.needs_base else None)
        with tempfile.TemporaryDirectory() as workdir:
            context = Context(
                seed=self.random_state,
                device=machine.device,
                precision=machine.precision,
                workdir=Path(workdir),
                metric=registry.build("metrics", "macro_f1", {}),
                cache=cache_folder() / "features" if self.cache else None,
            )
            last = last_of(strategy.adapt(model, split, context))
            return model if last is None else last.model

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = True  # of one column
        tags.input_tags.one_d_array = True
        tags.non_deterministic = False
        return tags


def as_texts(values: Any) -> list[str]:
    """One text a row, from whatever holds them.

    Raises:
        TypeError: the values are a sparse matrix.
        ValueError: there are no rows, more than one column, or a value that is not text.
    """
    if isinstance(values, str):
        raise ValueError("got one text; give a list of texts")
    if issparse(values):
        raise TypeError("got a sparse matrix; sparse input is not supported, give one text a row")
    array = np.asarray(values, dtype=object)
    if array.size and isinstance(array.flat[0], complex):
        raise ValueError("Complex data not supported: give one text a row")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(f"got an array of shape {array.shape}; give one text a row")
    if not len(array):
        raise ValueError("got no texts; 0 samples is fewer than the minimum of 1")
    for position, value in enumerate(array):
        if not isinstance(value, str):
            raise ValueError(
                f"row {position} is a {type(value).__name__}, {value!r:.60}; every row must be text"
            )
    return [str(value) for value in array]

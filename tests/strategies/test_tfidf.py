"""A linear model on word and character n-grams."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pytest

from headstart.core.rows import Columns, Rows
from headstart.core.split import Split
from headstart.metrics.accuracy import Accuracy
from tests.contracts.small_data import small_situation, small_task
from tests.contracts.strategy_contract import StrategyContract


@dataclass(frozen=True)
class Watching(Accuracy):
    """Accuracy that remembers what it said."""

    seen: list[float] = field(default_factory=list)

    def value(self, stats):
        self.seen.append(super().value(stats))
        return self.seen[-1]


def rows_of(texts, labels):
    """Rows with these texts and labels."""
    frame = pl.DataFrame({"text": texts, "label": labels})
    return Rows.of(frame, Columns(text=("text",), target="label"))


def split_of(texts, labels, classes=("bad", "good")):
    """All of them to fit on."""
    rows = rows_of(texts, labels)
    return Split(task=small_task(classes), train=rows, dev=rows.take([]))


class TestTfidf(StrategyContract):
    name = "tfidf"
    accuracy = 0.9

    def test_the_strength_is_found_by_folds_and_told(self, start, split, context):
        chosen = self.adapted(start, split, context)[-1].chosen
        assert chosen["strength"] in (3.0, 10.0, 30.0, 100.0)

    def test_a_strength_that_is_given_is_kept(self, start, split, context):
        assert self.adapted(start, split, context, strength=0.5)[-1].chosen == {"strength": 0.5}

    def test_the_strength_is_found_on_groups_that_were_held_out_whole(self, start, tmp_path):
        # Labels without any pattern, each text ten times: only who saw a copy can tell its label.
        rng = np.random.default_rng(0)
        texts = [" ".join(rng.choice(list("abcdefghij"), 5)) for _ in range(30)]
        copies = rows_of(texts * 10, rng.permutation(["bad", "good"] * 15).tolist() * 10)
        grouped = replace(copies, groups=np.tile(np.arange(30), 10))
        assert self.best_score_of_folds(start, copies, tmp_path / "a") > 0.95
        assert self.best_score_of_folds(start, grouped, tmp_path / "b") < 0.8

    def best_score_of_folds(self, start, rows, workdir):
        watching = Watching()
        split = Split(task=small_task(("bad", "good")), train=rows, dev=rows.take([]))
        self.adapted(start, split, self.context_in(workdir, metric=watching))
        return max(watching.seen)

    @pytest.mark.parametrize("texts", [["", " "] * 10, ["!!", "??"] * 10])
    def test_texts_without_words_still_give_a_model(self, start, context, texts):
        model = self.adapted(start, split_of(texts, ["bad", "good"] * 10), context)[-1].model
        assert np.isfinite(model.predict(rows_of(["anything", ""], ["bad", "bad"])).probabilities).all()

    def test_one_class_alone_is_answered_always(self, start, context):
        model = self.adapted(start, split_of(["a b", "c d", "e f"], ["good"] * 3), context)[-1].model
        predictions = model.predict(rows_of(["a b", "x"], ["bad", "bad"]))
        assert predictions.names == ["good", "good"]
        assert predictions.probabilities[0, 1] > 0.99

    def test_classes_of_one_row_and_fewer_rows_than_folds(self, start, context):
        split = split_of(["aa", "bb", "cc"], ["bad", "good", "ugly"], ("bad", "good", "ugly", "absent"))
        model = self.adapted(start, split, context)[-1].model
        predictions = model.predict(split.train)
        assert predictions.names == ["bad", "good", "ugly"]
        assert predictions.probabilities[:, 3].max() < 1e-3

    def test_stop_words_are_not_counted(self, start, context):
        split = split_of(["the the", "and and"] * 10, ["bad", "good"] * 10)
        model = self.adapted(start, split, context, stop_words="en", characters="no")[-1].model
        assert model.predict(split.train).probabilities == pytest.approx(0.5, abs=1e-6)

    def test_a_lexicon_knows_words_that_training_rows_lack(self, start, context, tmp_path):
        path = tmp_path / "words.csv"
        path.write_text("word,weight\nsplendid,1\nsuperb,1\nawful,-1\ndire,-1\n", encoding="utf-8")
        split = split_of(["splendid", "awful"] * 10, ["good", "bad"] * 10)
        unknown = rows_of(["superb", "dire"], ["good", "bad"])
        plain, helped = (
            self.adapted(start, split, context, characters="no", lexicon=lexicon)[-1].model.predict(unknown)
            for lexicon in ("", str(path))
        )
        assert plain.probabilities == pytest.approx(0.5, abs=1e-3)
        assert helped.names == ["good", "bad"]
        assert helped.probabilities.max(axis=1).min() > 0.6

    def test_a_missing_lexicon_is_told_before_fitting(self, start, split):
        reasons = self.strategy(lexicon="nowhere.csv").blockers(
            small_situation(split.task, None, train_rows=10)
        )
        assert any("nowhere.csv" in reason for reason in reasons)

    def test_its_probabilities_are_those_of_scikit_learn(self, start, split, context, unseen):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline, make_union

        peer = make_pipeline(
            make_union(
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+"),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
            ),
            LogisticRegression(C=10.0, tol=1e-8, max_iter=1000),
        ).fit(split.train.texts, split.train.targets)
        model = self.adapted(start, split, context, strength=10.0)[-1].model
        ours, theirs = model.predict(unseen).probabilities, peer.predict_proba(unseen.texts)
        assert ours == pytest.approx(theirs, abs=0.03)
        assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.999


@pytest.mark.parametrize(("name", "least"), [("sst2", 0.728), ("ag_news", 0.842), ("banking77", 0.759)])
@pytest.mark.heavy
def test_is_as_good_on_two_thousand_rows_as_a_strong_tf_idf(name, least, shared, tmp_path):
    from sklearn.model_selection import train_test_split

    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model

    folder = shared / "data" / name
    train, test = (
        pl.read_parquet(folder / f"{part}.parquet").cast({"label": str}) for part in ("train", "test")
    )
    chosen, _ = train_test_split(
        np.arange(len(train)), train_size=2000, stratify=train["label"].to_numpy(), random_state=0
    )
    columns = Columns(text=("text",), target="label")
    rows, unseen = Rows.of(train[chosen], columns), Rows.of(test, columns)
    task = small_task(tuple(sorted(train["label"].unique())))
    metric = registry.build("metrics", "macro_f1", {})
    context = Context(seed=0, device="cpu", precision="float32", workdir=tmp_path, metric=metric)
    split = Split(task=task, train=rows, dev=rows.take([]))
    strategy = registry.build("strategies", "tfidf", {})
    model = list(strategy.adapt(Model(task=task, predictor=None), split, context))[-1].model
    assert metric.value(metric.stats(task.gold(unseen), model.predict(unseen))) >= least

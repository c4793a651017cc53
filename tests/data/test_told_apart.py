"""Rows of a phrase that very many share are told apart by their columns; others stay together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from headstart.core.feature import CATEGORY, Feature
from headstart.core.findings import Findings
from headstart.core.rows import Columns, Rows
from headstart.data.clusters import count_duplicates, find_clusters
from headstart.data.dataset import load_dataset
from headstart.data.earlier import Earlier
from headstart.data.options import DataOptions
from headstart.data.ordering import in_order
from headstart.data.sealed import Sealed
from headstart.data.told_apart import phrases

FEATURES = (Feature(name="plan", kind=CATEGORY),)


def rows(plans: list[str], texts: list[str]) -> Rows:
    frame = pl.DataFrame({"text": texts, "plan": plans, "label": ["a", "b"] * (len(texts) // 2)})
    return Rows.of(frame, Columns(text=("text",), target="label", features=FEATURES))


def many(count: int = 60) -> Rows:
    """One phrase in every row but two, which share a long text."""
    long = "the same long letter about a parcel that never came to my house"
    texts = ["month to month"] * (count - 2) + [long, long]
    return rows([f"plan {at % 15}" for at in range(count)], texts)


def test_a_phrase_is_what_very_many_rows_share() -> None:
    hashes = np.array([7] * 21 + [8] * 20 + [9], dtype=np.uint64)
    assert phrases(hashes).tolist() == [7]
    assert phrases(np.repeat(np.arange(10, dtype=np.uint64), 30)).tolist() == list(range(10))


def test_rows_of_a_phrase_are_together_only_with_equal_columns() -> None:
    found = find_clusters(many())
    assert len(set(found.of[:58].tolist())) == 15
    assert found.of[0] == found.of[15]
    # A letter that comes twice is known again, whatever stands beside it.
    assert found.of[58] == found.of[59]


def test_without_columns_a_phrase_is_one_cluster() -> None:
    assert len(set(find_clusters(many().plain).of.tolist())) == 2


def test_duplicates_are_rows_that_are_equal_in_text_and_columns() -> None:
    table = many()
    found = count_duplicates(Findings(), table, find_clusters(table), answer="class")
    assert found.exact_duplicates == 58 - 15
    plain = count_duplicates(Findings(), table.plain, find_clusters(table.plain), answer="class")
    assert plain.exact_duplicates == 58


def test_the_order_of_the_file_makes_no_difference() -> None:
    table = many()
    unlike = replace(
        table, frame=table.frame.with_columns(plan=pl.Series([f"plan {at}" for at in range(60)]))
    )
    turned = unlike.take(np.arange(60)[::-1])
    assert in_order(unlike).frame["plan"].to_list() == in_order(turned).frame["plan"].to_list()


def test_what_an_earlier_run_sealed_of_a_phrase_is_known_by_its_columns() -> None:
    plans, labels = [f"plan {at}" for at in range(200)], ["a", "b"] * 100
    frame = pl.DataFrame({"text": ["month to month"] * 200, "plan": plans, "label": labels})
    options = DataOptions(target=("label",), text=("text",), columns=("plan",), ignore=())
    first = load_dataset(frame, options, task_name=None, task_settings={})
    sealed = Sealed.of("classification", test=first.test, seen=first.split.train + first.split.dev)
    again = Rows.of(frame, first.test.columns)
    known = Earlier.of(sealed, find_clusters(again))
    assert set(again.frame["plan"].to_list()) >= set(first.test.frame["plan"].to_list())
    assert set(again.take(known.itself).frame["plan"].to_list()) == set(first.test.frame["plan"].to_list())


def test_what_is_remembered_of_columns_comes_back_from_disk(tmp_path) -> None:
    import json

    table = many()
    sealed = Sealed.of("classification", test=table.take(range(30)), seen=table.take(range(30, 60)))
    assert len(sealed.phrases) == 1
    (tmp_path / "sealed.json").write_text(json.dumps(sealed.to_dict()))
    again = Sealed.read(tmp_path)
    np.testing.assert_array_equal(again.whole, sealed.whole)
    np.testing.assert_array_equal(again.phrases, sealed.phrases)
    bare = Sealed.of("classification", test=table.plain.take(range(30)), seen=table.plain.take(range(30, 60)))
    assert "phrases" not in bare.to_dict()

"""Clusters that stay on one side of every split: near-duplicates, and the groups a person named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from headstart.core.task import WRITTEN
from headstart.core.turns import SYSTEM_COLUMNS, asked_text
from headstart.data.components import components
from headstart.data.duplicates import find_duplicates
from headstart.data.normalise import content_hashes, normalise
from headstart.data.told_apart import column_hashes, phrases, told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int, UInt
    from numpy import ndarray

    from headstart.core.findings import Findings
    from headstart.core.rows import Rows
    from headstart.data.duplicates import Template

_MOST_SHARE, _MOST_LINKED = 0.1, 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Clusters:
    """Which rows belong together.

    Args:
        of: cluster of each row, from 0.
        texts: cluster of each row by its text, and by its columns where very many share that text.
        keys: hash of each cluster's content, which neither the order of rows nor a seed changes.
        hashes: hash of each row's text without case and punctuation.
        whole: hash of that text with the columns beside it.
        near: different texts that nearly equal another one.
        notes: what was found and decided, in plain words.
        groups: hash of each row's group, or None where no column names groups.
    """

    of: Int[ndarray, " rows"]
    texts: Int[ndarray, " rows"]
    keys: UInt[ndarray, " clusters"]
    hashes: UInt[ndarray, " rows"]
    whole: UInt[ndarray, " rows"]
    near: int
    notes: tuple[str, ...] = ()
    groups: UInt[ndarray, " rows"] | None = None


def find_clusters(rows: Rows, *, shared: Sequence[Sequence[str]] = ()) -> Clusters:
    """Clusters of rows by their texts and, where a column is named for it, by their groups.

    Where that column is one of the texts, such as the passage that questions are asked of, rows share it by
    nature, and what is alike is sought in it alone. Of conversations, what is asked is compared and not the
    system message before it, which may be longer and the same everywhere.

    Args:
        rows: the rows.
        shared: for each row, further texts that no other side of a split may hold, such as the passages that
            answer it; empty where there are none.
    """
    joined = joined_texts(rows)
    texts = _compared(rows, joined)
    found = find_duplicates(texts)
    notes = _said_of_templates(found.templates)
    alike, identity, cells = found.clusters, found.hashes, column_hashes(rows)
    if rows.columns.features:
        alike = told_apart(found.clusters, found.hashes, cells)
        identity = found.hashes ^ np.where(np.isin(found.hashes, phrases(found.hashes)), cells, np.uint64(0))
    of, groups = alike, group_hashes(rows, found.hashes)
    if groups is not None:
        identity = groups
        of, more = _united(alike, groups)
        notes += [f"{more} (column {rows.columns.group!r})"] if more else []
    if shared:
        of, more = _linked(of, shared)
        notes += [more] if more else []
    keys = np.full(int(of.max()) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(keys, of, identity)
    hashes = found.hashes if texts is joined else content_hashes(normalise(joined))
    near = _near(texts, found.clusters)
    return Clusters(
        of=of,
        texts=alike,
        keys=keys,
        hashes=hashes,
        whole=hashes ^ cells,
        near=near,
        notes=tuple(notes),
        groups=groups,
    )


def group_hashes(rows: Rows, texts: UInt[ndarray, " rows"]) -> UInt[ndarray, " rows"] | None:
    """A hash of each row's group; a row without one is a group with those of the same text.

    Args:
        rows: the rows.
        texts: hash of each row's text.

    Returns:
        the hashes; None where no column of the rows names groups.
    """
    name = rows.columns.group
    if name is None or name not in rows.frame.columns:
        return None
    named = rows.frame[name].cast(pl.String).fill_null("")
    return np.where((named == "").to_numpy(), texts, content_hashes(named))


def _compared(rows: Rows, joined: pl.Series) -> pl.Series:
    """What is compared of each row: its group where that is one of its texts, else all that it asks."""
    group, (first, *others) = rows.columns.group, rows.columns.text
    if group in rows.columns.text:
        return rows.frame[group]
    if first in SYSTEM_COLUMNS and others:
        joined = joined_texts(replace(rows, columns=replace(rows.columns, text=tuple(others))))
    if not joined.str.contains(r"^\s*\[").any():
        return joined
    return pl.Series(joined.name, [asked_text(each) for each in joined], dtype=pl.String)


def count_duplicates(found: Findings, rows: Rows, clusters: Clusters, *, answer: str) -> Findings:
    """What was found, with duplicates and conflicting answers counted among the rows; columns count too.

    Args:
        found: what was found so far.
        rows: the rows.
        clusters: which of them belong together.
        answer: what the task says of a row (`core.task.ANSWERS`); of texts several may be right.
    """
    texts = pl.DataFrame({"text": joined_texts(rows), "cells": column_hashes(rows)})
    conflicts = 0
    if rows.columns.target is not None and answer not in WRITTEN:
        said = pl.DataFrame({"hash": clusters.whole, "answer": rows.frame[rows.columns.target]})
        conflicts = int((said.group_by("hash").agg(pl.col("answer").n_unique())["answer"] > 1).sum())
    return replace(
        found,
        exact_duplicates=texts.height - texts.n_unique(),
        near_duplicates=clusters.near,
        answer=answer,
        conflicts=conflicts,
    )


def joined_texts(rows: Rows) -> pl.Series:
    """The text columns of each row as one text."""
    if len(rows.columns.text) == 1:
        return rows.frame[rows.columns.text[0]]
    return rows.frame.select(pl.concat_str(rows.columns.text, separator="\n").alias("text")).to_series()


def _said_of_templates(templates: Sequence[Template]) -> list[str]:
    if not templates:
        return []
    largest = max(templates, key=lambda each: each.rows)
    built = f"{sum(each.rows for each in templates):,} texts are built from "
    built += "one template" if len(templates) == 1 else f"{len(templates)} templates"
    return [
        f"{built}, such as {_shortened(largest.example)!r} ({largest.rows:,} texts); so many alike can't "
        "all be kept on one side of a split, so test rows may resemble rows that were trained on"
    ]


def _united(
    texts: Int[ndarray, " rows"], groups: UInt[ndarray, " rows"]
) -> tuple[Int[ndarray, " rows"], str]:
    """Clusters of whole groups and near-duplicates, or of groups alone if those would grow too large."""
    members = np.unique(groups, return_inverse=True)[1]
    count = int(members.max()) + 1
    nodes = count + int(texts.max()) + 1
    both = components(np.arange(nodes), left=members, right=count + texts)[members]
    both = np.unique(both, return_inverse=True)[1]
    largest, allowed = np.bincount(both).max(), max(_MOST_SHARE * len(texts), np.bincount(members).max())
    if largest <= allowed:
        return both, ""
    return members, (
        f"near-duplicate texts join groups into one of {largest:,} rows, so groups alone were kept whole "
        f"and like texts may stand on both sides of the split"
    )


def _linked(of: Int[ndarray, " rows"], shared: Sequence[Sequence[str]]) -> tuple[Int[ndarray, " rows"], str]:
    """Clusters joined through nearly equal texts that rows share, and what there is to tell of it."""
    owners = np.repeat(np.arange(len(shared)), [len(each) for each in shared])
    flat = pl.Series([text for each in shared for text in each], dtype=pl.String)
    if not len(flat):
        return of, ""
    rows = int(of.max()) + 1
    texts = rows + find_duplicates(flat).clusters
    joined = components(np.arange(int(texts.max()) + 1), left=of[owners], right=texts)[of]
    joined = np.unique(joined, return_inverse=True)[1]
    largest = int(np.bincount(joined).max())
    if largest <= max(_MOST_SHARE * len(of), np.bincount(of).max()):
        return joined, ""
    hanging = f"{largest:,} of {len(of):,} rows hang together through the passages that they share"
    if largest <= _MOST_LINKED * len(of):
        return joined, f"{hanging}, so one side of every split holds them all"
    return of, (
        f"{hanging}, so splits keep like queries on one side alone and a passage may be asked for on both"
    )


def _near(texts: pl.Series, clusters: Int[ndarray, " rows"]) -> int:
    different = pl.DataFrame({"cluster": clusters, "text": texts}).unique().group_by("cluster").len()["len"]
    return int(different.filter(different > 1).sum())


def _shortened(text: str) -> str:
    line = " ".join(text[:200].split())
    return line if len(line) <= 60 else line[:59] + "…"

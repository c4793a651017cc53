"""Clusters of equal and nearly equal texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from headstart.data.components import components
from headstart.data.minhash import BANDS, band_keys
from headstart.data.normalise import content_hashes, normalise
from headstart.data.shingles import jaccard

if TYPE_CHECKING:
    import polars as pl
    from jaxtyping import Int, UInt
    from numpy import ndarray

NEAR = 0.8
_LEAST_CAP, _CAP_SHARE = 20, 0.005


@dataclass(frozen=True, kw_only=True, eq=False)
class Template:
    """Texts so many and so alike that they were not put into one cluster: their number and one of them."""

    rows: int
    example: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Duplicates:
    """Which rows say nearly the same.

    Args:
        clusters: cluster of each row, from 0; does not depend on the order of the rows.
        hashes: hash of each row's normalised text.
        templates: families of texts that were cut into several clusters.
    """

    clusters: Int[ndarray, " rows"]
    hashes: UInt[ndarray, " rows"]
    templates: tuple[Template, ...] = ()


def find_duplicates(texts: pl.Series) -> Duplicates:
    """Clusters of texts that are equal but for case and punctuation, or share 80 % of their 5-grams.

    Candidates come from MinHash bands and are verified by exact Jaccard similarity; whatever is linked,
    through others too, is one cluster. A cluster of more than 0.5 % of the rows (and more than 20) is cut
    into pieces of that size, most alike texts together; equal texts are never parted.

    Args:
        texts: one text a row, without nulls.
    """
    normal = normalise(texts)
    hashes = content_hashes(normal)
    # From here on texts are in the order of their hashes, so that the rows' own order can't matter.
    known, first, inverse, counts = np.unique(
        hashes, return_index=True, return_inverse=True, return_counts=True
    )
    different = normal.gather(first)
    del normal
    linked = _linked(different)
    clusters, oversized = _cut(linked, different, counts, max(_LEAST_CAP, int(_CAP_SHARE * len(texts))))
    templates = tuple(
        Template(rows=int(counts[each].sum()), example=texts[int(first[each[0]])]) for each in oversized
    )
    return Duplicates(clusters=clusters[inverse], hashes=known[inverse], templates=templates)


def _linked(texts: pl.Series) -> Int[ndarray, " texts"]:
    """The component of each text in the graph of verified links."""
    keys = band_keys(texts)
    labels = np.arange(len(texts))
    for band in range(BANDS):
        left, right = _neighbours(keys[:, band])
        apart = labels[left] != labels[right]
        left, right = left[apart], right[apart]
        if not len(left):
            continue
        alike = np.concatenate(list(jaccard(texts, left, right))) >= NEAR
        labels = components(labels, left=left[alike], right=right[alike])
    return labels


def _neighbours(keys: UInt[ndarray, " texts"]) -> tuple[Int[ndarray, " pairs"], Int[ndarray, " pairs"]]:
    """Texts with the same key: each with the next of its bucket, and with the first."""
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    heads = np.maximum.accumulate(np.where(np.concatenate([[True], ~same]), np.arange(len(keys)), 0))
    follows = np.flatnonzero(same) + 1
    far = follows[heads[follows] < follows - 1]
    left = np.concatenate([order[follows - 1], order[heads[far]]])
    return left, np.concatenate([order[follows], order[far]])


def _cut(
    labels: Int[ndarray, " texts"], texts: pl.Series, counts: Int[ndarray, " texts"], cap: int
) -> tuple[Int[ndarray, " texts"], list[Int[ndarray, " members"]]]:
    """Clusters of at most `cap` rows, and the members of those that were cut."""
    rows = np.bincount(labels, weights=counts)
    members = np.bincount(labels)
    labels, oversized = labels.copy(), list[np.ndarray]()
    for large in np.flatnonzero((rows > cap) & (members > 1)):
        inside = np.flatnonzero(labels == large)
        inside = inside[texts.gather(inside).arg_sort().to_numpy()]
        piece = (np.cumsum(counts[inside]) - 1) // cap
        labels[inside] = labels.max() + 1 + piece
        oversized.append(inside)
    return np.unique(labels, return_inverse=True)[1], oversized

"""Near-duplicates: exact against brute force, the same in any order, and never one great lump."""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from headstart.data.duplicates import find_duplicates
from headstart.data.minhash import band_keys
from headstart.data.normalise import content_hashes, normalise
from headstart.data.shingles import jaccard, shingles

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    "The parcel I ordered last week has still not arrived at my address.",
    "the parcel i ordered last week has STILL not arrived, at my address!!",
    "The parcel I ordered last week has still not arrived at our address.",
    "I would like to cancel my subscription and get my money back, please.",
    "How do I change the e-mail address of my account?",
    "short",
    "Short!",
    "",
    "???",
    "包裹到现在还没有送到请尽快处理",
]


@cache
def grams(text: str) -> frozenset[str]:
    padded = text + "\n\n\n\n"
    return frozenset(padded[at : at + 5] for at in range(len(text)))


@cache
def similarity(first: str, second: str) -> float:
    return len(grams(first) & grams(second)) / len(grams(first) | grams(second))


def test_jaccard_is_that_of_the_sets_of_5_grams() -> None:
    texts = normalise(pl.Series(TEXTS))
    pairs = np.array(list(itertools.combinations(range(len(texts)), 2)))
    found = np.concatenate(list(jaccard(texts, pairs[:, 0], pairs[:, 1])))
    assert found == pytest.approx([similarity(texts[int(a)], texts[int(b)]) for a, b in pairs])


def test_shingles_of_a_text_do_not_depend_on_its_neighbours() -> None:
    alone, among = shingles(pl.Series(["parcel"])), shingles(pl.Series(["x", "parcel", "another one"]))
    assert among.offsets.tolist() == [0, 1, 7, 18]
    assert among.hashes[1:7].tolist() == alone.hashes.tolist()


def test_case_punctuation_and_a_word_make_no_difference() -> None:
    clusters = find_duplicates(pl.Series(TEXTS)).clusters
    assert clusters[0] == clusters[1] == clusters[2]
    assert clusters[5] == clusters[6]
    assert len(set(clusters.tolist())) == 7


def test_a_letter_of_two_characters_makes_no_difference() -> None:
    composed = pl.Series(
        ["Tôi muốn đổi mật khẩu của tài khoản này", "où est mon colis, à l'été dernier déjà payé ?"]
    )
    apart = composed.str.normalize("NFD")
    assert (composed != apart).all()
    assert normalise(apart).to_list() == normalise(composed).to_list()
    assert (composed != apart).all()
    clusters = find_duplicates(pl.concat([composed, apart])).clusters
    assert clusters[:2].tolist() == clusters[2:].tolist()
    assert clusters[0] != clusters[1]


def test_hashes_are_the_same_everywhere_and_for_ever() -> None:
    assert content_hashes(pl.Series(["parcel", "包裹"])).tolist() == [
        10814468227994604342,
        5746351062021603727,
    ]


def test_signatures_are_the_same_everywhere_and_for_ever() -> None:
    assert band_keys(pl.Series(["the parcel has not arrived"]))[0, :2].tolist() == [
        3019327142301618832,
        7421894496597523142,
    ]


def varied(count: int, seed: int) -> list[str]:
    """Texts of random words, a third of them with one to three letters of an earlier one changed."""
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(list("abcdefghiklmnorstu"), size=rng.integers(3, 9))) for _ in range(300)]
    texts = list[str]()
    for _ in range(count):
        if texts and rng.random() < 0.33:
            letters = list(texts[rng.integers(len(texts))])
            for at in rng.integers(0, len(letters), size=rng.integers(1, 4)):
                letters[at] = "z"
            texts.append("".join(letters))
        else:
            texts.append(" ".join(rng.choice(words, size=rng.integers(8, 20))))
    return texts


def test_nearly_all_pairs_that_brute_force_finds_and_no_other() -> None:
    texts = varied(300, seed=1)
    close = [
        (a, b)
        for a, b in itertools.combinations(range(len(texts)), 2)
        if similarity(texts[a], texts[b]) >= 0.8
    ]
    clusters = find_duplicates(pl.Series(texts)).clusters
    together = sum(clusters[a] == clusters[b] for a, b in close)
    assert len(close) > 50
    assert together >= 0.95 * len(close)
    linked = {frozenset((a, b)) for a, b in close}
    for each in np.unique(clusters):
        members = np.flatnonzero(clusters == each)
        if len(members) == 2:
            assert frozenset(members.tolist()) in linked


def test_the_order_of_rows_makes_no_difference() -> None:
    texts = pl.Series(varied(400, seed=2))
    shuffled = np.random.default_rng(3).permutation(len(texts))
    straight, mixed = find_duplicates(texts).clusters, find_duplicates(texts.gather(shuffled)).clusters
    assert (straight[shuffled] == mixed).all()


def test_templated_texts_are_cut_into_pieces_and_told() -> None:
    template = [f"Your code for the customer portal of the northern branch is {at:04}" for at in range(300)]
    found = find_duplicates(pl.Series(template * 2 + ["Something else altogether"]))
    assert np.bincount(found.clusters).max() <= 20
    assert (found.clusters[:300] == found.clusters[300:600]).all()
    assert [each.rows for each in found.templates] == [600]
    assert found.templates[0].example.startswith("Your code")


def test_equal_texts_are_never_parted() -> None:
    found = find_duplicates(pl.Series(["Ok.", "ok", "OK!"] * 50))
    assert set(found.clusters.tolist()) == {0}
    assert found.templates == ()


def test_known_duplicates_of_a_public_set(shared: Path) -> None:
    texts = pl.read_parquet(shared / "data" / "sms_spam" / "train.parquet")["text"]
    clusters = find_duplicates(texts).clusters
    frame = pl.DataFrame({"text": texts, "cluster": clusters})
    assert frame.group_by("text").agg(pl.col("cluster").n_unique())["cluster"].max() == 1
    assert len(texts) - texts.n_unique() == 269
    assert np.bincount(clusters).max() < 50

"""Questions of which some have no answer, made of questions that all have one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from jaxtyping import Bool, Int
    from numpy import ndarray

    from headstart.core.rows import Rows

# XQuAD has so many paragraphs of each of 48 articles of SQuAD, one after the other; it does not name these.
PARAGRAPHS = 5
# Of the articles that are not tested on, a fifth sets the threshold, as a fifth of the rows does in a run.
TEST_SHARE, DEV_SHARE = 1 / 3, 0.2


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Rows of three sets of articles: no paragraph is in two of them.

    Args:
        train: rows to learn from.
        dev: rows to set the threshold on.
        test: rows to measure on.
    """

    train: Rows
    dev: Rows
    test: Rows


def draw_unanswerable(data: Path, *, share: float, seed: int, articles: int | None = None) -> Asked:
    """The English questions of xquad, some of them asked of a paragraph that does not answer them.

    Args:
        data: folder with a folder for each set.
        share: of the questions of each part that have no answer.
        seed: decides which these are, what paragraph they are asked of, and which articles are tested on.
        articles: how many are taken; all of them without it.

    Raises:
        SystemExit: the file is missing.
    """
    path = data / "xquad" / "test_en.parquet"
    if not path.exists():
        raise SystemExit(f"{path} is missing; --data names a folder with a folder for each data set")
    frame = pl.read_parquet(path, columns=["question", "context", "answer", "answer_start"])
    of = articles_of(frame["context"].to_list())
    rng = np.random.default_rng([seed, round(100 * share)])
    known = rng.permutation(of.max() + 1)[:articles]
    test = round(TEST_SHARE * len(known))
    dev = test + round(DEV_SHARE * (len(known) - test))
    parts = (known[dev:], known[test:dev], known[:test])
    train, held, sealed = (asked_apart(frame, of, np.isin(of, each), share=share, rng=rng) for each in parts)
    return Asked(train=train, dev=held, test=sealed)


def articles_of(contexts: list[str]) -> Int[ndarray, " rows"]:
    """The number of the article that each row's paragraph is of, rows in the order of the file."""
    places = {text: place for place, text in enumerate(dict.fromkeys(contexts))}
    return np.array([places[text] // PARAGRAPHS for text in contexts], dtype=np.int64)


def asked_apart(
    frame: pl.DataFrame,
    articles: Int[ndarray, " rows"],
    mine: Bool[ndarray, " rows"],
    *,
    share: float,
    rng: np.random.Generator,
) -> Rows:
    """Some rows of a table, a share of which is asked of another paragraph of the same article.

    That paragraph does not hold the answer, by the rules that answers are compared by; where each of them
    holds it, another question is taken. Every question is asked once.

    Args:
        frame: questions, contexts, answers and where these start.
        articles: number of each row's article.
        mine: the rows in question.
        share: of the rows that are to have no answer.
        rng: draws which, and the paragraphs.
    """
    from headstart.core.rows import Columns, Rows

    places = np.flatnonzero(mine)
    some = frame[places]
    contexts, answers = some["context"].to_list(), some["answer"].to_list()
    told = list[list[Any]]([[start, text]] for start, text in zip(some["answer_start"], answers, strict=True))
    groups, left = articles[places], round(share * len(places))
    for row in rng.permutation(len(places)):
        if not left:
            break
        others = sorted({frame["context"][int(each)] for each in places[groups == groups[row]]})
        without = [
            each for each in others if each != some["context"][int(row)] and not _holds(each, answers[row])
        ]
        if without:
            contexts[row], told[row], left = str(rng.choice(without)), [], left - 1
    columns = {
        "question": some["question"].to_list(),
        "context": contexts,
        "answers": list(map(json.dumps, told)),
    }
    rows = Rows.of(pl.DataFrame(columns), Columns(text=("question", "context"), target="answers"))
    return replace(rows, groups=groups)


def _holds(context: str, answer: str) -> bool:
    """Whether an answer stands in a text as words of their own, by the rules that answers are compared by."""
    from headstart.core.answer_match import normalised

    return f" {normalised(answer)} " in f" {normalised(context)} "

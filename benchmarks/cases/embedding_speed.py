"""Texts embedded per second beside `SentenceTransformer.encode`, and how like its vectors ours are.

python -m benchmarks.cases.embedding_speed --data DATA
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.common import RESULTS, command, embedded_base, keep_to, machine, save, today
from benchmarks.options import Options
from benchmarks.subsets import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float
    from numpy import ndarray

SETS = ("sst2", "ag_news", "banking77")
ROUNDS = 3
WANTED, LEAST_COSINE = 3.5, 0.999


def main() -> None:
    """Embed the same texts with both, in turns, and print the ratio."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder with the data sets in it")
    options.add_argument("--cores", type=int, default=2, help="cores to keep to")
    asked = options.parse_args()
    keep_to(asked.cores)
    ours, theirs = _ours(), _theirs()
    found = {}
    for name in SETS:
        subset = draw(asked.data, name)
        texts = [*subset.train.texts, *subset.test.texts][:3000]
        found[name] = _compare(ours, theirs, texts)
        print(name, found[name], flush=True)
    save(
        RESULTS / "embedding_speed.json",
        {"command": command(), "date": today(), "machine": machine(), "wanted": WANTED, "sets": found},
    )


def _compare(
    ours: Callable[[list[str]], Float[ndarray, "texts width"]],
    theirs: Callable[[list[str]], Float[ndarray, "texts width"]],
    texts: list[str],
) -> dict[str, Any]:
    ours(texts[:200]), theirs(texts[:200])
    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        for name, embed in (("ours", ours), ("theirs", theirs)):
            started = time.perf_counter()
            vectors = embed(texts)
            seconds[name].append(time.perf_counter() - started)
            if name == "ours":
                mine = vectors
    cosines = (mine * vectors).sum(1) / np.linalg.norm(mine, axis=1) / np.linalg.norm(vectors, axis=1)
    our_s, their_s = median(seconds["ours"]), median(seconds["theirs"])
    return {
        "texts": len(texts),
        "texts_per_s": round(len(texts) / our_s),
        "peer_texts_per_s": round(len(texts) / their_s),
        "times_faster": round(their_s / our_s, 2),
        "least_cosine": round(float(cosines.min()), 5),
        "mean_cosine": round(float(cosines.mean()), 6),
        "holds": bool(their_s / our_s >= WANTED and cosines.min() >= LEAST_COSINE),
    }


def _ours() -> Callable[[list[str]], Float[ndarray, "texts width"]]:
    from headstart.models.describe import describe
    from headstart.models.features import pooled_features
    from headstart.models.open_base import open_backbone
    from headstart.models.tokenise import tokenise

    info = describe("embedded")
    backbone = open_backbone(info)

    def embed(texts: list[str]) -> Float[ndarray, "texts width"]:
        examples = tokenise([texts], backbone.tokenizer, info.max_length)
        return pooled_features(backbone, examples, how=info.pooling, precision="bfloat16", cache=None)

    return embed


def _theirs() -> Callable[[list[str]], Float[ndarray, "texts width"]]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(embedded_base()), device="cpu")

    def embed(texts: list[str]) -> Float[ndarray, "texts width"]:
        return np.asarray(model.encode(texts))

    return embed


if __name__ == "__main__":
    main()

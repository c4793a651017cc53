"""One fit of `setfit` with its defaults, in a process and, if need be, an environment of its own.

python -m benchmarks.peers.setfit_once --rows ROWS.json --base FOLDER --seed 0

ROWS.json holds `train` and `test`, each with `texts` and `labels`.
Source: https://github.com/huggingface/setfit (Tunstall et al. 2022), its README's quick start; what is
changed is the number of steps, which is bounded, and what is written on the way.
"""

from __future__ import annotations

import importlib.metadata
import json
import tempfile
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.options import Options
from benchmarks.preloaded import preload

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH = 16
# 77 classes of 8 rows would make 23,000 steps of pairs, for hours.
MOST_STEPS = 600


def main() -> None:
    """Print seconds, labels of the test rows and settings as one line of JSON."""
    options = Options(__doc__)
    options.add_argument("--rows", type=Path, required=True)
    options.add_argument("--base", type=Path, required=True)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    asked = options.parse_args()
    rows = json.loads(asked.rows.read_text())
    seconds, chosen, steps = fit(
        rows["train"], rows["test"]["texts"], base=asked.base, seed=asked.seed, device=asked.device
    )
    versions = {
        name: importlib.metadata.version(name) for name in ("setfit", "sentence-transformers", "torch")
    }
    print(json.dumps({"seconds": seconds, "labels": chosen, "max_steps": steps, "versions": versions}))


def default_steps(labels: Sequence[str]) -> int:
    """Steps of one epoch over all pairs, each text with itself among them, as many alike as unlike."""
    counts = Counter(labels).values()
    alike = sum(count * (count + 1) // 2 for count in counts)
    unlike = sum(first * second for first, second in combinations(counts, 2))
    return -(-2 * max(alike, unlike) // BATCH)


def fit(
    train: dict[str, list[str]], texts: list[str], *, base: Path, seed: int, device: str = "cpu"
) -> tuple[float, list[str], int]:
    """Seconds, what it says of the texts, and the steps it took.

    Args:
        train: `texts` and `labels`.
        texts: what to predict.
        base: folder of the pre-trained model.
        seed: decides the order of the pairs.
        device: `cpu` or `cuda`.
    """
    preload()
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments
    from transformers import set_seed

    steps = default_steps(train["labels"])
    bounded = steps > MOST_STEPS
    started = time.perf_counter()
    set_seed(seed)
    model: Any = SetFitModel.from_pretrained(str(base), device=device)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            batch_size=BATCH,
            max_steps=MOST_STEPS if bounded else -1,
            seed=seed,
            report_to="none",
            save_strategy="no",
            show_progress_bar=False,
        )
        rows = Dataset.from_dict({"text": train["texts"], "label": train["labels"]})
        Trainer(model=model, args=arguments, train_dataset=rows).train()
    seconds = time.perf_counter() - started
    return seconds, [str(label) for label in model.predict(texts)], MOST_STEPS if bounded else steps


if __name__ == "__main__":
    main()

"""What share of the machine's rate full fine-tuning reaches, where the rest of its time goes, and how much
cheaper an epoch of the top two blocks is over kept states.

python -m benchmarks.cases.step_profile --data DATA
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from rich.console import Console
from rich.table import Table
from torch import nn
from torch.profiler import ProfilerActivity, profile

from benchmarks.common import RESULTS, command, keep_to, machine, save, today
from benchmarks.options import Options
from benchmarks.subsets import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.subsets import Subset
    from headstart.train.workshop import Workshop

SETS = ("sst2", "ag_news", "banking77")
WANTED, WANTED_CHEAPER = 0.35, 2.7
TIMED_S = 0.3
# What the time of an operation counts as, by how its name begins; the first that fits.
KINDS = {
    "products of weights": ("aten::mm", "aten::addmm", "aten::linear"),
    "products of attention": ("aten::bmm", "aten::baddbmm"),
    "softmax": ("aten::_softmax",),
    "activation": ("aten::gelu",),
    "norms of states": ("aten::native_layer_norm",),
    "AdamW": ("aten::_fused_adamw", "Optimizer.step"),
    "norm of the gradient": ("aten::linalg_vector_norm", "aten::_foreach_norm"),
    "copies and casts": (
        "aten::copy_",
        "aten::_foreach_copy_",
        "aten::_to_copy",
        "aten::clone",
        "aten::fill_",
    ),
    "sums and elementwise": ("aten::sum", "aten::mul", "aten::add", "aten::div"),
}


def main() -> None:
    """Time an epoch, profile another, and print both."""
    options = Options(__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder with the data sets in it")
    options.add_argument("--cores", type=int, default=2, help="cores to keep to")
    asked = options.parse_args()
    keep_to(asked.cores)
    found = {name: _examined(draw(asked.data, name)) for name in SETS}
    save(
        RESULTS / "step_profile.json",
        {
            "command": command(),
            "date": today(),
            "machine": machine(),
            "wanted": {"share": WANTED, "partial_times_cheaper": WANTED_CHEAPER},
            "sets": found,
        },
    )
    _show(found)


def _examined(subset: Subset) -> dict[str, Any]:
    partial = _epochs_s(_workshop(subset, "partial").best_epoch().run())
    shop = _workshop(subset, "full")
    run = shop.best_epoch().run()
    seconds = _epochs_s(run)
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        next(run)
    tokens = int(shop.train.lengths.sum())
    operations = _operations(shop, tokens)
    steps = -(-len(shop.train) // shop.pace.batch_size)
    rate = _rate(shop, round(tokens / steps))
    return {
        "first_epoch_s": round(seconds[0], 2),
        "epoch_s": round(seconds[1], 2),
        "partial_epoch_s": round(partial[1], 2),
        "partial_times_cheaper": round(seconds[1] / partial[1], 2),
        "tokens": tokens,
        "batch_size": shop.pace.batch_size,
        "reached_flops": operations / seconds[1],
        "rate_at_own_shapes_flops": rate,
        "share": round(operations / seconds[1] / rate, 3),
        "time_goes": _shares(seen),
    }


def _epochs_s(run: Iterator[object]) -> list[float]:
    """Two epochs; in the first the library prepares itself for each shape of batch that it meets."""
    next(run)
    return [_timed(lambda: next(run)) for _ in range(2)]


def _workshop(subset: Subset, strategy: str) -> Workshop:
    from headstart import registry
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.models.describe import describe
    from headstart.train.workshop import Workshop

    train = subset.train.rows()
    task = registry.load("tasks", "classification").infer(train)
    context = Context(
        seed=0,
        device="cpu",
        precision="bfloat16",
        workdir=Path(tempfile.mkdtemp()),
        metric=registry.build("metrics", "macro_f1", {}),
        cache=None,
    )
    return Workshop.furnish(
        registry.build("strategies", strategy, {"epochs": 4}),
        start=Model(task=task, predictor=None, base=describe("embedded")),
        split=Split(task=task, train=train, dev=train.take([])),
        context=context,
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _operations(shop: Workshop, tokens: int) -> float:
    """Three products for each matrix and token: forwards, to the states and to the weights."""
    return 6.0 * tokens * sum(each.weight.numel() for each in _linear(shop))


def _linear(shop: Workshop) -> list[nn.Linear]:
    """The linear layers of the blocks."""
    inside = {
        id(weight) for index in range(shop.backbone.depth) for weight in shop.backbone.block_parameters(index)
    }
    layers = (each for each in shop.backbone.modules() if isinstance(each, nn.Linear))
    return [each for each in layers if id(each.weight) in inside]


def _rate(shop: Workshop, tokens: int) -> float:
    """Operations a second of the three products of each layer, over a step's tokens, one after the other."""
    layers = [each.weight.detach().bfloat16() for each in _linear(shop)]
    states = {width: torch.randn(tokens, width).bfloat16() for each in layers for width in each.shape}

    def products() -> None:
        for weight in layers:
            outputs, inputs = weight.shape
            states[inputs] @ weight.T
            states[outputs] @ weight
            states[outputs].T @ states[inputs]

    products()
    best, started = float("inf"), time.perf_counter()
    while time.perf_counter() - started < TIMED_S * 10:
        best = min(best, _timed(products))
    return 6.0 * tokens * sum(each.numel() for each in layers) / best


def _shares(seen: profile) -> dict[str, float]:
    spent: Counter[str] = Counter()
    for each in seen.key_averages():
        kind = next(
            (kind for kind, names in KINDS.items() if each.key.startswith(names)), "all else, Python included"
        )
        spent[kind] += each.self_cpu_time_total
    total = sum(spent.values())
    return {kind: round(each / total, 3) for kind, each in spent.most_common()}


def _show(found: dict[str, dict[str, Any]]) -> None:
    table = Table(title=f"Full fine-tuning: share of the rate at its own matrix shapes (aim: {WANTED:.0%})")
    table.add_column("")
    for name in found:
        table.add_column(name, justify="right")
    for label, key, shape in (
        ("share", "share", "{:.0%}"),
        ("seconds an epoch", "epoch_s", "{:.1f}"),
        ("the first one", "first_epoch_s", "{:.1f}"),
        ("rows in a step", "batch_size", "{}"),
        ("partial, seconds an epoch", "partial_epoch_s", "{:.1f}"),
        (f"times cheaper (wanted {WANTED_CHEAPER:g})", "partial_times_cheaper", "{:.1f}"),
    ):
        table.add_row(label, *(shape.format(each[key]) for each in found.values()))
    for kind in next(iter(found.values()))["time_goes"]:
        table.add_row(
            f"  {kind}", *(f"{each['time_goes'].get(kind, 0.0):.0%}" for each in found.values()), style="dim"
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()

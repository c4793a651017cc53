"""Findings about a computer on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headstart.wording import count, percent, size, strategy_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from headstart.flow.doctor import Examined

DEVICES = {"cpu": "processor", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}


def show(console: Console, found: Examined) -> None:
    """Prints the findings for people."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    for name, value in _facts(found):
        facts.add_row(name, value)
    console.print(facts)
    if found.predictions:
        console.print(Padding(_predictions(found), (1, 0, 0, 0), expand=False))
    console.print()
    for each in found.advice:
        console.print(Text.assemble(("! ", "bold yellow"), each))
    if not found.advice:
        console.print(Text("everything is there", style="green"))


def _facts(found: Examined) -> Iterator[tuple[str, str]]:
    machine = found.machine
    yield "device", f"{DEVICES.get(machine.device, machine.device)}, {count(machine.cores, 'core')}"
    yield "memory", f"{size(machine.memory_bytes)}, {size(found.free_memory_bytes)} of it free"
    if machine.device != "cpu":
        yield "on the device", size(machine.device_memory_bytes)
    rates = ", ".join(f"{rate / 1e12:.2f} in {name}" for name, rate in machine.rates.items())
    yield "matrix products", f"{rates} (10¹² operations a second); fits use {machine.precision}"
    yield "base", found.base
    kept = f"{size(found.cache_bytes)} of at most {size(found.bound_bytes)}"
    yield "cache", f"{found.cache}: {kept}, {size(found.free_disk_bytes)} free on its disk"
    yield "versions", ", ".join(f"{name} {version}" for name, version in found.versions.items())


def _predictions(found: Examined) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("fits on this computer so far")
    for name in ("fits", "error of seconds", "of memory"):
        table.add_column(name, justify="right")
    for name, (fits, seconds, peak_bytes) in found.predictions.items():
        table.add_row(strategy_label(name), str(fits), percent(seconds), percent(peak_bytes))
    return table

"""Small computations on one core."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread(*, when: bool) -> Iterator[None]:
    """Keeps torch to one thread, if `when` says so.

    Operations of some microseconds gain nothing from a second thread, and beside other processes
    each of them waits until that thread is given a core again.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1 if when else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)

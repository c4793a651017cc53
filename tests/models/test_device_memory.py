"""What a process has held of an accelerator's memory."""

from __future__ import annotations

import pytest
import torch

from headstart.models.device_memory import device_peak_bytes


def test_without_an_accelerator_it_is_nothing():
    assert device_peak_bytes("cpu") == 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no such accelerator here")
def test_what_was_held_and_given_back_counts():
    held = torch.empty(64 << 20, dtype=torch.uint8, device="cuda")
    assert held.numel() <= device_peak_bytes("cuda") < 10 * held.numel()

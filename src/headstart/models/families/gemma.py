"""Gemma 2: Llama's parts, and attention whose scores are bounded."""

from __future__ import annotations

from headstart.models.families.llama import Llama


class Gemma2(Llama):
    """Gemma 2 (Riviere et al. 2024, section 2), whose bounded scores fused attention does not know."""

    attentions = ("eager",)

"""Heads other than the task's own, as plain values and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headstart.errors import BundleError
from headstart.train.attention_linear import AttentionLinear
from headstart.train.layered_linear import LayeredLinear

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from headstart.core.base import BaseInfo
    from headstart.core.task import Task

HEADS: Mapping[str, Any] = {"layered_linear": LayeredLinear, "attention_linear": AttentionLinear}


def head_spec(head: nn.Module) -> dict[str, Any] | None:
    """Plain values from which `head_from` makes a head of the same shape; None for the task's own."""
    for name, kind in HEADS.items():
        if isinstance(head, kind):
            return {"use": name, **head.settings}
    return None


def head_from(spec: Mapping[str, Any] | None, task: Task, base: BaseInfo) -> nn.Module:
    """A new head, its weights not yet set.

    Args:
        spec: what `head_spec` gave.
        task: what is to be predicted.
        base: what the head reads.

    Raises:
        BundleError: there is no such head.
    """
    if spec is None:
        return task.head(base)
    settings = dict(spec)
    name = settings.pop("use", None)
    if name not in HEADS:
        raise BundleError(
            f"the bundle has a head {name!r} and these are known: {', '.join(HEADS)}; "
            "it was written by a newer version: upgrade headstart"
        )
    head: nn.Module = HEADS[name](base.shape.width, len(task.classes), **settings)
    return head

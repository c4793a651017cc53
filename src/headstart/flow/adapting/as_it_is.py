"""What is measured as it is and never fitted."""

from __future__ import annotations

from headstart import registry
from headstart.core.strategy_traits import StrategyTraits


def as_it_is(strategy: str) -> bool:
    """Whether a strategy's model comes ready: other rows would change nothing of it."""
    if strategy not in registry.names("strategies"):
        return False
    return StrategyTraits.named(strategy).as_it_is

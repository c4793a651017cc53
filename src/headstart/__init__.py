"""Headstart: from a labelled file and a deadline to the cheapest adaptation proven better.

Importing this loads neither torch nor scikit-learn; each name is fetched when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headstart.bundle.loaded import Loaded, load
    from headstart.errors import (
        BaseError,
        BundleError,
        DataError,
        HeadstartError,
        InternalError,
        MissingExtra,
        OutOfTime,
        RunError,
        SettingError,
        TrainingError,
        UnknownName,
        Unreachable,
        UseError,
        WorkerError,
    )
    from headstart.estimator import TransferClassifier
    from headstart.flow.adapt import adapt
    from headstart.flow.doctor import doctor
    from headstart.flow.plan import plan
    from headstart.flow.predict import predict
    from headstart.flow.profile import profile
    from headstart.flow.watch import watch

ERRORS = (
    "BaseError",
    "BundleError",
    "DataError",
    "HeadstartError",
    "InternalError",
    "MissingExtra",
    "OutOfTime",
    "RunError",
    "SettingError",
    "TrainingError",
    "UnknownName",
    "Unreachable",
    "UseError",
    "WorkerError",
)
HOMES = {
    "Loaded": "headstart.bundle.loaded",
    "TransferClassifier": "headstart.estimator",
    "adapt": "headstart.flow.adapt",
    "doctor": "headstart.flow.doctor",
    "load": "headstart.bundle.loaded",
    "plan": "headstart.flow.plan",
    "predict": "headstart.flow.predict",
    "profile": "headstart.flow.profile",
    "watch": "headstart.flow.watch",
    **dict.fromkeys(ERRORS, "headstart.errors"),
}

__all__ = [
    "BaseError",
    "BundleError",
    "DataError",
    "HeadstartError",
    "InternalError",
    "Loaded",
    "MissingExtra",
    "OutOfTime",
    "RunError",
    "SettingError",
    "TrainingError",
    "TransferClassifier",
    "UnknownName",
    "Unreachable",
    "UseError",
    "WorkerError",
    "adapt",
    "doctor",
    "load",
    "plan",
    "predict",
    "profile",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module 'headstart' has no attribute {name!r}")
    value = getattr(importlib.import_module(HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

"""Every error that Headstart raises on purpose.

HeadstartError
├── UseError            the person can mend it; the command line exits with 2
│   ├── DataError       a file, a column or a row
│   ├── BaseError       a pre-trained model that is missing, corrupt or of the wrong kind
│   │   └── Unreachable one that is not on this computer, and no network to fetch it
│   ├── SettingError    an option, a parameter or a recipe
│   │   └── UnknownName a name that no plug-in, column or label has
│   ├── BundleError     a bundle that is missing, changed or of another version
│   ├── RunError        a run folder that is locked, unwritable or of other settings
│   └── MissingExtra    an optional package that is not installed
└── InternalError       a fault of ours; the command line exits with 1
    ├── TrainingError   an invariant of training was broken
    ├── WorkerError     a worker process died
    └── OutOfTime       a process was stopped at its deadline
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class HeadstartError(Exception):
    """Anything that Headstart raises on purpose."""


class UseError(HeadstartError):
    """Something a person can mend: what was got, what is allowed, what to do next."""


class DataError(UseError):
    """A file, a column or a row can't be used."""


class BaseError(UseError):
    """A pre-trained model is missing, corrupt or of the wrong kind."""


class Unreachable(BaseError):
    """A pre-trained model is not on this computer, and there is no network to fetch it."""


class SettingError(UseError):
    """An option, a parameter or a recipe is wrong."""


class UnknownName(SettingError):
    """A name that nothing has; the message offers the nearest."""

    def __init__(self, kind: str, got: str, known: Iterable[str]) -> None:
        self.got, self.known = got, tuple(known)
        near = difflib.get_close_matches(got, self.known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
        super().__init__(f"there is no {kind} {got!r}; {hint}there are: {', '.join(self.known) or 'none'}")


class BundleError(UseError):
    """A bundle is missing, was changed after it was written, or is of another version."""


class RunError(UseError):
    """A run folder is locked, can't be written, or holds a run with other settings."""


class MissingExtra(UseError):
    """An optional package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package {package!r}, which is not installed; "
            f"run: pip install 'headstart[{extra}]'"
        )


class InternalError(HeadstartError):
    """A fault of ours."""


class TrainingError(InternalError):
    """An invariant of training was broken: a loss that is not finite, weights that do not move."""


class WorkerError(InternalError):
    """A worker process died without an answer."""


class OutOfTime(InternalError):
    """A process was stopped at its deadline."""

"""The options that measurements share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Options(argparse.ArgumentParser):
    """What a measurement may be asked, introduced by its own docstring as it stands there."""

    def __init__(self, text: str | None) -> None:
        super().__init__(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)

    def several(
        self,
        flag: str,
        known: Iterable[str],
        *,
        default: Sequence[str] | None = None,
        told: str | None = None,
    ) -> None:
        """An option that takes some of the names that are known; all of them, or the default, without it."""
        every = tuple(known)
        self.add_argument(flag, nargs="+", choices=every, default=default or every, help=told)

    def numbers(self, flag: str, usual: Iterable[int], *, told: str | None = None) -> None:
        """An option that takes whole numbers."""
        self.add_argument(flag, nargs="+", type=int, default=tuple(usual), help=told)


class CellOptions(Options):
    """Those of a measurement in cells: where its data lie, and what to do of what is saved.

    Args:
        text: the docstring of the measurement.
        cores: those that it keeps to unless told otherwise; None where it is not told.
    """

    def __init__(self, text: str | None, *, cores: int | None = 2) -> None:
        super().__init__(text)
        self.add_argument("--data", type=Path, help="folder with the data sets in it")
        if cores is not None:
            self.add_argument("--cores", type=int, default=cores, help="cores to keep to")
        self.add_argument("--again", action="store_true", help="measure once more what is already saved")
        self.add_argument("--summary", action="store_true", help="measure nothing, show what is measured")

    def asked(
        self, *, needed: Sequence[str] = ("data",), instead: Sequence[str] = ("summary",)
    ) -> argparse.Namespace:
        """What the command line asks for; it ends with a message where that can't be done.

        Args:
            needed: options without which nothing can be measured.
            instead: options with which nothing is.
        """
        asked = self.parse_args()
        idle = any(getattr(asked, each) for each in instead)
        if not idle and any(getattr(asked, each) is None for each in needed):
            named, verb = " and ".join(f"--{each}" for each in needed), "is" if len(needed) == 1 else "are"
            self.error(f"{named} {verb} needed to measure anything; --summary shows what is measured")
        return asked

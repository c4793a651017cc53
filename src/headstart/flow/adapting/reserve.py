"""Seconds to keep for what comes after the trials: refits, the sealed rows, packing, the last check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN_S, ROW_S = 0.6, 1.5e-3
REPORT_S, PACK_S, LEAVE_S = 1.0, 1.0, 0.7
USUAL_IMPORT_S = 3.0
CAUTION = 1.3


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """How long the end of a run takes on this computer as busy as it is.

    Args:
        import_s: seconds that a new process takes to import the libraries, as measured.
        test_rows: sealed rows to predict.
    """

    import_s: float
    test_rows: int

    @property
    def predict_s(self) -> float:
        """Seconds to read a model back from disk and predict the sealed rows with it."""
        slowness = max(1.0, self.import_s / USUAL_IMPORT_S)
        return slowness * (OPEN_S + self.test_rows * ROW_S)

    @property
    def check_s(self) -> float:
        """Seconds for a new interpreter to open the bundle and predict the sealed rows."""
        return CAUTION * (max(self.import_s, USUAL_IMPORT_S) + self.predict_s)

    @property
    def ship_s(self) -> float:
        """Seconds to check and pack the bundle, to write the report, and for the process to end."""
        return self.check_s + PACK_S + REPORT_S + LEAVE_S

    def end_s(self, fits_s: Sequence[float]) -> float:
        """Seconds to test the models fitted so far and to ship one of them.

        Reading the test rows takes a model no longer than its fit did, which read more of them. Refits
        are not part of it: where they don't fit, all is tested as fitted on the train rows.

        Args:
            fits_s: seconds that each fit took.
        """
        return sum(min(self.predict_s, each) for each in fits_s) + self.ship_s

"""Seconds to keep for what comes after the trials: refits, the sealed rows, packing, the last check."""

from __future__ import annotations

from dataclasses import dataclass

OPEN_S, ROW_S = 0.6, 1.5e-3
REPORT_S, PACK_S, LEAVE_S = 1.0, 1.0, 0.7
# Of a large model, on a disk of a rented computer; and how fast what is beyond a small one is opened.
PACKED_BYTES_S = 1.5e8
SMALL_BYTES, OPENED_BYTES_S = 1e8, 5e8
USUAL_IMPORT_S = 3.0
CAUTION = 1.3


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """How long the end of a run takes on this computer as busy as it is.

    Args:
        import_s: seconds that a new process takes to import the libraries, read before, as measured.
        test_rows: sealed rows to predict.
    """

    import_s: float
    test_rows: int

    @property
    def slowness(self) -> float:
        """How many times longer than usual this computer takes, as far as its imports tell."""
        return max(1.0, self.import_s / USUAL_IMPORT_S)

    @property
    def usual_row_ms(self) -> float:
        """Milliseconds a row of what no fit has measured."""
        return 1e3 * self.slowness * ROW_S

    def predict_s(self, row_ms: float | None = None, size_bytes: float = 0.0) -> float:
        """Seconds to read a model back from disk and predict the sealed rows with it.

        Args:
            row_ms: milliseconds that it takes a row, as its fit measured; as usual without it.
            size_bytes: size of its files; a small model without it.
        """
        row_s = (self.usual_row_ms if row_ms is None else row_ms) / 1e3
        open_s = OPEN_S + max(0.0, size_bytes - SMALL_BYTES) / OPENED_BYTES_S
        return self.slowness * open_s + self.test_rows * row_s

    def check_s(self, row_ms: float | None = None, size_bytes: float = 0.0) -> float:
        """Seconds for a new interpreter to open the bundle and predict the sealed rows.

        Args:
            row_ms: milliseconds that a row takes what ships, as its fit measured; as usual without it.
            size_bytes: size of what ships; a small model without it.
        """
        return CAUTION * (max(self.import_s, USUAL_IMPORT_S) + self.predict_s(row_ms, size_bytes))

    def pack_s(self, size_bytes: float = 0.0) -> float:
        """Seconds to pack the bundle, to write the report, and for the process to end.

        Args:
            size_bytes: size of what ships, which is copied, hashed, and forced to the disk.
        """
        return PACK_S + size_bytes / PACKED_BYTES_S + REPORT_S + LEAVE_S

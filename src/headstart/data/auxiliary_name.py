"""`FILE:LABEL`, as auxiliary data is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from headstart.core.expanded import expanded
from headstart.data.read import read_table
from headstart.errors import SettingError


@dataclass(frozen=True, kw_only=True)
class AuxiliaryName:
    """A file and the column with its labels.

    Args:
        given: both, as a person wrote them.
        file: path of the file, which may be missing.
        label: name of the column, which may be missing too.
    """

    given: str
    file: str
    label: str

    @classmethod
    def read(cls, given: str) -> Self:
        """Takes `FILE:LABEL` apart; paths and names of columns may hold colons of their own.

        The last colon after the name of an existing file parts the two; without any, the last colon.

        Raises:
            SettingError: what stands before the colon is no name of a file, or nothing stands after it.
        """
        colons = [place for place, letter in enumerate(given) if letter == ":"]
        for place in reversed(colons):
            if given[place + 1 :] and _is_file(given[:place]):
                file = str(expanded(given[:place]))
                return cls(given=given, file=file, label=given[place + 1 :])
        bare = given.removesuffix(":")
        if _is_file(bare):
            columns = read_table(bare).frame.columns
            raise SettingError(
                f"also: got {given!r}, which names no column of labels; write FILE:LABEL, such as "
                f"{bare}:{columns[-1]}; its columns: {', '.join(columns)}"
            )
        file, _, label = given.rpartition(":")
        if not file or not label or "\0" in file or _is_drive(file, label):
            raise SettingError(
                f"also: got {given!r}; write FILE:LABEL, a file and its column of labels, such as "
                "reviews.csv:stars"
            )
        return cls(given=given, file=file, label=label)


def _is_file(path: str) -> bool:
    try:
        return expanded(path).is_file()
    except (OSError, ValueError):
        return False


def _is_drive(file: str, label: str) -> bool:
    """A path such as C:/reviews.csv has a colon, but none that parts a file from its labels."""
    return len(file) == 1 and file.isalpha() and label[0] in "\\/"

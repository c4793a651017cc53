"""A tokenizer for counting, opened without the library that takes seconds to import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headstart.errors import BaseError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from headstart.core.base import BaseInfo


@dataclass(frozen=True, kw_only=True)
class LightTokenizer:
    """What `tokenise` reads of a tokenizer; the ids of special tokens are unknown.

    Args:
        backend_tokenizer: does the work.
    """

    backend_tokenizer: Tokenizer
    model_input_names: list[str] = field(default_factory=lambda: ["input_ids"])
    truncation_side: str = "right"
    bos_token_id: int | None = None
    eos_token_id: int | None = None
    unk_token_id: int | None = None
    pad_token_id: int | None = None

    def num_special_tokens_to_add(self, *, pair: bool) -> int:
        """Special tokens around one text, or around two."""
        return int(self.backend_tokenizer.num_special_tokens_to_add(pair))


def light_tokenizer(info: BaseInfo) -> Any:
    """The tokenizer of a base for counting tokens; the full one where it has no `tokenizer.json`.

    None where that runs in Python alone, which is too slow to count with.

    Raises:
        BaseError: its files are missing or broken.
    """
    path = info.folder / "tokenizer.json"
    if not path.is_file():
        from headstart.models.open_base import open_tokenizer

        full = open_tokenizer(info)
        return full if getattr(full, "backend_tokenizer", None) is not None else None
    from tokenizers import Tokenizer

    try:
        return LightTokenizer(backend_tokenizer=Tokenizer.from_file(str(path)))
    except Exception as error:
        raise BaseError(f"{path} can't be opened ({error}); fetch the base again") from error

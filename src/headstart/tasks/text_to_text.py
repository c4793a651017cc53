"""A text from a text: translation, summaries, sentences from data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

import numpy as np

from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.references import References, as_gold
from headstart.core.stated import Stated
from headstart.core.terms import holds
from headstart.errors import DataError
from headstart.tasks._glossary import Glossary, read_glossary
from headstart.tasks._prose import are_prose_lists, is_prose, named_pair, unspaced
from headstart.tasks._references import own_references, reference_cells, references_of
from headstart.tasks._settings import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit
    from headstart.core.predictions import Predictions
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows


@dataclass(frozen=True, kw_only=True)
class TextToText:
    """A text that is written for each row, of which several may be right.

    Args:
        prefix: what stands before each text that a base reads, as some bases were trained to be told.
        glossary: terms of the source, and the spellings of each that the answer may have.
        spaced: whether answers are in a script that puts spaces between words.
    """

    name: ClassVar[str] = "text_to_text"
    answer: ClassVar[str] = "text"
    pipeline: ClassVar[str] = "text2text-generation"
    base_kinds: ClassVar[tuple[str, ...]] = ("encoder-decoder",)

    prefix: str = ""
    glossary: Glossary = ()
    spaced: bool = True

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @property
    def summary(self) -> str:
        return "texts written from texts"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """Two columns that say by their names what they are, or a target of free text."""
        if len(target) > 1:
            return None
        named = target[0] if target else None
        pair = named_pair(frame, named)
        if pair is not None:
            return Stated(target=(pair[1],), text=(pair[0],))
        if named is None or not (is_prose(frame[named]) or are_prose_lists(frame[named])):
            return None
        return Stated(target=target)

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        if len(stated.target) > 1:
            raise DataError(
                f"{name}: got the targets {', '.join(stated.target)}, and a text is written for each row; "
                "name one column of texts with --target"
            )
        return frame.with_columns(reference_cells(frame[stated.column], name))

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        if len(rows) > 1 and len(set(rows.targets)) == 1:
            raise DataError(
                f"all {len(rows):,} rows of {name} have the same text in {rows.columns.target!r}; there is "
                "nothing to learn: name another column with --target"
            )
        same = sum(
            text in references for text, references in zip(rows.texts, own_references(rows), strict=True)
        )
        if 2 * same <= len(rows):
            return ()
        return (f"{same:,} of {len(rows):,} rows have their source as target; copying will look good",)

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The task, with the terms of a glossary, which comes as the name of a file.

        Raises:
            SettingError: a setting is for other tasks, or the glossary can't be read.
        """
        known = refuse_unknown(cls.name, settings, ("prefix", "glossary"))
        glossary = known.get("glossary")
        return cls(
            prefix=known.get("prefix") or "",
            glossary=() if glossary is None else read_glossary(glossary),
            spaced=not unspaced([each[0] for each in own_references(rows)]),
        )

    def settled(self, rows: Rows) -> Self:
        return self

    def counts(self, rows: Rows) -> dict[str, int]:
        return {}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        return np.zeros(len(rows), dtype=np.int64)

    def baselines(self) -> tuple[str, ...]:
        return ("copy_source", "nearest_target", "zero_shot")

    def first_rung(self) -> str:
        return "zero_shot"

    def metrics(self) -> tuple[str, ...]:
        always = ("chrf", "bleu", "ter", "rouge_1", "rouge_2", "rouge_l", "text_exact_match")
        return (*always, "glossary_adherence") if self.glossary else always

    def default_metric(self, profile: Profile) -> str:
        return "chrf"

    def metric_settings(self) -> Mapping[str, Any]:
        return {} if self.spaced else {"tokenizer": "char"}

    def gold(self, rows: Rows) -> ndarray:
        """`References` of each row; a source that stands in several rows has the targets of all of them."""
        return as_gold(
            References(texts=texts, terms=self._due(source))
            for source, texts in zip(rows.texts, references_of(rows), strict=True)
        )

    def sources(self, rows: Rows) -> list[str]:
        """The text of each row after the prefix."""
        return [self.prefix + text for text in rows.texts] if self.prefix else rows.texts

    def base_notes(
        self, base: BaseInfo, parts: Mapping[str, Rows], *, max_length: int | None = None
    ) -> tuple[str, ...]:
        """Nothing, once it is known that the base can write every target.

        Raises:
            BaseError: the base's tokenizer is missing.
            DataError: a target is longer than the base can write.
        """
        from headstart.models.refuse_too_long import refuse_too_long

        refuse_too_long(
            base, {name: (rows.numbers.tolist(), own_references(rows)) for name, rows in parts.items()}
        )
        return ()

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Token ids of each text, one example for each of its references where the rows have a target."""
        from headstart.models.tokenise_texts import tokenise_texts, with_targets

        examples = tokenise_texts(self.sources(rows), tokenizer, max_length)
        if rows.columns.target is None:
            return examples
        return with_targets(examples, own_references(rows), tokenizer, max_length=max_length)

    def loss(
        self,
        outputs: Float[Tensor, "batch written vocabulary"],
        targets: Int[Tensor, "batch written"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the cross-entropies of the tokens to write, and their number."""
        from headstart.train.cross_entropy import cross_entropy

        asked = targets >= 0
        return cross_entropy(outputs[asked], targets[asked], shape)

    def head(self, base: BaseInfo) -> nn.Module:
        """None: the base writes with its own output layer.

        Raises:
            TypeError: always.
        """
        _refuse("head")

    def linear(self, features: ndarray, targets: ndarray, wish: FitWish) -> LinearFit:
        """None: a linear layer tells no texts.

        Raises:
            TypeError: always.
        """
        _refuse("linear layer")

    def decode(self, outputs: ndarray, examples: Examples) -> Predictions:
        """None: predictors that write give texts.

        Raises:
            TypeError: always.
        """
        _refuse("outputs to decode")

    def _due(self, source: str) -> tuple[tuple[str, ...], ...]:
        """The terms that the answer to a source must hold."""
        return tuple(spellings for term, spellings in self.glossary if holds(source, term))


def _refuse(what: str) -> NoReturn:
    raise TypeError(f"texts are written by the base itself; a task of text_to_text has no {what}")

"""A tag for each word: entities and other stretches of a text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import polars as pl

from headstart.core.entities import OUTSIDE, as_bio, entities
from headstart.core.examples import IGNORED
from headstart.core.loss_shape import PLAIN, LossShape
from headstart.core.predictions import Predictions
from headstart.core.stated import Stated
from headstart.core.words import spans_of_joined, spans_of_words
from headstart.errors import DataError
from headstart.tasks._settings import refuse_unknown
from headstart.tasks._tags import (
    are_meant_for_tags,
    are_stretches,
    are_tags,
    bio_of,
    is_stretches,
    overlapping,
    stretch_cells,
    tagged_cells,
    texts_beside,
    words_beside,
)
from headstart.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float, Int
    from numpy import ndarray
    from torch import Tensor, nn
    from transformers import PreTrainedTokenizerBase

    from headstart.core.base import BaseInfo
    from headstart.core.examples import Examples
    from headstart.core.linear_fit import FitWish, LinearFit
    from headstart.core.profile import Profile
    from headstart.core.rows import Rows

# Words from which on a penalty is chosen on a sample: more would settle nothing.
MOST_WORDS = 20_000


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """Stretches of words of several kinds, told by a tag a word in the scheme BIO.

    Args:
        kinds: kinds of stretches, such as those of entities.
        running: whether texts are running ones, cut into words here, and answers are stretches of
            characters; else the words come with the rows and answers are their tags.
        windows: whether a text longer than the base reads is covered by overlapping windows rather
            than cut; a word that is cut off is tagged as outside.
    """

    name: ClassVar[str] = "tagging"
    answer: ClassVar[str] = "tags"
    pipeline: ClassVar[str] = "token-classification"

    kinds: tuple[str, ...]
    running: bool = False
    windows: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", tuple(self.kinds))

    @property
    def classes(self) -> tuple[str, ...]:
        return (OUTSIDE, *(f"{prefix}-{kind}" for kind in self.kinds for prefix in "BI"))

    @property
    def summary(self) -> str:
        kinds = len(self.kinds)
        return f"tagging of {kinds} kinds of entities" if kinds != 1 else "tagging of one kind of entities"

    @classmethod
    def stated(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """A column of tags beside one of words, or one of stretches; the one named, or the only one."""
        if len(target) > 1:
            return None
        found = list[Stated]()
        for name in target or frame.columns:
            if are_stretches(frame[name]) and (texts := texts_beside(frame, name)):
                found.append(Stated(target=(name,), text=(texts,)))
            elif are_tags(frame[name]) and (words := words_beside(frame, name)):
                found.append(Stated(target=(name,), text=(words,)))
        return found[0] if len(found) == 1 else None if found else cls._meant(frame, target)

    @classmethod
    def _meant(cls, frame: pl.DataFrame, target: tuple[str, ...]) -> Stated | None:
        """A column called as tags are, beside one of as many words, so that its faults can be told."""
        for name in target or frame.columns:
            if are_meant_for_tags(frame[name]) and (words := words_beside(frame, name)):
                return Stated(target=(name,), text=(words,))
        return None

    @classmethod
    def read(cls, frame: pl.DataFrame, stated: Stated, name: str) -> pl.DataFrame:
        target = stated.column
        if len(stated.target) > 1 or len(stated.text) != 1:
            raise DataError(
                f"the target {target!r} of {name} does not tell how words are tagged; tagging needs a list "
                "of tags beside a list of as many words in each row, or a list of stretches with start, end "
                "and label beside a text: name the columns with --target and --text"
            )
        words, answers = frame[stated.text[0]], frame[target]
        if are_stretches(answers):
            return frame.with_columns(pl.Series(target, stretch_cells(words, answers, name), dtype=pl.String))
        texts, tags = tagged_cells(words, answers, name)
        return frame.with_columns(
            pl.Series(words.name, texts, dtype=pl.String), pl.Series(target, tags, dtype=pl.String)
        )

    @classmethod
    def check(cls, rows: Rows, name: str) -> tuple[str, ...]:
        if not _counted(rows):
            raise DataError(
                f"no row of {name} has an entity in {rows.columns.target!r}; all words are outside, so there "
                "is nothing to find: name another column with --target"
            )
        return _left_out(rows)

    @classmethod
    def infer(cls, rows: Rows, **settings: Any) -> Self:
        """The kinds of entities found in the tags, by alphabet."""
        known = refuse_unknown(cls.name, settings, ("windows",))
        running = any(map(is_stretches, rows.targets))
        return cls(kinds=tuple(sorted(_counted(rows))), running=running, **known)

    def settled(self, rows: Rows) -> Self:
        return self

    def counts(self, rows: Rows) -> dict[str, int]:
        """Entities of each kind."""
        return {**dict.fromkeys(self.kinds, 0), **_counted(rows)}

    def strata(self, rows: Rows) -> Int[ndarray, " rows"]:
        """The rarest kind of entity in each row, so that rare ones come to every part; 0 without any."""
        counts = _counted(rows)
        place = {
            kind: at for at, kind in enumerate(sorted(counts, key=lambda each: (-counts[each], each)), 1)
        }
        found = [
            max((place[each.kind] for each in entities(bio_of(answer, text))), default=0)
            for answer, text in zip(rows.targets, rows.texts, strict=True)
        ]
        return np.asarray(found, dtype=np.int64)

    def baselines(self) -> tuple[str, ...]:
        return ("frequent_tag", "gazetteer")

    def first_rung(self) -> str:
        return "probe"

    def metrics(self) -> tuple[str, ...]:
        return ("entity_f1", "entity_macro_f1", "entity_precision", "entity_recall", "tag_accuracy")

    def default_metric(self, profile: Profile) -> str:
        return "entity_f1"

    def metric_settings(self) -> Mapping[str, Any]:
        return {}

    def spans(self, rows: Rows) -> list[list[tuple[int, int]]]:
        """Where the words of each row start and end in its text."""
        return [(spans_of_words if self.running else spans_of_joined)(text) for text in rows.texts]

    def gold(self, rows: Rows) -> ndarray:
        """An array of arrays: the index of the tag of each word of each row.

        Raises:
            DataError: a row has a kind of entity that training rows lack.
        """
        index = {name: position for position, name in enumerate(self.classes)}
        found = np.empty(len(rows), dtype=object)
        for row, (answer, text) in enumerate(zip(rows.targets, rows.texts, strict=True)):
            tags = bio_of(answer, text)
            if strange := [each for each in tags if each not in index]:
                raise DataError(
                    f"row {rows.numbers[row]} has the tag {strange[0]!r}, whose kind no training row has; "
                    f"there are: {', '.join(self.kinds[:20])}; correct it, or add training rows with it"
                )
            found[row] = np.asarray([index[each] for each in tags], dtype=np.int64)
        return found

    def encode(self, rows: Rows, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Examples:
        """Token ids of each text; the first token of each word has its tag as target."""
        from headstart.models.tokenise_words import tokenise_words

        examples = tokenise_words(
            rows.texts, self.spans(rows), tokenizer, max_length=max_length, windows=self.windows
        )
        if rows.columns.target is None:
            return examples
        assert examples.words is not None
        assert examples.sizes is not None
        flat = np.concatenate([np.zeros(0, dtype=np.int64), *self.gold(rows)])
        begun = examples.words >= 0
        targets = np.full(len(examples.tokens), IGNORED, dtype=np.int64)
        targets[begun] = flat[_places(examples)[begun]]
        return replace(examples, targets=targets)

    def head(self, base: BaseInfo) -> nn.Module:
        """A linear layer on every token that starts at zero."""
        from headstart.train.token_linear import TokenLinear

        return TokenLinear(base.shape.width, len(self.classes))

    def linear(
        self, features: Float[ndarray, "points width"], targets: Int[ndarray, " points"], wish: FitWish
    ) -> LinearFit:
        """Multinomial logistic regression of the words' tags."""
        from headstart.train.word_fit import fit_words

        return fit_words(features, targets, classes=len(self.classes), wish=wish, most=MOST_WORDS)

    def loss(
        self,
        outputs: Float[Tensor, "batch tokens tags"],
        targets: Int[Tensor, "batch tokens"],
        shape: LossShape = PLAIN,
    ) -> tuple[Tensor, Tensor]:
        """Sum of the cross-entropies of the tokens that begin words, and their number."""
        from headstart.train.cross_entropy import cross_entropy

        asked = targets >= 0
        return cross_entropy(outputs[asked], targets[asked], shape)

    def decode(self, outputs: Float[ndarray, "tokens tags"], examples: Examples) -> Predictions:
        """The most probable tag of each word, windows averaged, broken stretches mended."""
        assert examples.words is not None
        assert examples.sizes is not None
        words, tags = int(examples.sizes.sum()), len(self.classes)
        powers = np.exp(outputs.astype(np.float64) - outputs.max(axis=1, keepdims=True, initial=-np.inf))
        begun = examples.words >= 0
        summed = np.zeros((words, tags))
        np.add.at(summed, _places(examples)[begun], (powers / powers.sum(axis=1, keepdims=True))[begun])
        # Words that were cut off have no vote for any tag, and the first tag is that of the outside.
        told = _gone_on(summed.argmax(axis=1), examples)
        return Predictions(
            classes=self.classes,
            tags=self._mended(told, examples.sizes),
            sizes=examples.sizes,
            spans=examples.spans if self.running else None,
        )

    def _mended(self, tags: Int[ndarray, " words"], sizes: Int[ndarray, " rows"]) -> Int[ndarray, " words"]:
        index = {name: position for position, name in enumerate(self.classes)}
        found = list[int]()
        for row in np.split(tags, np.cumsum(sizes)[:-1]) if len(sizes) else ():
            named = [self.classes[each] for each in row]
            found += [index[each] for each in as_bio(entities(named), len(named))]
        return np.asarray(found, dtype=np.int64)


def _places(examples: Examples) -> Int[ndarray, " total"]:
    """Place of the word that each token begins among those of all rows; wrong where it begins none."""
    assert examples.words is not None
    assert examples.sizes is not None
    first = np.cumsum(examples.sizes) - examples.sizes
    return np.asarray(first[np.repeat(examples.owners, examples.lengths)] + examples.words)


def _gone_on(tags: Int[ndarray, " words"], examples: Examples) -> Int[ndarray, " words"]:
    """The tags with those of words that begin within the token of another one, which go on as that does."""
    assert examples.counts is not None
    found, places = tags.copy(), _places(examples)
    for further in range(1, int(examples.counts.max(initial=1))):
        more = examples.counts > further
        before = tags[places[more]]
        # Behind the tag of the outside, those that begin a kind are odd, and those that go on follow them.
        found[places[more] + further] = before + before % 2
    return found


def _left_out(rows: Rows) -> tuple[str, ...]:
    """What became of stretches that overlap: a word has one tag."""
    found = [overlapping(answer, text) for answer, text in zip(rows.targets, rows.texts, strict=True)]
    if not any(found):
        return ()
    first = next(number for number, each in zip(rows.numbers, found, strict=True) if each)
    return (
        f"{count(sum(found), 'stretch', 'stretches')} shared words with a longer one and "
        f"{'was' if sum(found) == 1 else 'were'} left out, since a word has one tag (first in row {first})",
    )


def _counted(rows: Rows) -> Counter[str]:
    told = zip(rows.targets, rows.texts, strict=True)
    return Counter(each.kind for answer, text in told for each in entities(bio_of(answer, text)))

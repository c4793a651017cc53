"""How long the texts are that are to be written."""

from __future__ import annotations

from headstart.core.profile import Lengths, Profile
from headstart.core.split import Dataset, Split
from headstart.profiling.answers import with_answers
from headstart.tasks.text_to_text import TextToText
from tests.contracts.text_data import text_rows
from tests.tiny_writers import tiny_writing_tokenizer

LENGTHS = Lengths(
    tokenizer="words", mean=4, median=4, p90=4, p99=4, longest=4, limit=64, truncated=0.0, counted=9
)


def found(limit, tokenizer=None):
    rows = text_rows(30)
    split = Split(task=TextToText(), train=rows, dev=text_rows(5, seed=1))
    dataset = Dataset(split=split, test=text_rows(5, seed=2), sha256="")
    profile = Profile(rows={}, classes={}, lengths=LENGTHS)
    return with_answers(profile, dataset, tokenizer=tokenizer, base_name="tiny", limit=limit)


def test_targets_are_counted_in_tokens_with_what_ends_them_or_in_words():
    told = found(4, tiny_writing_tokenizer())
    assert told.answers.mean == 5.0
    assert told.answers.truncated == 1.0
    assert found(5, tiny_writing_tokenizer()).answers.truncated == 0.0
    assert found(3).answers.mean == 4.0

"""A base of the wrong kind is answered with the kinds that would do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headstart.models.describe import describe
from headstart.planning.unfit_base import unfit_base
from headstart.tasks.text_to_text import TextToText
from tests.contracts.small_data import small_task


@pytest.fixture
def writer(tiny_t5):
    return describe(str(tiny_t5))


@pytest.fixture
def reader(tiny_bert):
    return describe(str(tiny_bert))


def test_texts_are_written_by_encoder_decoders(writer, reader):
    assert unfit_base(writer, TextToText()) == ()
    assert unfit_base(None, TextToText()) == ()
    (said,) = unfit_base(reader, TextToText())
    assert "is an encoder, which reads texts and writes none" in said
    assert "text_to_text needs an encoder-decoder (bart, marian, mbart, mt5, pegasus, t5)" in said
    assert "--base" in said


def test_what_is_opened_as_a_whole_alone_tells_no_classes(writer, reader):
    assert unfit_base(reader, small_task()) == ()
    assert unfit_base(writer, small_task()) == ()
    (said,) = unfit_base(replace(writer, family="bart"), small_task())
    assert "opened as a whole, to write texts" in said
    assert "bert" in said

"""Marian with its own tokenizer, which runs in Python alone and has a vocabulary for each language."""

from __future__ import annotations

import json

import pytest
import transformers

from headstart.models.describe import describe
from headstart.models.light_tokenizer import light_tokenizer
from headstart.models.open_base import open_writer
from headstart.models.tokenise_texts import tokenise_texts, with_targets
from headstart.models.writing import Writing, end_token, written
from tests.tiny import SENTENCES
from tests.tiny_writers import tiny_writer

GERMAN = ("die Katze sitzt auf der Matte", "ein guter Film hat ein Ende", "sende die Rechnung noch einmal")


@pytest.fixture
def folder(tmp_path):
    sentencepiece = pytest.importorskip("sentencepiece")
    pieces = ["</s>", "<unk>"]
    for name, texts in (("source", SENTENCES), ("target", GERMAN)):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_prefix=str(tmp_path / name), vocab_size=60,
            hard_vocab_limit=False, minloglevel=2,
        )  # fmt: skip
        (tmp_path / f"{name}.model").rename(tmp_path / f"{name}.spm")
        model = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / f"{name}.spm"))
        pieces += [model.id_to_piece(each) for each in range(3, model.get_piece_size())]
    vocabulary = {piece: at for at, piece in enumerate([*dict.fromkeys(pieces), "<pad>"])}
    (tmp_path / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    pad = vocabulary["<pad>"]
    tokenizer = transformers.MarianTokenizer(
        source_spm=str(tmp_path / "source.spm"), target_spm=str(tmp_path / "target.spm"),
        vocab=str(tmp_path / "vocab.json"), source_lang="en", target_lang="de",
    )  # fmt: skip
    base = tmp_path / "marian"
    network = tiny_writer(
        "marian", vocab_size=len(vocabulary), pad_token_id=pad, eos_token_id=0, forced_eos_token_id=0,
        decoder_start_token_id=pad, bos_token_id=None,
    )  # fmt: skip
    network.generation_config.bad_words_ids = [[pad]]
    network.save_pretrained(base)
    tokenizer.save_pretrained(base)
    return base


def test_what_is_written_goes_by_the_other_vocabulary(folder):
    backbone = open_writer(describe(str(folder)))
    plain = transformers.MarianTokenizer.from_pretrained(folder)
    read = tokenise_texts(SENTENCES[:3], backbone.tokenizer, 64)
    found = with_targets(
        read, [[each] for each in GERMAN], backbone.tokenizer, max_length=64, end=end_token(backbone)
    )
    expected = plain(list(SENTENCES[:3]), text_target=list(GERMAN))
    assert found.tokens.tolist() == [token for each in expected["input_ids"] for token in each]
    assert found.targets.tolist() == [token for each in expected["labels"] for token in each]
    texts = written(backbone, read, Writing(tokens=9))
    assert len(texts) == 3
    assert not any("<pad>" in each for each in texts)


def test_it_is_too_slow_to_count_with(folder):
    assert light_tokenizer(describe(str(folder))) is None

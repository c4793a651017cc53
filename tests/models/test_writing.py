"""Whole encoder-decoders against plain `transformers`: what they are, what they say, what they write."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
import transformers

from headstart.errors import BaseError
from headstart.models.batching import collate
from headstart.models.describe import describe
from headstart.models.families import WRITERS, family_of
from headstart.models.half import in_bfloat16
from headstart.models.open_base import open_writer
from headstart.models.tokenise_texts import tokenise_texts, with_targets
from headstart.models.writing import Writing, end_token, logits_of, longest_written, written
from tests import tiny_writers
from tests.tiny import POSITIONS, WIDTH
from tests.tiny_writers import tiny_writer_folder, tiny_writing_backbone

SOURCES = ("the cat sat on the mat", "a good film", "my screen is broken and the light is red", "the end")
TARGETS = ("the moon", "a bad film with a good end", "please send the invoice again", "again")

# Their positions are computed and never learn.
COMPUTED = ("marian", "pegasus")


@pytest.fixture(params=tiny_writers.WRITERS)
def backbone(request, tiny_folder):
    return tiny_writing_backbone(tiny_folder, request.param)


def plain(backbone):
    """The same weights as `transformers` alone opens them, and its tokenizer."""
    opened = transformers.AutoModelForSeq2SeqLM.from_pretrained(backbone.info.folder).eval()
    return opened, transformers.AutoTokenizer.from_pretrained(backbone.info.folder)


def examples_of(backbone):
    read = tokenise_texts(SOURCES, backbone.tokenizer, POSITIONS)
    return with_targets(
        read, [[each] for each in TARGETS], backbone.tokenizer, max_length=POSITIONS, end=end_token(backbone)
    )


def test_every_writer_has_a_tiny_one() -> None:
    assert set(tiny_writers.WRITERS) == set(WRITERS)


def test_it_is_told_from_its_files_what_it_is(backbone) -> None:
    info, network = backbone.info, backbone.network
    assert info.kind == "encoder-decoder"
    assert (info.shape.blocks, info.shape.width) == (2, WIDTH)
    decoder = network.get_decoder()
    tables = {id(each) for each in network.get_input_embeddings().parameters()}
    own = {name: each.numel() for name, each in decoder.named_parameters() if id(each) not in tables}
    # Positions that are computed lie in the files of some and are left out by others.
    computed = own["embed_positions.weight"] if info.family in COMPUTED else 0
    assert sum(own.values()) - computed <= info.shape.decoder_parameters <= sum(own.values())
    assert backbone.writes
    assert backbone.depth == 4
    assert longest_written(backbone) == (512 if "t5" in info.family else POSITIONS)


def test_every_weight_lies_in_one_part(backbone) -> None:
    parts = [backbone.embedding_parameters(), backbone.final_parameters()]
    parts += [backbone.block_parameters(index) for index in range(backbone.depth)]
    placed = [id(each) for part in parts for each in part]
    assert len(placed) == len(set(placed))
    kept = backbone.info.family in COMPUTED
    learnable = {
        id(each) for name, each in backbone.named_parameters() if not (kept and "embed_positions" in name)
    }
    assert set(placed) == learnable


def test_losses_are_those_of_transformers(backbone) -> None:
    check_losses(backbone)


def test_a_base_that_is_told_its_language_begins_with_it(tmp_path) -> None:
    folder = tiny_writer_folder(tmp_path, "mbart", decoder_start_token_id=3)
    tiny_writers.with_language(tiny_writers.tiny_writing_tokenizer()).save_pretrained(folder)
    backbone = open_writer(describe(str(folder)))
    check_losses(backbone)
    batch = collate(examples_of(backbone), np.arange(len(SOURCES)), pad=backbone.tokenizer.pad_token_id)
    begun = backbone.network.prepare_decoder_input_ids_from_labels(batch.targets)[:, 0]
    # As texts begin that are written.
    assert begun.tolist() == [backbone.network.generation_config.decoder_start_token_id] * len(SOURCES)


def check_losses(backbone) -> None:
    network, tokenizer = plain(backbone)
    batch = collate(examples_of(backbone), np.arange(len(SOURCES)), pad=backbone.tokenizer.pad_token_id)
    encoded = tokenizer(list(SOURCES), text_target=list(TARGETS), padding=True, return_tensors="pt")
    labels = encoded["labels"].masked_fill(encoded["labels"] == tokenizer.pad_token_id, -100)
    torch.testing.assert_close(batch.tokens, encoded["input_ids"])
    torch.testing.assert_close(batch.targets, labels)
    with torch.no_grad():
        expected = network(
            input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"], labels=labels
        )
        ours = logits_of(backbone, batch)
    told = labels >= 0
    torch.testing.assert_close(ours[told], expected.logits[told], atol=1e-5, rtol=1e-5)
    loss = torch.nn.functional.cross_entropy(ours[told], labels[told])
    torch.testing.assert_close(loss, expected.loss)


@pytest.mark.parametrize("beams", [1, 3])
def test_texts_are_those_of_transformers_one_by_one(backbone, beams) -> None:
    network, tokenizer = plain(backbone)
    read = tokenise_texts(SOURCES, backbone.tokenizer, POSITIONS)
    ours = written(backbone, read, Writing(tokens=12, beams=beams))
    for source, text in zip(SOURCES, ours, strict=True):
        ids = network.generate(
            **tokenizer(source, return_tensors="pt"), max_new_tokens=12, num_beams=beams, do_sample=False
        )
        assert text == tokenizer.decode(ids[0], skip_special_tokens=True).strip()
    assert len(set(ours)) > 1


def test_the_manners_of_the_last_task_are_forgotten(tmp_path) -> None:
    folder = tiny_writer_folder(tmp_path, "bart")
    network = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
    backbone = open_writer(describe(str(folder)))
    read = tokenise_texts(SOURCES, backbone.tokenizer, POSITIONS)
    before = written(backbone, read, Writing(tokens=12))
    network.generation_config.update(
        min_length=9, no_repeat_ngram_size=1, repetition_penalty=9.0, max_length=10
    )
    network.generation_config.save_pretrained(folder)
    assert written(open_writer(describe(str(folder))), read, Writing(tokens=12)) == before


def test_a_copy_in_bfloat16_writes_too(backbone) -> None:
    read = tokenise_texts(SOURCES, backbone.tokenizer, POSITIONS)
    assert len(written(in_bfloat16(backbone), read, Writing(tokens=4))) == len(SOURCES)
    assert next(backbone.parameters()).dtype == torch.float32


def test_nothing_to_read_gives_nothing(backbone) -> None:
    assert written(backbone, tokenise_texts([], backbone.tokenizer, POSITIONS), Writing(tokens=4)) == ()
    assert len(written(backbone, tokenise_texts([""], backbone.tokenizer, 8), Writing(tokens=4))) == 1


def test_what_is_saved_opens_with_transformers_alone(backbone, tmp_path) -> None:
    backbone.save(tmp_path / "saved")
    again = transformers.AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "saved")
    for name, tensor in backbone.network.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], tensor)
    assert transformers.AutoTokenizer.from_pretrained(tmp_path / "saved")("the cat").input_ids


def test_an_encoder_alone_is_no_writer(tmp_path) -> None:
    folder = tiny_writer_folder(tmp_path)
    encoder = transformers.T5EncoderModel.from_pretrained(folder)
    shutil.rmtree(folder)
    encoder.save_pretrained(folder)
    tiny_writers.tiny_writing_tokenizer().save_pretrained(folder)
    info = describe(str(folder))
    assert info.kind == "encoder"
    with pytest.raises(BaseError, match="tensors are missing"):
        open_writer(info)


def test_what_is_opened_as_a_whole_alone_is_not_cut() -> None:
    with pytest.raises(BaseError, match="bart base is opened as a whole"):
        family_of("bart")


def test_other_bases_write_nothing(tiny_bert) -> None:
    with pytest.raises(BaseError, match="writes no texts from texts; name a base of these: bart"):
        open_writer(describe(str(tiny_bert)))


def test_a_whole_network_is_not_read_block_by_block(tiny_folder) -> None:
    backbone = tiny_writing_backbone(tiny_folder)
    one = torch.ones(1, 1, dtype=torch.long)
    with pytest.raises(TypeError, match="can't be read block by block"):
        backbone.forward(one, one.bool())

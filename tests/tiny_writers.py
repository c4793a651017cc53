"""Tiny random encoder-decoders, made in code, that open as real ones do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoConfig, PreTrainedTokenizerFast

from headstart.models.describe import describe
from headstart.models.open_base import open_writer
from tests.tiny import HEADS, INNER, POSITIONS, SENTENCES, WIDTH

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from headstart.models.backbone import Backbone

PAD, END, UNKNOWN, START = "<pad>", "</s>", "<unk>", "<s>"
MARKS = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 3}
T5 = {
    "d_model": WIDTH,
    "d_kv": 8,
    "d_ff": INNER,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "num_heads": HEADS,
    "relative_attention_num_buckets": 8,
    "relative_attention_max_distance": 16,
    "decoder_start_token_id": 0,
    "dropout_rate": 0.0,
}
BART = {
    "d_model": WIDTH,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": HEADS,
    "decoder_attention_heads": HEADS,
    "encoder_ffn_dim": INNER,
    "decoder_ffn_dim": INNER,
    "max_position_embeddings": POSITIONS,
    "init_std": 0.1,
    "decoder_start_token_id": 0,
    "forced_eos_token_id": 1,
    "dropout": 0.0,
}
SETTINGS: dict[str, dict[str, Any]] = {
    "bart": {**BART, "decoder_start_token_id": 1},
    "marian": BART,
    "mbart": {**BART, "decoder_start_token_id": 1},
    "mt5": {**T5, "tie_word_embeddings": False},
    "pegasus": BART,
    "t5": T5,
}
WRITERS = tuple(SETTINGS)
# Weights so large that different texts are written for different sources.
WILD = {
    family: {"init_std": 0.6} if "init_std" in settings else {"initializer_factor": 3.0}
    for family, settings in SETTINGS.items()
}


def tiny_writer(family: str, *, seed: int = 0, **settings: Any) -> PreTrainedModel:
    """A random network of a family, in evaluation mode; the same seed gives the same weights."""
    size = len(tiny_writing_tokenizer())
    known = {**SETTINGS[family], **MARKS, "vocab_size": size, **settings}
    config = AutoConfig.for_model(family, **known)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return transformers.AutoModelForSeq2SeqLM.from_config(config).eval()


def tiny_writing_tokenizer() -> PreTrainedTokenizerFast:
    """Whole words, each text ended by a mark."""
    words = sorted({word.strip(",") for sentence in SENTENCES for word in sentence.split()})
    vocabulary = {piece: number for number, piece in enumerate([PAD, END, UNKNOWN, START, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A $B {END}", special_tokens=[(END, vocabulary[END])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        bos_token=START,
        model_max_length=POSITIONS,
        model_input_names=["input_ids", "attention_mask"],
    )


def with_language(tokenizer: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    """The tokenizer, which from now on names a language after the end of a text, as that of mBART does."""
    known = {END: tokenizer.eos_token_id, START: tokenizer.bos_token_id}
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END} {START}", pair=f"$A $B {END} {START}", special_tokens=list(known.items())
    )
    return tokenizer


def tiny_writer_folder(folder: Path, family: str = "t5", *, seed: int = 0, **settings: Any) -> Path:
    """Saves a tiny encoder-decoder with its tokenizer in a folder of that name within `folder`."""
    target = folder / f"tiny-{family}-writer-{seed}"
    tiny_writer(family, seed=seed, **settings).save_pretrained(target)
    tiny_writing_tokenizer().save_pretrained(target)
    return target


def tiny_writing_backbone(folder: Path, family: str = "t5", *, seed: int = 1) -> Backbone:
    """A tiny encoder-decoder of wild weights as Headstart opens it."""
    target = folder / f"tiny-{family}-writer-{seed}"
    if not target.is_dir():
        tiny_writer_folder(folder, family, seed=seed, **WILD[family])
    return open_writer(describe(str(target)))

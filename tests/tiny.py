"""Tiny random models of every architecture, made in code, that open as real ones do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoConfig, PreTrainedTokenizerFast

from headstart.models.describe import describe
from headstart.models.open_base import open_backbone

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from headstart.models.backbone import Backbone

WIDTH, HEADS, BLOCKS, INNER, POSITIONS = 32, 4, 3, 48, 64
SENTENCES = (
    "the cat sat on the mat and looked at the moon",
    "please send the invoice again, it was never paid",
    "my screen is broken and the light is red",
    "a good film with a bad end",
)
PLAIN = {
    "hidden_size": WIDTH,
    "num_hidden_layers": BLOCKS,
    "num_attention_heads": HEADS,
    "intermediate_size": INNER,
}
ENCODER = {**PLAIN, "max_position_embeddings": POSITIONS, "initializer_range": 0.2}
DECODER = {
    **ENCODER,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
# These number positions from the padding id (1) on, so their tables are longer by two.
ROBERTA = {**ENCODER, "max_position_embeddings": POSITIONS + 2, "type_vocab_size": 1, "pad_token_id": 1}
SETTINGS: dict[str, dict[str, Any]] = {
    "bert": ENCODER,
    "camembert": ROBERTA,
    "deberta-v2": {
        **ENCODER,
        "relative_attention": True,
        "position_buckets": 8,
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "pos_att_type": ["p2c", "c2p"],
        "position_biased_input": False,
        "conv_kernel_size": 3,
        "type_vocab_size": 2,
    },
    "distilbert": {
        "dim": WIDTH,
        "n_layers": BLOCKS,
        "n_heads": HEADS,
        "hidden_dim": INNER,
        "max_position_embeddings": POSITIONS,
        "initializer_range": 0.2,
    },
    "electra": {**ENCODER, "embedding_size": 16},
    "gemma": DECODER,
    "gemma2": {**DECODER, "sliding_window": 4, "query_pre_attn_scalar": 8},
    "gpt2": {
        "n_embd": WIDTH,
        "n_layer": BLOCKS,
        "n_head": HEADS,
        "n_positions": POSITIONS,
        "initializer_range": 0.2,
    },
    "llama": DECODER,
    "mistral": {**DECODER, "sliding_window": 4},
    "modernbert": {**ENCODER, "local_attention": 4, "global_attn_every_n_layers": 2, "pad_token_id": 0},
    "mpnet": ROBERTA,
    "qwen2": {**DECODER, "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1},
    "qwen3": DECODER,
    "roberta": ROBERTA,
    "t5": {
        "d_model": WIDTH,
        "d_kv": 8,
        "d_ff": INNER,
        "num_layers": BLOCKS,
        "num_decoder_layers": 1,
        "num_heads": HEADS,
        "relative_attention_num_buckets": 8,
        "relative_attention_max_distance": 16,
    },
    "xlm-roberta": ROBERTA,
}
FAMILIES = tuple(SETTINGS)
DECODERS = ("gemma", "gemma2", "gpt2", "llama", "mistral", "qwen2", "qwen3")


def tiny_network(family: str, *, seed: int = 0, **settings: Any) -> PreTrainedModel:
    """A random network of a family, in evaluation mode; the same seed gives the same weights."""
    size = len(tiny_tokenizer(family))
    config = AutoConfig.for_model(family, **{**SETTINGS[family], "vocab_size": size, **settings})
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        if family == "t5":
            return transformers.T5EncoderModel(config).eval()
        return transformers.AutoModel.from_config(config).eval()


def tiny_tokenizer(family: str) -> PreTrainedTokenizerBase:
    """Word pieces with marks around texts for encoders, bytes for decoders."""
    if family in DECODERS:
        return _bytes(marked=family != "gpt2")
    roberta = SETTINGS[family].get("pad_token_id") == 1
    return _word_pieces(("<s>", "<pad>", "</s>") if roberta else ("[CLS]", "[PAD]", "[SEP]"), roberta, family)


def tiny_base_folder(folder: Path, family: str = "bert", *, seed: int = 0, **settings: Any) -> Path:
    """Saves a tiny model with its tokenizer in a folder of that name within `folder`."""
    target = folder / f"tiny-{family}-{seed}"
    tiny_network(family, seed=seed, **settings).save_pretrained(target)
    tiny_tokenizer(family).save_pretrained(target)
    return target


def tiny_causal_folder(
    folder: Path, family: str = "llama", *, seed: int = 0, template: str | None = None, **settings: Any
) -> Path:
    """Saves a tiny decoder-only model that scores words, with its tokenizer and its chat template."""
    target = folder / f"tiny-causal-{family}-{seed}"
    tokenizer = tiny_tokenizer(family)
    tokenizer.chat_template = template
    config = AutoConfig.for_model(family, **{**SETTINGS[family], "vocab_size": len(tokenizer), **settings})
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        transformers.AutoModelForCausalLM.from_config(config).eval().save_pretrained(target)
    tokenizer.save_pretrained(target)
    return target


def tiny_backbone(folder: Path, family: str = "bert", *, seed: int = 0, attention: str = "sdpa") -> Backbone:
    """A tiny model as Headstart opens it."""
    target = folder / f"tiny-{family}-{seed}"
    if not target.is_dir():
        tiny_base_folder(folder, family, seed=seed)
    return open_backbone(describe(str(target)), attention=attention)


def _word_pieces(marks: tuple[str, str, str], roberta: bool, family: str) -> PreTrainedTokenizerBase:
    start, pad, end = marks
    words = sorted({word.strip(",") for sentence in SENTENCES for word in sentence.split()})
    letters = "abcdefghijklmnopqrstuvwxyz0123456789,.!?'"
    special = [start, pad, end, "[UNK]"] if roberta else [pad, start, end, "[UNK]"]
    pieces = [
        *special,
        *letters,
        *(f"##{letter}" for letter in letters),
        *(word for word in words if len(word) > 1),
    ]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    second = f"{end} $B:0 {end}:0" if roberta else f"$B:1 {end}:1"
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {second}",
        special_tokens=[(mark, vocabulary[mark]) for mark in (start, end)],
    )
    tokenizer.decoder = decoders.WordPiece()
    typed = not roberta and family not in ("distilbert", "modernbert", "t5")
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=pad,
        cls_token=start,
        sep_token=end,
        unk_token="[UNK]",
        model_max_length=POSITIONS,
        model_input_names=["input_ids", *(["token_type_ids"] if typed else []), "attention_mask"],
    )


def _bytes(*, marked: bool) -> PreTrainedTokenizerBase:
    special = ["<unk>", "<s>", "</s>"]
    pieces = [*special, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE({piece: number for number, piece in enumerate(pieces)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if marked:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=POSITIONS,
        model_input_names=["input_ids", "attention_mask"],
        **({"bos_token": "<s>"} if marked else {}),
    )

"""Instructions as token ids, the same for everyone, and Llamas of random weights to learn them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from headstart.core.rows import Columns, Rows

if TYPE_CHECKING:
    from pathlib import Path

SET = "instruct_1100"
COLUMNS = ("instruction", "input", "output")
# Pieces of the vocabulary that the built base knows.
PIECES = 8192
_COMMON = {"tie_word_embeddings": True, "bos_token_id": 1, "eos_token_id": 2}
# Shapes of the bases that are built: 30 million weights, and those of Llama 3.2 1B with all its words
# (Meta 2024, the model's config.json), of which the built tokenizer uses the first.
SHAPES: dict[str, dict[str, Any]] = {
    "llama_30m": {
        "vocab_size": PIECES,
        "hidden_size": 512,
        "intermediate_size": 1376,
        "num_hidden_layers": 8,
        "num_attention_heads": 8,
        "num_key_value_heads": 8,
        "max_position_embeddings": 1024,
    },
    "llama_1b": {
        "vocab_size": 128_256,
        "hidden_size": 2048,
        "intermediate_size": 8192,
        "num_hidden_layers": 16,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 64,
        "max_position_embeddings": 4096,
    },
}


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """Training and test rows."""

    train: Rows
    test: Rows

    @property
    def sha256(self) -> str:
        """Hash of all rows in order: what the figures depend on."""
        rows = [part.frame.rows() for part in (self.train, self.test)]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def read(data: Path, *, rows: int | None = None) -> Instructions:
    """The instructions of a folder.

    Args:
        data: folder with the data set's folder in it.
        rows: training rows at most; all without it.

    Raises:
        SystemExit: a file is missing.
    """
    parts = []
    for name in ("train", "test"):
        path = data / SET / f"{name}.parquet"
        if not path.exists():
            raise SystemExit(f"{path} is missing; --data names a folder with a folder for each data set")
        frame = pl.read_parquet(path, columns=list(COLUMNS))
        frame = frame.head(rows) if rows else frame
        parts.append(Rows.of(frame, Columns(text=COLUMNS[:2], target=COLUMNS[2])))
    return Instructions(train=parts[0], test=parts[1])


def tokens_of(instructions: Instructions, base: Path, *, max_length: int) -> dict[str, list[dict[str, Any]]]:
    """Ids of each conversation and which of them are answers, as Headstart reads them.

    Args:
        instructions: the rows.
        base: folder of the pre-trained model.
        max_length: tokens of a conversation at most.
    """
    from headstart.core.examples import IGNORED
    from headstart.models.chat_template import ChatTemplate
    from headstart.models.describe import describe
    from headstart.models.open_base import open_tokenizer
    from headstart.models.tokenise_dialogues import tokenise_dialogues
    from headstart.tasks.chat import Chat

    template, task = ChatTemplate(open_tokenizer(describe(str(base)))), Chat()
    found = {}
    for name, rows in (("train", instructions.train), ("test", instructions.test)):
        examples = tokenise_dialogues(task.dialogues(rows), template, max_length=max_length).examples
        assert examples.targets is not None
        found[name] = []
        for first, stop in zip(examples.offsets, examples.offsets[1:], strict=False):
            ids, targets = examples.tokens[first:stop].tolist(), examples.targets[first:stop].tolist()
            # The last token is asked for and never read; the library wants it among its inputs.
            last = targets[-1] if targets[-1] != IGNORED else template.tokenizer.eos_token_id
            found[name].append(
                {
                    "input_ids": [*ids, last],
                    "completion_mask": [0, *(int(each != IGNORED) for each in targets)],
                }
            )
    return found


def built(name: str, folder: Path, texts: list[str], *, device: str = "cpu") -> Path:
    """A random Llama of one of `SHAPES`, with byte pairs learnt from these texts; saved once.

    Args:
        name: of the shape.
        folder: where it is saved.
        texts: what the byte pairs are learnt from.
        device: where its weights are drawn.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedTokenizerFast

    target = folder / name
    if (target / "config.json").exists():
        return target
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES,
        special_tokens=["<unk>", "<s>", "</s>"],
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    torch.manual_seed(0)
    with torch.device(device):
        network = AutoModelForCausalLM.from_config(LlamaConfig(**_COMMON, **SHAPES[name]))
    target.mkdir(parents=True)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(target)
    network.save_pretrained(target)
    return target


def with_its_end(base: Path, folder: Path) -> Path:
    """A copy of a base whose tokenizer names the token that ends a text, as its configuration does."""
    from headstart.models.describe import describe
    from headstart.models.open_base import open_causal

    opened, target = open_causal(describe(str(base))), folder / base.name
    opened.network.save_pretrained(target)
    opened.tokenizer.save_pretrained(target)
    return target


def plain_loss(folder: Path, examples: list[dict[str, Any]], *, device: str = "cpu") -> float:
    """Mean loss of the tokens of answers in float32, one conversation at a time, by `transformers` alone."""
    import torch
    from transformers import AutoModelForCausalLM

    network: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    total = tokens = 0.0
    for each in examples:
        ids = torch.tensor([each["input_ids"]], device=device)
        asked = torch.tensor([each["completion_mask"]], device=device).bool()
        with torch.inference_mode():
            scores = network(ids).logits[0, :-1]
        gold = ids[0, 1:][asked[0, 1:]]
        total += float(torch.nn.functional.cross_entropy(scores[asked[0, 1:]], gold, reduction="sum"))
        tokens += len(gold)
    return total / tokens

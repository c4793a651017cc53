"""A tiny decoder that has learnt to answer a few questions in words of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.tiny import tiny_causal_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

# What it writes after each text; the label of three, if any, that a person reads out of it.
ANSWERS = {
    "film": ("cinema", "cinema"),
    "screen": ("The label is: HARDWARE!", "hardware"),
    "invoice": ("money or cinema", None),
    "cat": ("no idea", None),
}
STEPS, FITTED = 400, 0.02


def answering_folder(
    folder: Path,
    family: str,
    *,
    asked: Callable[[AutoTokenizer, str], list[int]],
    end: str,
    template: str | None = None,
    answers: Mapping[str, tuple[str, Any]] = ANSWERS,
) -> Path:
    """Saves a base that writes some answers, learnt by heart.

    Args:
        folder: where it goes.
        family: its architecture.
        asked: the token ids of the prompt of a text.
        end: what stands before and after an answer, with `{}` for it.
        template: the chat template.
        answers: what it writes after each text, each with what a person reads out of it.
    """
    longer = {"n_positions": 256} if family == "gpt2" else {"max_position_embeddings": 256}
    target = tiny_causal_folder(folder, family, template=template, initializer_range=0.05, **longer)
    network, tokenizer = (
        AutoModelForCausalLM.from_pretrained(target),
        AutoTokenizer.from_pretrained(target),
    )
    lines = []
    for text, (answer, _) in answers.items():
        before = asked(tokenizer, text)
        after = tokenizer(end.replace("{}", answer), add_special_tokens=False)["input_ids"]
        lines.append((before + after, [-100] * len(before) + after))
    width = max(len(ids) for ids, _ in lines)
    tokens, targets = (
        torch.tensor([each[place] + [pad] * (width - len(each[place])) for each in lines])
        for place, pad in ((0, 0), (1, -100))
    )
    # Without dropout, so that chance has no part in what is learnt.
    network.eval()
    learner = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0.0)
    for _ in range(STEPS):
        # What is padded on the right is seen by nothing that counts.
        loss = network(input_ids=tokens, labels=targets).loss
        if loss.item() < FITTED:
            break
        learner.zero_grad()
        loss.backward()
        learner.step()
    assert loss.item() < FITTED
    network.save_pretrained(target)
    return target

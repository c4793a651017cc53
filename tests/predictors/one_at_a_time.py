"""A network and a tokenizer of `transformers` alone, asked for one answer after the other."""

from __future__ import annotations

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

# Texts that say nothing, as the paper has them.
FREE = ("N/A", "", "[MASK]")


class OneAtATime:
    """What a base says, each answer by a call of its own.

    Args:
        folder: the base.
        ends: ids of tokens that count as the end of an answer.
        begins: ids of tokens that stand before every text.
        mean: whether the log-probabilities of tokens are averaged.
    """

    def __init__(self, folder, *, ends=(), begins=(), mean=False):
        self.network = AutoModelForCausalLM.from_pretrained(folder).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.ends, self.begins, self.mean = list(ends), list(begins), mean

    def scores(self, prompt, answers):
        return np.array([self.score(prompt, each) for each in answers])

    def score(self, prompt, answer):
        before = self.ids(prompt)
        after = self.tokenizer(answer, add_special_tokens=False)["input_ids"] + self.ends
        with torch.inference_mode():
            logits = self.network(torch.tensor([before + after])).logits[0].double()
        told = torch.log_softmax(logits, dim=-1)[len(before) - 1 : -1]
        each = told[torch.arange(len(after)), torch.tensor(after)]
        return float(each.mean() if self.mean else each.sum())

    def shares(self, prompt, answers):
        """The probability of each answer among all of them."""
        powers = np.exp(self.scores(prompt, answers))
        return powers / powers.sum()

    def probabilities(self, prompt, free, answers):
        """Zhao et al. 2021, section 4, as their code computes it."""
        without = np.mean([self.shares(each, answers) for each in free], axis=0)
        weighed = np.linalg.inv(np.diag(without)) @ self.shares(prompt, answers)
        return weighed / weighed.sum()

    def written(self, prompt, most, *, stop=None):
        """What follows a prompt, the likeliest token first, up to a token or to what the base stops at."""
        before = torch.tensor([self.ids(prompt)])
        told = {"max_new_tokens": most, "do_sample": False, "attention_mask": torch.ones_like(before)}
        told |= {} if stop is None else {"eos_token_id": stop}
        with torch.inference_mode():
            found = self.network.generate(before, **told, pad_token_id=0)
        return self.tokenizer.decode(found[0, before.shape[1] :], skip_special_tokens=True)

    def ids(self, prompt):
        return [*self.begins, *self.tokenizer(prompt, add_special_tokens=False)["input_ids"]]

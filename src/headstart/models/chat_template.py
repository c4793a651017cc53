"""How a base wants conversations written: its own template, or a plain one where it has none."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from headstart.core.turns import ASSISTANT, SYSTEM, USER, Turn
from headstart.errors import BaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerBase

OWN, PLAIN = "its own", "plain headings"
# A letter that no template has.
_MARK = "\N{SNOWMAN}"
# Words that have no first token in common.
_FIRST_WORDS = (_MARK, "a", "The", "1")
# Goes before a template that writes the day, so that answers are the same on every day: that of Llama 3.1.
_DAY = "strftime_now"
_SAME_DAY = "{%- macro " + _DAY + "(format) -%}26 Jul 2024{%- endmacro -%}"
# The headings of Stanford Alpaca (Taori et al. 2023), which instruction data has carried on.
PLAIN_TEMPLATE = (
    "{{ bos_token or '' }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ message['content'] + '\\n\\n' }}"
    "{% elif message['role'] == 'user' %}"
    "{{ '### Instruction:\\n' + message['content'] + '\\n\\n### Response:\\n' }}"
    "{% else %}{{ message['content'] + eos_token + '\\n\\n' }}"
    "{% endif %}{% endfor %}"
)


class ChatTemplate:
    """Writes conversations the way a base reads them.

    A base without a template gets plain headings, and one that writes the day always the same day. Both are
    then part of its tokenizer, and so of what is saved with it: whoever opens that gets what was measured.

    Args:
        tokenizer: the base's tokenizer; its template is changed in place.

    Raises:
        BaseError: the tokenizer has no token that ends a text, so that no answer would ever end.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        if tokenizer.eos_token_id is None:
            raise BaseError(
                f"the tokenizer {type(tokenizer).__name__} of {tokenizer.name_or_path} has no eos_token, so "
                "no answer would ever end; set one in its tokenizer_config.json"
            )
        self.name = OWN if tokenizer.chat_template else PLAIN
        if not tokenizer.chat_template:
            tokenizer.chat_template = PLAIN_TEMPLATE
        elif tokenizer.chat_template == PLAIN_TEMPLATE:
            self.name = PLAIN
        tokenizer.chat_template = _on_one_day(tokenizer.chat_template)
        self.tokenizer = tokenizer
        self._knows_system: bool | None = None

    def render(self, turns: Sequence[Turn], *, asks: bool = False) -> str:
        """The text of a conversation.

        Args:
            turns: what was said.
            asks: whether it ends where the assistant's next answer begins.

        Raises:
            BaseError: the template can't write such a conversation.
        """
        if self._merges(turns):
            turns = _without_system(turns)
        try:
            return self._text(turns, asks=asks)
        except Exception as error:  # a template is a program of its own, which fails in its own ways
            raise BaseError(
                f"the chat template of {self.tokenizer.name_or_path} fails ({error}); mend the template, or "
                "remove it from the base's folder to use plain headings"
            ) from error

    @cached_property
    def opening(self) -> str:
        """What it puts between a question and the words of the answer; mostly nothing.

        Templates of some models that think aloud put an empty thought there.
        """
        asked = (Turn(role=USER, content="a"),)
        begun = self.render(asked, asks=True)
        whole = self.render((*asked, Turn(role=ASSISTANT, content=_MARK)))
        opening, mark, _ = whole.removeprefix(begun).partition(_MARK)
        return opening if mark and opening.strip() and whole.startswith(begun) else ""

    @cached_property
    def begun(self) -> tuple[int, ...]:
        """The tokens of the same, as far as they are the same whatever words follow."""
        if not self.opening:
            return ()
        texts = [self.opening + each for each in _FIRST_WORDS]
        found = self.tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]
        alike = takewhile(lambda each: len(set(each)) == 1, zip(*found, strict=False))
        return tuple(int(each[0]) for each in alike)

    def said(self, ids: Sequence[int]) -> str:
        """The words of an answer that was written, without what the template puts before every answer."""
        return self._plain(ids).removeprefix(self._opening).strip()

    @cached_property
    def _opening(self) -> str:
        """The same as it reads where marks are left out, as they are of answers."""
        return self._plain(self.tokenizer(self.opening, add_special_tokens=False, verbose=False)["input_ids"])

    def _plain(self, ids: Sequence[int]) -> str:
        told = self.tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(told).strip()

    def _text(self, turns: Sequence[Turn], *, asks: bool) -> str:
        messages = [asdict(each) for each in turns]
        return str(self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=asks))

    def _merges(self, turns: Sequence[Turn]) -> bool:
        """Whether the system message has to go before the first question, for want of a place of its own."""
        if not turns or turns[0].role != SYSTEM:
            return False
        if self._knows_system is None:
            probe = [Turn(role=SYSTEM, content=_MARK), Turn(role=USER, content="a")]
            try:
                self._knows_system = _MARK in self._text(probe, asks=False)
            except Exception:  # noqa: BLE001 - such templates raise what they like
                self._knows_system = False
        return not self._knows_system


def _on_one_day(template: Any) -> Any:
    """A template, or several by their name, with a day of its own where it writes one."""
    if isinstance(template, dict):
        return {name: _on_one_day(each) for name, each in template.items()}
    writes = _DAY in template and not template.startswith(_SAME_DAY)
    return f"{_SAME_DAY}{template}" if writes else template


def _without_system(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    system, first, *rest = turns
    return (replace(first, content=f"{system.content}\n\n{first.content}"), *rest)

"""The workshop that suits what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.core.text_task import reads_to_write
from headstart.errors import SettingError
from headstart.models.prefixed import Prefixed
from headstart.train.answer_workshop import AnswerWorkshop
from headstart.train.preference_workshop import PreferenceWorkshop
from headstart.train.workshop import Workshop
from headstart.train.writing_workshop import WritingWorkshop

if TYPE_CHECKING:
    from headstart.core.context import Context
    from headstart.core.model import Model
    from headstart.core.split import Split
    from headstart.train.fine_tuning import FineTuning
    from headstart.train.headless_workshop import HeadlessWorkshop


def furnish(
    strategy: FineTuning, *, start: Model, split: Split, context: Context
) -> Workshop | HeadlessWorkshop:
    """A network with its rows, ready for a fine-tuning: under a head, writing, or answering.

    Raises:
        BaseError: the base can't be opened.
        SettingError: a step before put something ahead of each text, which this one can't go on from.
    """
    if isinstance(getattr(start.predictor, "backbone", None), Prefixed) and not strategy.ahead():
        raise SettingError(
            "a step before learnt what stands ahead of each text, and nothing but such a step can go on from "
            "there; start from the base instead"
        )
    if hasattr(split.task, "rejected"):
        return PreferenceWorkshop.furnish(strategy, start=start, split=split, context=context)
    if hasattr(split.task, "dialogues"):
        return AnswerWorkshop.furnish(strategy, start=start, split=split, context=context)
    if reads_to_write(split.task):
        return WritingWorkshop.furnish(strategy, start=start, split=split, context=context)
    return Workshop.furnish(strategy, start=start, split=split, context=context)

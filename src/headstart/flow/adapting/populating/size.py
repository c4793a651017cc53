"""How large a population there is time for."""

from __future__ import annotations

from dataclasses import dataclass

# Fewer members or steps have nobody to learn from.
FEWEST_MEMBERS, FEWEST_STEPS = 4, 2


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What the training of a member takes.

    Args:
        passes: passes of a whole training.
        pass_s: seconds of one of them.
        once_s: seconds that each step takes beside its passes: it opens the base and measures.
    """

    passes: int
    pass_s: float
    once_s: float

    @property
    def whole_s(self) -> float:
        """Seconds of a training that nothing interrupts."""
        return self.once_s + self.passes * self.pass_s

    def step_s(self, passes: float) -> float:
        """Seconds of a step of so many passes."""
        return self.once_s + passes * self.pass_s


@dataclass(frozen=True, kw_only=True)
class Size:
    """Trainings side by side, and the steps that each is cut into."""

    members: int
    steps: int

    def seconds(self, pace: Pace) -> float:
        """What all of it should take."""
        return self.members * (self.steps * pace.once_s + pace.passes * pace.pass_s)


LEAST = Size(members=FEWEST_MEMBERS, steps=FEWEST_STEPS)


def fitting(wanted: Size, pace: Pace, *, left_s: float) -> Size | None:
    """The largest population up to the one wanted that there is time for; None when there is for none.

    A step has a pass at least. Members times steps count, as that is how often settings are tried; of as
    many, more members.

    Args:
        wanted: more is of no use.
        pace: what its trainings take.
        left_s: seconds that it may take.
    """
    sizes = [
        Size(members=members, steps=steps)
        for members in range(FEWEST_MEMBERS, max(FEWEST_MEMBERS, wanted.members) + 1)
        for steps in range(FEWEST_STEPS, min(max(FEWEST_STEPS, wanted.steps), pace.passes) + 1)
    ]
    there = [each for each in sizes if each.seconds(pace) <= left_s]
    return max(there, key=lambda each: (each.members * each.steps, each.members), default=None)


def passes_after(step: int, *, steps: int, passes: int) -> int:
    """Whole passes that are done after a step of a training, the first being step 1."""
    return -(-step * passes // steps)

"""What all strategies that train a network with gradients have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from headstart import registry
from headstart.core.course import course_faults
from headstart.core.knob import knob
from headstart.core.loss_shape import PLAIN
from headstart.core.plan import Step
from headstart.core.strategy import Checkpoint, LateCheckpoint
from headstart.core.task import ANSWERS
from headstart.core.text_task import reads_to_write
from headstart.train.pace import Pace
from headstart.train.recipe import SCHEDULES, Recipe
from headstart.train.tuning_cost import tuning_cost
from headstart.train.work import length_reasons, memory_reasons
from headstart.train.writing_cost import writing_cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from torch import Tensor, nn

    from headstart.core.base import Shape
    from headstart.core.context import Context
    from headstart.core.loss_shape import LossShape
    from headstart.core.model import Model
    from headstart.core.plan import Cost, Situation
    from headstart.core.split import Split
    from headstart.core.task import Task
    from headstart.models.backbone import Backbone
    from headstart.train.best_epoch import Epoch
    from headstart.train.groups import Group
    from headstart.train.headless_workshop import HeadlessWorkshop
    from headstart.train.hook import Hook
    from headstart.train.learning import Learning
    from headstart.train.workshop import Workshop

FEWEST_ROWS = 8
# Conversations lose their oldest tokens, however many were asked for.
REPLY = "reply"
# What says how fast weights move.
RATES = ("learning_rate", "rate_factor", "head_rate", "layer_decay")


@dataclass(frozen=True, kw_only=True)
class FineTuning(ABC):
    """A strategy that trains blocks of the base together with a head.

    The head starts from a linear classifier on the frozen base (LP-FT: Kumar et al. 2022, section
    3), so that the first steps do not spoil the base, and epoch 0 is that classifier. Blocks below
    the lowest one that learns are run once, and their states read from the feature cache.
    """

    needs_base: ClassVar[bool] = True
    answers: ClassVar[tuple[str, ...]] = ANSWERS
    summary: ClassVar[str]
    # Peak rate for steps of 16 rows.
    usual_rate: ClassVar[float] = 2e-4
    # Whether that rate is the less the wider the layers are.
    by_width: ClassVar[bool] = True
    # Neither the shapes of the weights nor the length of the training depend on these.
    live: ClassVar[frozenset[str]] = frozenset((*RATES, "weight_decay", "dropout", "label_smoothing"))

    epochs: int | None = knob(
        None,
        "passes over the training rows; 4 to 10 by rows a class without one",
        low=0,
        high=50,
        search=(2, 16),
    )
    learning_rate: float | None = knob(
        None,
        "peak rate of what learns fastest beside the head; by the rows in a step without one",
        low=1e-6,
        high=1e-2,
        log=True,
    )
    rate_factor: float = knob(
        1.0,
        "times the rate that suits the rows in a step, where `learning_rate` does not say",
        low=0.01,
        high=100.0,
        log=True,
        search=(0.25, 4.0),
    )
    head_rate: float = knob(1e-3, "peak rate of the head", low=1e-6, high=1e-1, log=True)
    head_strength: float = knob(
        1e-3, "penalty of the linear classifier that the head starts from", low=1e-7, high=1.0, log=True
    )
    batch_size: int | None = knob(
        None, "rows in a step, on average; 16 to 64 by rows without one", low=1, high=512, log=True
    )
    weight_decay: float = knob(0.01, "pull of matrices towards zero", low=0.0, high=1.0, search=(0.0, 0.2))
    warmup: float = knob(0.1, "share of the training over which rates rise", low=0.0, high=0.9)
    schedule: str = knob("linear", "how rates fall", choices=SCHEDULES)
    dropout: float = knob(0.0, "share of states dropped while training", low=0.0, high=0.6, search=(0.0, 0.3))
    patience: int | None = knob(
        None,
        "epochs without a better dev score before it stops, the best being kept; the last stands without one",
        low=1,
        high=50,
    )
    max_length: int | None = knob(
        None, "tokens read of a text; as many as the base reads without one", low=8, high=8192
    )
    beams: int = knob(1, "texts followed at once where texts are written", low=1, high=16)
    max_written: int | None = knob(
        None, "tokens written at most, where texts are; by the training targets without one", low=1, high=4096
    )
    course: tuple[tuple[float, Mapping[str, Any]], ...] = knob(
        (), "what changes on the way: pairs of a share of the training and of settings from there on"
    )

    @property
    def averages(self) -> bool:
        """Whether the mean of the weights of several fits is a model of the same kind."""
        return True

    @abstractmethod
    def learning(self, shape: Shape) -> Learning:
        """How much learns in a base of this shape, for its cost."""

    @abstractmethod
    def groups(self, backbone: Backbone, head: nn.Module, rate: float) -> list[Group]:
        """The weights that learn, if not all of them from the start; all others are marked as frozen.

        Args:
            backbone: the network under the head.
            head: the task's head.
            rate: peak rate of what learns fastest beside the head.
        """

    def prepared(self, backbone: Backbone, split: Split, context: Context) -> Backbone:
        """The network to train, made of a base that may be changed."""
        return backbone

    def ahead(self) -> int:
        """Tokens that stand ahead of each text and take their place among those that the base reads."""
        return 0

    def bits(self) -> int:
        """Bits of each weight of the base's linear layers while it is trained: 32, or 4 where they rest."""
        return 32

    def shipped(self, backbone: Backbone) -> Backbone:
        """The network to predict with, made of the trained one, which is left as it is."""
        return backbone

    def cuts(self, depth: int, epochs: int) -> Sequence[int]:
        """For each epoch, the number of lowest blocks in which nothing learns, the embeddings included.

        Zero where the embeddings or the first block learn. It may fall from epoch to epoch: weights
        above the cut learn, those below wait.
        """
        return [0] * epochs

    def also(self, split: Split) -> Mapping[str, float]:
        """The auxiliary tasks that it learns from, by name, and the share of each that one pass takes."""
        return {}

    def hooks(self, groups: Sequence[Group]) -> Sequence[Hook]:
        """What happens beside the steps that move these weights."""
        return ()

    def loss_shape(self, split: Split) -> LossShape:
        """How the task's loss weighs the training rows."""
        return PLAIN

    def objective(
        self, outputs: Callable[[], Tensor], loss: Callable[[Tensor], tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor]:
        """Sum of the losses of a batch and sum of their weights.

        Args:
            outputs: runs the network on the batch; each call draws dropout anew.
            loss: the task's loss of outputs.
        """
        return loss(outputs())

    def blockers(self, situation: Situation) -> tuple[str, ...]:
        reasons = []
        if situation.train_rows < FEWEST_ROWS:
            reasons.append(f"{situation.train_rows} training rows are too few; it needs {FEWEST_ROWS}")
        reasons += course_faults(self.course, live=self.live & asdict(self).keys())
        if situation.task.answer != REPLY:
            reasons += length_reasons(self.max_length, situation)
        if situation.base is not None:
            reasons += memory_reasons(self.cost(situation), situation.machine)
        return tuple(reasons)

    def cost(self, situation: Situation) -> Cost:
        made = writing_cost if reads_to_write(situation.task) else tuning_cost
        return made(self, situation)

    def adapt(
        self, start: Model, split: Split, context: Context, *, state: Mapping[str, Any] | None = None
    ) -> Iterator[Checkpoint]:
        """Fits on `split.train`; with `patience`, chooses the epoch on `split.dev`.

        Without it the last epoch stands: rates have fallen to nought by then, and a few hundred dev
        rows tell one epoch from the next by luck. Those in between are then measured on a sample of the
        dev rows, for the curve alone, and their checkpoints have no dev score.

        Args:
            start: a base, or a network that the training goes on from.
            split: the rows.
            context: the surroundings.
            state: that of an earlier checkpoint of the same fit, to go on from there.

        Raises:
            TrainingError: an invariant of training was broken.
        """
        # torch takes seconds to import and is needed for a fit alone.
        from headstart.train.course_follower import CourseFollower
        from headstart.train.furnish import furnish

        shop = furnish(self, start=start, split=split, context=context)
        run = shop.best_epoch()
        if state is not None:
            run.restore(dict(state))
        course = CourseFollower(shop, run)
        course.follow()
        step = Step(use=registry.name_of(self), params=asdict(self))
        for epoch in run.run():
            yield LateCheckpoint(
                make=partial(_model, shop, epoch, start=start, step=step),
                fraction=epoch.fraction,
                dev_score=epoch.score,
                state=epoch.state,
                chosen={"epochs": epoch.best},
                curve=epoch.curve,
            )
            course.follow()

    def pace(self, task: Task, rows: int) -> Pace:
        """What was said of epochs, rows in a step and rate, and what suits the rows where nothing was."""
        usual = Pace.of(
            rows, classes=len(task.classes), usual_rate=self.usual_rate, batch_size=self.batch_size
        )
        return Pace(
            epochs=usual.epochs if self.epochs is None else self.epochs,
            batch_size=usual.batch_size,
            rate=usual.rate * self.rate_factor if self.learning_rate is None else self.learning_rate,
        )

    def recipe(self, pace: Pace, context: Context) -> Recipe:
        """How the training goes."""
        return Recipe(
            epochs=pace.epochs,
            batch_size=pace.batch_size,
            warmup=self.warmup,
            schedule=self.schedule,
            precision=context.precision,
            seed=context.seed,
        )


def _model(shop: Workshop | HeadlessWorkshop, epoch: Epoch, *, start: Model, step: Step) -> Model:
    predictor = shop.predictor(epoch.backbone, epoch.head)
    return replace(start, predictor=predictor, lineage=(*start.lineage, step))

"""A run as event files that TensorBoard shows."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

from headstart.errors import MissingExtra
from headstart.flow.adapting.watching.events import Concluded, Ended
from headstart.flow.adapting.watching.figures import (
    made,
    trial_figures,
    trial_params,
    trial_title,
    verdict_figures,
)

if TYPE_CHECKING:
    from pathlib import Path

    from headstart.flow.adapting.watching.events import Event

PACKAGE = "tensorboardX"


@dataclass(frozen=True, kw_only=True)
class Tensorboard:
    """A folder for each trial with its settings, figures and curves, and one for the verdict.

    Args:
        folder: where TensorBoard looks.
        run: name of the run, which becomes a folder in it.
    """

    name: ClassVar[str] = "TensorBoard"
    folder: Path
    run: str

    def tell(self, event: Event) -> None:
        if isinstance(event, Ended) and made(event):
            self._trial(event)
        elif isinstance(event, Concluded):
            with self._writer("verdict") as writer:
                writer.add_text("verdict", str(event.values["sentence"]), 0)
                for name, value in verdict_figures(event.values).items():
                    writer.add_scalar(name, value, 0)

    def close(self) -> None:
        """Every folder was closed when it was written."""

    def _trial(self, event: Ended) -> None:
        from tensorboardX.summary import hparams

        figures = trial_figures(event)
        with self._writer(
            trial_title(event).replace(": ", "-").replace(", ", "-").replace(" ", "-")
        ) as writer:
            for summary in hparams(trial_params(event), figures):
                writer.file_writer.add_summary(summary)
            for name, value in figures.items():
                writer.add_scalar(name, value, 0)
            for name, values in event.curve.items():
                for epoch, value in values:
                    writer.add_scalar(f"curve/{name}", value, epoch)

    def _writer(self, name: str) -> Any:
        from tensorboardX import SummaryWriter

        return SummaryWriter(logdir=str(self.folder / self.run / name))


def check_tensorboard() -> None:
    """Looks whether event files can be written here.

    Raises:
        MissingExtra: the package for it is not installed.
    """
    if find_spec(PACKAGE) is None:
        raise MissingExtra(PACKAGE, "tensorboard")

"""The verb that answers for new rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headstart.core.model import Model
    from headstart.data.stream import Stream
    from headstart.flow.predicting.match import Match
    from headstart.flow.predicting.predicted import Streamed, Written


def predict(
    bundle: Path,
    data: Path,
    *,
    out: Path | None = None,
    text: tuple[str, ...] = (),
    top: int | None = None,
) -> Written | Streamed:
    """Predict the rows of a file with a bundle; files may be larger than memory, and keep their order.

    Args:
        bundle: Folder of the bundle, such as runs/NAME/bundle.
        data: File with the rows: CSV, TSV, JSONL, JSON or Parquet, gzipped or not.
        out: File to write, its format told by its ending; without it the rows go to standard output as CSV.
        text: Column that holds the text, where it is not named as in training; repeat it for several.
        top: Labels to name for each row, the most probable first, in place of a column of probabilities each.

    Raises:
        BundleError: the bundle is missing, changed, or of a newer format.
        DataError: the file is missing or faulty, or lacks the text column.
        SettingError: the file has a column of the predictions' names, `out` is the input, or `top` does not
            fit the model.
        RunError: the disk is full or `out` can't be written.
    """
    from headstart.bundle.load import load_model
    from headstart.bundle.manifest import Manifest
    from headstart.data.stream import open_stream
    from headstart.flow.predicting.answer import Tally
    from headstart.flow.predicting.match import match_columns
    from headstart.flow.predicting.predicted import Streamed
    from headstart.flow.predicting.top import check_top
    from headstart.flow.predicting.watch import watched

    bundle, data = Path(bundle), Path(data)
    given: object = text
    texts = (given,) if isinstance(given, str) else tuple(text)
    _refuse_out(data, out)
    manifest = Manifest.read(bundle)
    stream = open_stream(data)
    match = match_columns(manifest, stream.columns, text=texts, data=data, top=top)
    model = load_model(bundle)
    check_top(top, model)
    if out is None:
        return Streamed(
            bundle=bundle,
            data=data,
            begin=lambda: watched(model, stream, match=match, tally=Tally(), top=top),
        )
    return _write(bundle, data, Path(out), model=model, stream=stream, match=match, top=top)


def _refuse_out(data: Path, out: Path | None) -> None:
    from headstart.data.sink import check_ending
    from headstart.errors import SettingError

    if out is None:
        return
    check_ending(Path(out))
    if Path(out).is_dir():
        raise SettingError(f"{out} is a folder; give the name of a file to write")
    if Path(out).exists() and data.exists() and Path(out).samefile(data):
        raise SettingError(f"{out} is the file with the rows; give another name with --out")


def _write(
    bundle: Path, data: Path, out: Path, *, model: Model, stream: Stream, match: Match, top: int | None
) -> Written:
    import time

    from headstart.data.sink import open_sink
    from headstart.flow.predicting.answer import Tally
    from headstart.flow.predicting.predicted import Written
    from headstart.flow.predicting.watch import watched

    started, tally = time.perf_counter(), Tally()
    with open_sink(out, raw=stream.raw) as sink:
        for piece in watched(model, stream, match=match, tally=tally, top=top):
            sink.write(piece)
    labels = {label: rows for label, rows in tally.labels.most_common() if label is not None}
    return Written(
        bundle=bundle,
        data=data,
        out=out,
        rows=tally.rows,
        empty=tally.empty,
        labels=labels,
        unlabelled=tally.labels[None],
        numbers=tally.numbers,
        words=tally.words,
        blank=tally.blank,
        answer=model.task.answer,
        seconds=time.perf_counter() - started,
    )

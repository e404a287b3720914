"""The outcome of a run as files, read only while they are what the run wrote."""

from __future__ import annotations

from pathlib import Path

from yimatong.stations.judgements import inputs
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.lifecycle import folder_of
from yimatong.stations.judgements.models import Run


def place(run: Run) -> Path:
    """The folder of a run's outcome."""
    return folder_of(run.number) / "outputs"


def require_whole(run: Run) -> None:
    """Every kept file of the outcome has the hash that the run recorded; `snapshot-gone` or `snapshot-changed` where not."""
    expected = {place(run) / f"{name}.parquet": digest for name, digest in run.outputs.items()}
    inputs.require_whole(expected, run=run.number)


def are_whole(run: Run) -> bool:
    """True where every file of the outcome is there and is what the run wrote; False also where it recorded none."""
    try:
        require_whole(run)
    except JudgementError:
        return False
    return bool(run.outputs)

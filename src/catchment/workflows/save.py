"""Save a prediction: as data in any form, and as a map."""

from collections.abc import Sequence
from pathlib import Path

from catchment.errors import Problem, UsageError
from catchment.results import archive
from catchment.results.whole import write_whole
from catchment.workflows.internet import Say
from catchment.workflows.predict import Prediction


def refuse_other_forms(files: Sequence[Path]) -> None:
    """Raise UsageError for names that do not say in which form to save, before anything is worked out."""
    problems = [
        Problem(
            where=f"--save {path}",
            what=f"no form of result has the suffix {path.suffix or '(none)'}",
            todo=f"let the name end in {', '.join(archive.SUFFIXES)}",
        )
        for path in files
        if path.suffix not in archive.SUFFIXES
    ]
    if problems:
        raise UsageError(*problems)


def save_all(prediction: Prediction, files: Sequence[Path], map_file: Path | None, say: Say) -> None:
    """Write every file asked for, each whole or not at all. Raises MachineError."""
    for path in files:
        archive.save(prediction.catchment, path, prediction.served)
        say(f"saved {path}")
    if map_file is not None:
        from catchment.report.map import map_page  # noqa: PLC0415  the world's outlines are large

        page = map_page(prediction.catchment, before=prediction.undisturbed, names=_names(prediction))
        write_whole(map_file, [page.encode()])
        say(f"drew {map_file} ({len(page) / 1e6:.1f} MB)")


def _names(prediction: Prediction) -> list[str]:
    """The name of each client, "" when unknown."""
    internet = prediction.internet
    if not len(internet.names):
        return [""] * len(prediction.catchment.asn)
    nodes = [internet.graph.node(asn) for asn in prediction.catchment.asn.tolist()]
    return [internet.name(node) if node is not None else "" for node in nodes]

"""What one run of an export put into a directory: counted, and told from what an earlier run left there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from tacit.exports.directory import writing_to
from tacit.exports.files import is_folder, is_regular, make_folder, remove_leftovers, replace_file
from tacit.exports.leaving import Leaving
from tacit.exports.source import ExportReport, Progress


class Written:
    """The files of one run."""

    def __init__(self, directory: Path, folders: Sequence[Path], progress: Progress | None) -> None:
        """Begin with removing what exports left behind that were killed.

        Args:
            directory: where to; it is there, and may be a link to a folder.
            folders: those inside it that files of ours lie in, each after the one it lies in.
            progress: told after each file how many there are.
        """
        self._directory = directory
        self._inside = folders
        self._progress = progress
        self._names: dict[Path, set[str]] = {directory: set()}
        self.written = self.unchanged = 0
        for folder in self._folders():
            remove_leftovers(folder)

    def sign(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Write a file that is written again before the run ends, and count it then."""
        replace_file(path, chunks)

    def put(self, folder: Path, name: str, chunks: Iterable[bytes]) -> None:
        """Write a file, or leave one alone that holds these bytes already; the folder is made."""
        if folder not in self._names:
            make_folder(folder)
            self._names[folder] = set()
        self._names[folder].add(name)
        if replace_file(folder / name, chunks):
            self.written += 1
        else:
            self.unchanged += 1
        if self._progress is not None:
            self._progress(self.written + self.unchanged)

    def remove_vanished(self, is_ours: Callable[[Path], bool], staying: Collection[Path] = ()) -> int:
        """Remove the files of ours that this run did not write, then folders that are left empty.

        Args:
            is_ours: whether an export wrote a file that lies there.
            staying: folders that stay when they are empty.

        Returns:
            How many files that were.
        """
        removed = 0
        for folder in self._folders():
            kept = self._names.get(folder, set())
            for path in list(folder.iterdir()):
                if path.name not in kept and is_regular(path) and is_ours(path):
                    path.unlink()
                    removed += 1
        for folder in reversed(self._inside):
            if folder not in staying and is_folder(folder) and not any(folder.iterdir()):
                folder.rmdir()
        return removed

    def _folders(self) -> list[Path]:
        return [self._directory, *filter(is_folder, self._inside)]


def write_alone(leaving: Leaving, directory: Path, name: str, chunks: Iterable[bytes]) -> ExportReport:
    """Bring the one file of an export up to date; what else lies in the directory does not matter.

    Raises:
        Usage: it is no directory.
        TacitError: the file cannot be written, or another export is writing there.
    """
    with writing_to(directory):
        changed = replace_file(directory / name, chunks)
    return leaving.report(directory / name, written=int(changed), unchanged=int(not changed))

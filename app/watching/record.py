"""What a watcher notes of itself for `--status`, and says at the same time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tacit.core.clock import system_clock
from tacit.core.watching import Notes

if TYPE_CHECKING:
    from tacit.app.watching.narration import Telling
    from tacit.core.errors import TacitError
    from tacit.core.watching import Hold
    from tacit.core.watching_report import Taken


class Record:
    """The notes of one run."""

    def __init__(self, hold: Hold, telling: Telling) -> None:
        self._hold = hold
        self._notes = Notes(os.getpid(), system_clock(), "", ())
        self.telling = telling

    def began(self, places: tuple[str, ...], store: str) -> None:
        """It watches these places from now on, and learns into this store."""
        self._note(places=places, store=store)
        self.telling.began(places, store)

    def scanned(self, files: int, waiting: int, *, events: bool) -> None:
        """It looked at so many files, of which so many changed since they were imported."""
        self._note(last_scan=system_clock(), files=files, waiting=waiting, events=events)

    def imported(self, taken: Taken, files: int, waiting: int) -> None:
        """So much came of files that had changed; how many there are, and how many wait still."""
        self._well()
        report, before = taken.report, self._notes
        if not report.changed:
            self._note(files=files, waiting=waiting)
            return
        self._note(
            last_import=system_clock(),
            files=files,
            waiting=waiting,
            imports=before.imports + 1,
            sessions=before.sessions + report.sessions,
            episodes=before.episodes + report.episodes,
            steps=before.steps + report.steps,
        )
        self.telling.imported(taken)

    def upkept(self, trouble: str) -> None:
        """What was put off is done, or why embedding is not."""
        self._well()
        self.telling.upkept(trouble)

    def failed(self, error: TacitError) -> None:
        """It cannot go on for the moment."""
        self._note(errors=self._notes.errors + 1, trouble=error.message, hint=error.hint)
        self.telling.failed(error)

    def passed_over(self, path: str, error: TacitError) -> None:
        """A single file brings the import down."""
        self._note(errors=self._notes.errors + 1)
        self.telling.passed_over(path, error)

    def ended(self, signal: int) -> None:
        """It is over, by a signal or, 0, by itself."""
        if not signal and not self._notes.imports:
            self.telling.nothing()
        self.telling.ended(signal)

    def _well(self) -> None:
        if self._notes.trouble:
            self._note(trouble="", hint="")
        self.telling.well()

    def _note(self, **more: object) -> None:
        self._notes = replace(self._notes, **more)
        self._hold.note(self._notes)

"""What a watcher says: a line for each import on stderr, all of it in the log, trouble once."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from tacit.app.commands.logfile import note
from tacit.app.commands.output import say
from tacit.app.watching.told_places import told_places

if TYPE_CHECKING:
    from tacit.core.errors import TacitError
    from tacit.core.watching_report import Taken


class Telling:
    """Says it, or with ``quiet`` only what goes wrong; ``once`` it ends by itself."""

    def __init__(self, *, quiet: bool, once: bool = False) -> None:
        self._quiet = quiet
        self._once = once
        self._trouble = ""
        self._not_embedded = ""

    def began(self, places: tuple[str, ...], store: str) -> None:
        """It watches these places from now on."""
        from tacit.core.places import short

        note("watch", "began", places=len(places))
        where = told_places(places) or "no folder: no agent is known that leaves transcripts"
        what, end = ("Looking into", "") if self._once else ("Watching", " Ctrl-C ends it.")
        self._say(f"{what} {where}, learning into {short(store)}.{end}")

    def imported(self, taken: Taken) -> None:
        """So much came of files that had changed."""
        report = taken.report
        new = report.new_patterns or 0
        numbers = {"sessions": report.sessions, "episodes": report.episodes, "steps": report.steps}
        note("watch", "imported", files=taken.files, **numbers, new=new, seconds=round(report.seconds, 2))
        if not self._quiet:
            self._say(_line(taken))

    def upkept(self, trouble: str) -> None:
        """What was put off is done, or why embedding is not, which is said once."""
        note("watch", "reviewed")
        if trouble and trouble != self._not_embedded:
            note("watch", "not embedded")  # a remote server may quote texts in what it answers
            self._say(trouble, "yellow")
        self._not_embedded = trouble

    def without_hints(self, why: str) -> None:
        """The system tells nothing."""
        note("watch", "without hints", why=why)
        self._say(f"The system tells of no changes ({why}): they are found by looking, a little later.")

    def failed(self, error: TacitError) -> None:
        """It cannot go on for the moment; said again only when it is something else."""
        if str(error) != self._trouble:
            self._trouble = str(error)
            note("watch", f"failed {type(error).__name__}")
            self._say(str(error), "yellow", always=True)

    def passed_over(self, path: str, error: TacitError) -> None:
        """A single file brings the import down."""
        note("watch", f"passed over a file {type(error).__name__}")
        self._say(f"{path} is passed over for now. {error}", "yellow", always=True)

    def well(self) -> None:
        """It goes on."""
        if self._trouble:
            self._trouble = ""
            note("watch", "goes on")
            self._say("It goes on.")

    def settings(self, trouble: str) -> None:
        """Why the settings, which were to be read again, are as they were."""
        note("watch", "settings not read")
        self._say(trouble, "yellow", always=True)

    def nothing(self) -> None:
        """Nothing had changed."""
        self._say("Nothing has changed.")

    def ended(self, signal: int) -> None:
        """It is over."""
        note("watch", "ended", signal=signal)

    def _say(self, text: str, style: str = "", *, always: bool = False) -> None:
        if always or not self._quiet:
            with suppress(OSError):  # nobody listens any more
                say(f"{time.strftime('%H:%M:%S')} {text}", style)


def _line(taken: Taken) -> str:
    """``3f2a….jsonl: 1 session, 2 episodes, 34 steps; 3 new patterns; 2.4 s``."""
    from pathlib import Path

    from tacit.core.present import duration, plural

    report, others = taken.report, taken.files - 1
    what = Path(taken.first).name + (f" and {plural(others, 'other')}" if others > 0 else "")
    told = ((report.sessions, "session"), (report.episodes, "episode"), (report.steps, "step"))
    parts = ", ".join(plural(number, word) for number, word in told if number) or "brought up to date"
    new = f"; {plural(report.new_patterns, 'new pattern')}" if report.new_patterns else ""
    took = f"; {duration(report.seconds)}" if report.seconds >= 1 else ""
    return f"{what}: {parts}{new}{took}"

"""What is told when something ends the inspector, or might: the panels, and what the log is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.core.text import clean

if TYPE_CHECKING:
    from rich.panel import Panel
    from rich.traceback import Traceback

OPENING = "Tacit cannot open the store"
OWN = "Something went wrong in Tacit itself"


def panel(title: str, cause: str, remedy: str) -> Panel:
    """Cause and remedy, to stay in the terminal after the inspector is gone."""
    from rich.panel import Panel
    from rich.text import Text

    body = Text(clean(cause, newlines=True))
    if remedy:
        body.append("\n\n" + clean(remedy, newlines=True), style="bold")
    return Panel(body, title=title, title_align="left", padding=(1, 2))


def unforeseen(error: BaseException) -> tuple[str, str]:
    """Cause and remedy of an error nobody foresaw. The log says where it came from, no text."""
    from tacit.app.commands.logfile import note_error

    return _told(type(error).__name__, note_error(error, ()))


def unforeseen_elsewhere(traces: Sequence[Traceback]) -> tuple[str, str]:
    """The same of an error that Textual caught itself, of which only the trace is left."""
    from tacit.app.commands.logfile import note

    name = next((stack.exc_type for trace in traces for stack in trace.trace.stacks), "Exception")
    return _told(name, note("", f"failed {name}"))


def _told(name: str, written: bool) -> tuple[str, str]:
    from tacit.app.commands.logfile import log_path
    from tacit.core.places import short

    where = f"The details are in {short(log_path())}." if written else "The log could not be written."
    return f"{OWN} ({name}). The store is whole: nothing is written half.", f"{where} Please tell us of it."

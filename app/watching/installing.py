"""``memory watch --install`` and ``--uninstall``: have the system start the watcher, with consent."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.app.commands.asking import consents
from tacit.app.commands.output import complain, say, write

if TYPE_CHECKING:
    from tacit.app.watching.unit import Service


def install(wanted: Service, *, yes: bool, start: bool) -> int:
    """Show the file, ask, write it, and tell or run what starts the watcher; the exit code."""
    from tacit.app.commands.logfile import note
    from tacit.app.editing.diff import styled_diff
    from tacit.app.editing.files import hold, replace
    from tacit.core.places import short
    from tacit.core.text import clean

    held, text = hold(wanted.path, 0o644), wanted.text
    if held.text == text:
        say(f"{short(wanted.path)} is there already, as it would be written.")
    else:
        for line, style in styled_diff(held.text if held.data is not None else None, text, wanted.path):
            say(line, style)
        if not consents(f"Write {short(wanted.path)}?", yes=yes):
            return 1
        backup = replace(held, text)
        say(f"Wrote {short(wanted.path)}{f' (backup: {short(backup)})' if backup else ''}.")
        note("watch", "installed")
    if start:
        return _run(wanted.start)
    say("This starts it, now and whenever you log in:")
    write(clean(shlex.join(words)) for words in wanted.start)
    return 0


def uninstall(wanted: Service, *, yes: bool) -> int:
    """End the watcher that the system started, and remove the file; the exit code."""
    from tacit.app.commands.logfile import note
    from tacit.app.editing.files import hold, replace
    from tacit.core.places import short

    held = hold(wanted.path)
    if held.data is None:
        say(f"There is no {short(wanted.path)}; there is nothing to take away.")
        return 0
    if not consents(f"End the watcher it started, and remove {short(wanted.path)}?", yes=yes):
        return 1
    if shutil.which(wanted.stop[0]) and _run([wanted.stop], quiet=True):
        say(f"It could not be ended: `{' '.join(wanted.stop)}` failed. It may not have been started.", "dim")
    replace(held, None, keep=False)
    say(f"Removed {short(wanted.path)}.")
    note("watch", "uninstalled")
    return 0


def _run(commands: Sequence[Sequence[str]], *, quiet: bool = False) -> int:
    """Run them in turn until one fails; 1 then."""
    for words in commands:
        if shutil.which(words[0]) is None:
            complain(f"There is no {words[0]} here.", "Start `memory watch` in another way.")
            return 1
        done = subprocess.run(list(words), stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            if not quiet:
                why = done.stderr.decode("utf-8", "replace").strip().rstrip(".")
                complain(f"`{shlex.join(words)}` failed: {why or done.returncode}.", "Run it by hand.")
            return 1
    if not quiet:
        say("The watcher is started: `memory watch --status` tells how it is.")
    return 0

"""From a command to a full screen, and back to the shell with an exit code."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tacit.core.errors import StoreError, TacitError

if TYPE_CHECKING:
    from tacit.app.inspector.keys.keymap import KeyMap
    from tacit.memory import Memory


def run(path: Path | None, readonly: bool, demo: bool, *, reset: bool = False) -> int:
    """Open the store and show it until the person quits. There is a terminal, as the command saw.

    Args:
        path: the folder of the store; ``None`` for the usual place.
        readonly: offer nothing that writes.
        demo: show the demo store instead.
        reset: make the demo store anew.

    Returns:
        The exit code: 0, 3 when the store cannot be used.
    """
    gc.disable()  # collecting what the imports left behind costs a tenth of the start; see Inspector.painted
    from tacit.app.inspector.ending.terminal import quiet

    with quiet():
        try:
            memory = _open(path, readonly, demo, reset)
        except StoreError as error:
            return _refuse(error)
        with memory:
            return show(memory)


def show(memory: Memory) -> int:
    """Run the application over an open memory."""
    plain = bool(os.environ.get("NO_COLOR"))
    if not plain:
        os.environ.pop("NO_COLOR", None)  # set but empty means nothing; Textual would turn grey
    from tacit.app.inspector.application import Inspector
    from tacit.app.inspector.ending.ending import INTERRUPTED
    from tacit.app.inspector.frame import themes
    from tacit.app.inspector.remembered import Remembered
    from tacit.core.places import places

    remembered = Remembered(Path(places().inspector))
    liked = memory.config.theme or remembered.get("theme", "dark", themes.NAMES)
    theme = themes.PLAIN if plain else themes.chosen(liked)
    inspector = Inspector(memory, theme=theme, remembered=remembered, keymap=_own_keys(memory))
    code = inspector.run()
    _tidy(memory)
    if code is None:  # nobody quit: a fault, which has a code, or Ctrl-C before signals were minded
        code = INTERRUPTED if inspector.return_code is None else inspector.return_code
    return code


def _tidy(memory: Memory) -> None:
    """Write the store's file anew where something was forgotten, which has to wait until nobody reads.

    What cannot be done now is done by whoever opens the store next.
    """
    if not memory.readonly:
        with suppress(TacitError):
            memory.finish_chores()


def _own_keys(memory: Memory) -> KeyMap | None:
    """The keys that the configuration gives, checked; ``None`` where it gives none.

    Raises:
        Usage: an action or a key in it is none, or a key would do two things.
    """
    if not memory.config.keys:
        return None
    from tacit.app.inspector.keys.keymap import configured

    return configured(memory.config)


def _open(path: Path | None, readonly: bool, demo: bool, reset: bool) -> Memory:
    from tacit.memory import Memory

    if demo:
        return Memory.open_demo(reset=reset, readonly=readonly, command="inspect")
    from tacit.app.commands.upgrading import Upgrading, tell_upgrade
    from tacit.app.own_id import under_own_id

    memory = under_own_id(
        lambda: Memory.open(
            path, readonly=readonly, create=False, command="inspect", upgrading=Upgrading().step
        )
    )
    tell_upgrade(memory)
    return memory


def _refuse(error: StoreError) -> int:
    """Say why there is nothing to show, in a panel that stays in the terminal after we are gone."""
    from rich.console import Console

    from tacit.app.inspector.ending.trouble import OPENING, panel

    Console(stderr=True).print(panel(OPENING, error.message, error.hint))
    return error.exit_code

"""A point of the inspector's contract as a recording: what was pressed, and what stood on the screen then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from tacit.app.inspector.application import Inspector
from tacit.memory import Memory


class Recorded(SingleFileSnapshotExtension):
    """One text file for each recording."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


class Recording:
    """The application under the hand of a person. What it shows is looked at after every :meth:`press`."""

    def __init__(self, app: Inspector, pilot: Pilot[int], see: Callable[[Inspector], str], calm: Any) -> None:
        self.app = app
        self.pilot = pilot
        self._see = see
        self._calm = calm
        self._frames: list[str] = []

    async def press(self, *keys: str, note: str = "") -> str:
        """Press keys one after the other, wait until nothing moves, look; gives what is to be seen."""
        for key in keys:
            await self.pilot.press(key)
        await self._calm(self.pilot)
        return self.look(note or " ".join(keys))

    async def type(self, text: str, note: str = "") -> str:
        """Type a text, then look."""
        for letter in text:
            await self.pilot.press(*_key(letter))
        await self._calm(self.pilot)
        return self.look(note or f"typed {text!r}")

    async def settle(self, note: str) -> str:
        """Wait until nothing moves, look."""
        await self._calm(self.pilot)
        return self.look(note)

    def look(self, note: str) -> str:
        """Record what is on the screen now."""
        seen = self._see(self.app)
        self._frames.append(f"» {note}\n{seen}\n")
        return seen

    @property
    def text(self) -> str:
        """All frames one under the other."""
        return "\n".join(self._frames)


Play = Callable[..., AbstractAsyncContextManager[Recording]]


@pytest.fixture
def play(snapshot: SnapshotAssertion, see: Callable[[Inspector], str], calm: Any) -> Play:
    """Opens the inspector on a memory and, at the end, compares all that was seen with what was recorded.

    With ``record=False`` nothing is compared: for what differs from run to run.
    """

    @asynccontextmanager
    async def playing(
        memory: Memory, size: tuple[int, int] = (80, 24), *, record: bool = True, **options: Any
    ) -> AsyncIterator[Recording]:
        app = Inspector(memory, **options)
        async with app.run_test(size=size, notifications=True) as pilot:
            recording = Recording(app, pilot, see, calm)
            await recording.settle("opened")
            yield recording
        if record:
            assert recording.text == snapshot(extension_class=Recorded)

    return playing


_NAMES = {" ": "space", "/": "slash", ":": "colon", '"': "quotation_mark", "~": "tilde", "-": "minus"}


def _key(letter: str) -> list[str]:
    return [_NAMES.get(letter, letter)]

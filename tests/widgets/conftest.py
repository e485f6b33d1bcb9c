"""A bare application that shows one widget, and a way to read its screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

import pytest
from coroutines import pytest_pyfunc_call as pytest_pyfunc_call
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget

from tacit.widgets.ink import INKS


class Stage(Screen[None]):
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)

    def __init__(self, parts: Iterable[Widget]) -> None:
        super().__init__()
        self._parts_on_stage = parts

    def compose(self) -> Iterable[Widget]:
        yield from self._parts_on_stage


class Host(App[object]):
    CSS = """
    TextLine { height: 1; }
    Lines { height: auto; }
    VirtualList, LinesPane { overflow-x: hidden; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    .ink--muted { color: gray; }
    .ink--cursor { text-style: reverse; }
    VirtualList, LinesPane { height: 1fr; }
    #dialog { width: 60; height: auto; }
    """

    def __init__(self, *parts: Widget) -> None:
        super().__init__()
        self._parts_on_stage = parts
        self.heard: list[object] = []

    def get_default_screen(self) -> Screen[None]:
        return Stage(self._parts_on_stage)

    def text(self) -> str:
        lines = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines)


@pytest.fixture
def host() -> Callable[..., Host]:
    return Host

"""What is known by kind and key: a pattern, a candidate, or what another memory told."""

from __future__ import annotations

from typing import Protocol

from tacit.core.model import Kind


class Named(Protocol):
    """What is a pattern, or may become one."""

    @property
    def id(self) -> str:
        """The id of the pattern."""
        ...

    @property
    def kind(self) -> Kind:
        """Its kind."""
        ...

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it that pattern."""
        ...

"""What moving notes in changed, or would."""

from __future__ import annotations

from msgspec import Struct


class NotesTaken(Struct, frozen=True):
    """What came of the notes of some stores.

    ``notes`` is how many the ``sources`` told; ``new`` came, ``changed`` say something else than before,
    ``unchanged`` do not, ``deleted`` were deleted here and stay so. ``skipped``, ``cut`` and ``redacted``
    are counted by reason, part and kind.
    """

    sources: tuple[str, ...] = ()
    notes: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: dict[str, int] = {}
    cut: dict[str, int] = {}
    redacted: dict[str, int] = {}
    dry_run: bool = False

    @property
    def differs(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.new or self.changed)

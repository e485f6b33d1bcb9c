"""One export: what is asked for, in which form, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tacit.core.errors import Usage
from tacit.core.facade import Core
from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.query import Plan
from tacit.core.things import Thing
from tacit.exports.directory import locked
from tacit.exports.files import remove_leftovers
from tacit.exports.formats import FORMS, Format, writer_of
from tacit.exports.layout import LINES
from tacit.exports.lines import write_lines
from tacit.exports.manifest import is_export
from tacit.exports.source import ExportReport, Progress, Selection
from tacit.exports.tree import write_tree


def export(
    memory: Core,
    directory: str | Path | None,
    *,
    format: Format,  # noqa: A002
    plan: Plan | None,
    ids: Sequence[str] | None,
    progress: Progress | None,
) -> ExportReport:
    """Write everything, or what a query or ids select; see :meth:`tacit.Memory.export`.

    Raises:
        Usage: a part, or a form that is not mirrored, was asked for without a directory: the mirror always
            holds everything, as JSON.
    """
    write = writer_of(format)
    if directory is None and not FORMS[format].mirrored:
        raise Usage(
            f"An export as {format} needs a directory.",
            f"Name one: memory export --format {format} DIR (without DIR the JSON mirror is updated).",
        )
    selection = selected(memory, plan, ids)
    if directory is None:
        if selection is not None:
            raise Usage(
                "A part of the memory needs a directory of its own.",
                "Name one: memory export DIR --query … (without DIR the mirror of everything is updated).",
            )
        directory = mirror(memory)
    return write(memory, Path(directory), selection, progress)


def update_mirror(memory: Core) -> str:
    """Bring what lies in the mirror, if anything does, up to date; a chore that is done or raises.

    Raises:
        TacitError: it cannot be written, or another export is writing there.
    """
    place = mirror(memory)
    if not place.is_dir():
        return ""
    with locked(place):  # nobody is at it whose first file has no name yet
        remove_leftovers(place)
    if is_export(place):
        write_tree(memory, place, None, None)
    if (place / LINES).exists():
        write_lines(memory, place, None, None)
    return ""


def selected(memory: Core, plan: Plan | None, ids: Sequence[str] | None) -> Selection | None:
    """The part that is asked for; ``None`` for everything."""
    if ids is not None:
        things = [memory.get(one) for one in ids]
        return Selection(
            tuple(thing for thing in things if isinstance(thing, Pattern)),
            _sessions(memory, things),
            tuple(thing for thing in things if isinstance(thing, Note)),
        )
    if plan is not None and not plan.is_everything:
        return Selection(memory.page("patterns", plan, whole=True).items, ())
    return None


def mirror(memory: Core) -> Path:
    """Where the mirror of a memory lies: the configured place, or beside a store that was moved."""
    from tacit.core.places import Places

    return Path(Places().mirror_of(str(memory.path)))


def _sessions(memory: Core, things: Sequence[Thing]) -> tuple[Session, ...]:
    """The sessions among them, and those of the episodes among them; a session leaves whole."""
    told = [one for one in things if isinstance(one, Session | Episode)]
    ids = [one.session if isinstance(one, Episode) else one.id for one in told]
    found = [memory.get(one) for one in dict.fromkeys(ids)]
    return tuple(one for one in found if isinstance(one, Session))

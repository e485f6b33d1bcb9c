"""``memory export --format agents``: what a project's sessions showed, as a block for its ``AGENTS.md``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tacit.app.commands.door import door
from tacit.app.commands.output import paint, say, write
from tacit.core.errors import NotFound, TacitError, Usage
from tacit.core.places import absolute, short

if TYPE_CHECKING:
    from tacit.app.editing.files import Held
    from tacit.memory import Memory

TOKENS = 1_200
_MODE = 0o644
_TRIES = 5
"""So many times it is read anew if somebody else writes to it at the same moment."""


def agents(file: str | None, *, project: str | None, tokens: int | None, remove: bool, dry_run: bool) -> None:
    """Print the block, put it into a file, or take it out of one.

    Raises:
        Usage: the options do not go together.
        NotFound: nobody knows which project is meant.
        TacitError: the file cannot take the block, or cannot be written.
    """
    if file is None:
        if remove or dry_run:
            raise Usage("--remove and --dry-run need a file.", "Name one: AGENTS.md, CLAUDE.md, GEMINI.md.")
        made, _ = _made(None, project, tokens)
        sys.stdout.buffer.write(made.encode())
        sys.stdout.buffer.flush()
        return
    if remove and (project is not None or tokens is not None):
        raise Usage("--remove takes out whatever block is there.", "Leave --project and --tokens out.")
    from tacit.app.editing.files import ChangedMeanwhile

    for tries in range(_TRIES):
        try:
            _write(file, project, tokens, remove=remove, dry_run=dry_run)
        except ChangedMeanwhile:
            if tries == _TRIES - 1:
                raise
        else:
            return


def _write(file: str, project: str | None, tokens: int | None, *, remove: bool, dry_run: bool) -> None:
    """Read the file and change it.

    Raises:
        ChangedMeanwhile: somebody wrote to it in between.
    """
    held = _hold(file)
    if remove:
        _take_out(held, dry_run=dry_run)
    else:
        _see_where_it_leads(held)
        _put_in(held, *_made(file, project, tokens), dry_run=dry_run)


def _made(file: str | None, named: str | None, tokens: int | None) -> tuple[str, str]:
    """The block, empty where nothing is known, and the name of its project."""
    with door().read() as memory:
        project = _project(memory, named, file)
        made = memory.agents_block(project, tokens=TOKENS if tokens is None else tokens)
    if not made:
        say(f"Nothing is known of {project} yet that is worth telling.")
    return made, project


def _put_in(held: Held, made: str, project: str, *, dry_run: bool) -> None:
    from tacit.exports.agents_block import has_block, put_in, taken_out

    before = None if held.data is None else held.text
    after: str | None
    try:
        if made:
            after, done = put_in(before, made), f"It tells what is known of {project}; --remove takes it out."
        elif before is not None and has_block(before):
            after, done = taken_out(before), "The block that was there is taken out."
        else:
            return
    except ValueError as error:
        raise _refused(held, error) from None
    _change(held, before, after, done, dry_run=dry_run)


def _take_out(held: Held, *, dry_run: bool) -> None:
    from tacit.exports.agents_block import has_block, taken_out

    if held.data is None:
        say(f"There is no {short(held.path)}; there is nothing to take out.")
        return
    try:
        if not has_block(held.text):
            say(f"{short(held.path)} has no block of this program; there is nothing to take out.")
            return
        after = taken_out(held.text)
    except ValueError as error:
        raise _refused(held, error) from None
    done = "The block is taken out." if after is not None else "It held nothing else and is removed."
    _change(held, held.text, after, done, dry_run=dry_run)


def _change(held: Held, before: str | None, after: str | None, done: str, *, dry_run: bool) -> None:
    """Write the file, or only show what would change; a file that is as it should be is left alone."""
    from tacit.app.commands.logfile import note
    from tacit.app.editing.files import replace

    if held.place != held.path:
        say(f"{short(held.path)} is a link to {short(held.place)}, which is written to.", "dim")
    if dry_run:
        from tacit.app.editing.diff import styled_diff

        write(paint(line, style) for line, style in styled_diff(before, after, short(held.path)))
        return
    if before != after:
        replace(held, after, keep=False)
    from tacit.core.text import clean

    write([clean(held.path)])
    say(done if before != after else "Nothing has changed.")
    note("export", "agents", written=int(before != after))


def _hold(file: str) -> Held:
    """The file as it is.

    Raises:
        TacitError: it is none that a block can be put into.
    """
    from tacit.app.editing.files import hold

    path = absolute(file)
    held = hold(path, _MODE)
    if held.data is None and os.path.islink(path):  # noqa: PTH114 - text
        raise TacitError(f"{short(path)} is a link to nowhere.", "Nothing was changed.")
    if held.data is None and not os.path.isdir(os.path.dirname(path)):  # noqa: PTH112, PTH120
        raise TacitError(f"There is no folder {short(os.path.dirname(path))}.", "Make it first.")  # noqa: PTH120
    return held


def _see_where_it_leads(held: Held) -> None:
    """A link may come with a repository that somebody else made: it must not lead into a shell's settings.

    Raises:
        TacitError: it leads to a file of another kind.
    """
    there, here = (os.path.splitext(os.path.basename(one)) for one in (held.place, held.path))  # noqa: PTH119, PTH122
    if there[1] != here[1] or (not here[1] and there != here):
        raise TacitError(
            f"{short(held.path)} is a link to {short(held.place)}, a file of another kind.",
            "Nothing was changed. Name that file itself if it is meant.",
        )


def _refused(held: Held, error: ValueError) -> TacitError:
    return TacitError(
        f"{short(held.path)} cannot be changed: {error}.",
        "Nothing was changed. Mend that by hand, or choose another file.",
    )


def _project(memory: Memory, named: str | None, file: str | None) -> str:
    """The project that is named, else that of the file's folder, else of the working directory.

    Raises:
        NotFound: there is no such project, or none is known there.
        Usage: the name means several.
    """
    if named is None:
        folders = [os.path.dirname(absolute(file))] if file is not None else []  # noqa: PTH120
        found = next(filter(None, map(memory.project_at, (*folders, absolute("")))), "")
        if not found:
            raise NotFound(
                f"No session is known in {short(folders[0] if folders else absolute(''))}.",
                "Name a project: --project NAME; `memory project list` lists them.",
            )
        return found
    names = memory.project_names(named)
    if named in names or len(names) == 1:
        return named if named in names else names[0]
    if not names:
        raise NotFound(f"There is no project “{named}”.", "`memory project list` lists them.")
    raise Usage(f"“{named}” means several projects.", f"One of {', '.join(names[:5])}?")

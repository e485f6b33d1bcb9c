"""Asking the memory what got past an error."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.config import Config
from tacit.core.recall.error_recall import Recovering, Recovery
from tacit.core.recall.homes import projects_meant
from tacit.core.recall.signing import NO_CLASS, Signed, signed
from tacit.core.redaction import Redactor
from tacit.store.store import Store


class Recalled(Struct, frozen=True):
    """What is known of an error, the nearest first.

    ``signature`` is the line it was known by, or is most likely signed with; ``families`` are the classes
    that were looked into. ``note`` says why nothing alike was looked for, where so.
    """

    signature: str
    families: tuple[str, ...]
    recoveries: tuple[Recovery, ...]
    note: str = ""


def recall_error(
    store: Store, config: Config, error: str, *, tool: str = "", command: str = "", project: str | None = None
) -> Recalled:
    """What got past this error, its class, and errors that read alike.

    Args:
        store: where to look.
        config: the settings; they say what is no secret, and how meanings are compared.
        error: what was printed.
        tool: the tool that failed, as any agent calls it.
        command: the shell command that failed.
        project: what counts as here.

    Raises:
        Usage: there is no text.
    """
    from tacit.core.recall.like_errors import like_errors

    asked = signed(error, Redactor(store.secret, config.redact_allow), tool, command)
    like, note = like_errors(store, config, asked)
    with store.read() as read:
        recovering = Recovering(read, projects_meant(read, project))
        exact = [one for line in asked.lines for one in recovering.exact(line)]
        families = _families(asked, exact)
        found = [*exact, *(one for family in families for one in recovering.of_class(family, asked.aim))]
        found += [one for line, likeness in like for one in recovering.similar(line, likeness)]
        found += recovering.shared(asked.lines, families, {one.pattern for one in found})
    signature = exact[0].signature if exact else asked.lines[0]
    return Recalled(signature, families, tuple(found), note)


def _families(asked: Signed, exact: list[Recovery]) -> tuple[str, ...]:
    """The classes to look into: those the very error was of, where nobody said what failed."""
    seen = () if asked.aim else (use.family for one in exact for use in one.seen)
    known = tuple(dict.fromkeys(family for family in seen if family not in {"", NO_CLASS}))
    return known or asked.families

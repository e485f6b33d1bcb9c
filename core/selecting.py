"""What is to be forgotten: sessions, a project, all before some time, or all that holds a text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

from tacit.core.aliases import aliases, mark_of_merge
from tacit.core.errors import NotAllRead, NotFound, Usage
from tacit.core.holders import Found
from tacit.core.ids import format_id, id_range
from tacit.core.learn.paths import short_name
from tacit.core.live.heads import open_heads
from tacit.core.loop.outcomes import told_in
from tacit.core.loop.traces import before as traces_before
from tacit.core.loop.traces import merged, traces
from tacit.core.matching import Matcher
from tacit.core.model import Session
from tacit.core.nearest import nearest_ids
from tacit.core.projects import Names, names_of, told_of
from tacit.core.seeking import Seeker
from tacit.core.tables import NOTES, OFFERS, SESSIONS, key_of
from tacit.core.tombstones import is_forgotten, tombstones
from tacit.store.keys import u64
from tacit.store.reading import Read

_LISTS = "`memory sessions` lists ids."


class Chosen:
    """One choice, made on a snapshot, and in the transaction that forgets where others keep writing.

    Args:
        sessions: ids, or the beginnings of some.
        project: the name of a project.
        before: sessions that ended before this time, in milliseconds; one that goes on has not ended.
        matching: a text.
        notes: the name of a source of notes.
        aliases: other names of projects, as the configuration has them.

    Attributes:
        damaged: whether there were damaged records among what was looked at last.

    Raises:
        Usage: not exactly one of these was given, or the text is too short.
    """

    def __init__(
        self,
        sessions: Sequence[str] = (),
        project: str | None = None,
        before: int | None = None,
        matching: str | None = None,
        *,
        notes: str | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> None:
        others = (project, before, matching, notes)
        if bool(sessions) + sum(one is not None for one in others) != 1:
            raise Usage(
                "Say what to forget, in exactly one way.",
                "One of --session ID, --project NAME, --before WHEN, --matching TEXT, --notes SOURCE.",
            )
        self._sessions = tuple(sessions)
        self._project = project
        self._before = before
        self._notes = notes
        self._aliases = aliases or {}
        self._more = Found()
        self._unread: tuple[str, ...] = ()
        self.damaged = False
        self.matcher = None if matching is None else Matcher(matching)

    def also(self, more: Found, unread: Sequence[str] = ()) -> None:
        """Ids that are among it whether they are here or not: a backup tells more of them.

        ``unread`` are files that might, and could not be looked into.
        """
        self._more, self._unread = more, tuple(unread)

    def find(self, read: Read) -> Found:
        """Everything chosen, also what lies in the trash.

        Raises:
            NotFound: nothing is; the hint names what is near.
            NotAllRead: nothing is, as far as what is stored can be read.
        """
        if self.matcher is not None:
            return self._matching(read, self.matcher)
        if self._sessions:
            return Found(frozenset(_session(read, one) for one in self._sessions))
        if self._notes is not None:
            return _of_source(read, self._notes)
        if self._project is not None:
            return _of_project(read, self._project, names_of(read, self._aliases))
        before = self._before or 0
        heads = open_heads(read)
        going_on = {head.session for head in heads if head.active >= before}
        ended = (one.id for one in all_sessions(read) if one.ended < before)
        chosen = frozenset(ended) - going_on
        left = frozenset(head.id for head in heads if head.active < before)
        given = traces_before(read, before)
        if not chosen and not left and not given:
            raise NotFound("No session ended before that.", "`memory sessions` shows when they were.")
        return Found(chosen, left, traces=given)

    def _matching(self, read: Read, matcher: Matcher) -> Found:
        seeker = Seeker(matcher)
        seeker.take_all(read)
        self.damaged = bool(seeker.damaged)
        found = seeker.found() | self._more
        if found:
            return found
        unread = [f"{seeker.unread} damaged records of the store"] * bool(seeker.unread) + [*self._unread]
        if unread:
            raise NotAllRead(
                f"Nothing that can be read holds this text. Not looked into: {', '.join(unread)}.",
                "`memory doctor --repair` and then `memory trash purge` drop damaged records; "
                "remove a file that is of no use.",
            )
        raise NotFound("Nothing that is stored holds this text.", "Upper and lower case are one.")


def all_sessions(read: Read) -> Iterator[Session]:
    """Every session, also those in the trash."""
    for _, session in read.records(SESSIONS):
        yield session
    for key in read.trash_keys(SESSIONS):
        trashed = read.trashed(SESSIONS, key)
        if trashed is not None:
            yield trashed


def _session(read: Read, wanted: str) -> str:
    """The session of an id or the beginning of one, alive or deleted."""
    if wanted[:2].lower() != "s-" or len(wanted) < 6:
        raise Usage(f"“{wanted}” is no id of a session.", f"They look like s-3f9k2m7q0xvb; {_LISTS}")
    try:
        low, high = id_range(wanted)
    except ValueError as error:
        raise NotFound(f"“{wanted}” is no id: {error}.", "Copy it from a list.") from None
    found = {
        format_id("s", int.from_bytes(key, "big")) for key in read.keys(SESSIONS, u64(low), u64(high + 1))
    }
    gone = {
        one for one, _ in tombstones(read, "sessions") if low <= int.from_bytes(key_of(one), "big") <= high
    }
    found |= {one for one in gone if not is_forgotten(read, one)}
    if low == high and (told_in(read, wanted) or any(read.scan(OFFERS, "session", u64(low)))):
        found.add(format_id("s", low))
    if len(found) > 1:
        raise Usage(f"“{wanted}” begins several ids.", f"One of {', '.join(sorted(found)[:6])}?")
    if found:
        return found.pop()
    if gone:
        raise NotFound(f"{min(gone)} was forgotten already.", "Nothing of it is left here.")
    near = nearest_ids(read, SESSIONS, wanted)
    raise NotFound(f"There is no {wanted}.", f"Nearest: {', '.join(near)}." if near else _LISTS, near)


def _of_project(read: Read, name: str, names: Names) -> Found:
    """Every session of a project, and the merges that name it; what is in the trash may be of it by now."""
    projects: dict[str, set[str]] = {}
    for session in all_sessions(read):
        projects.setdefault(names.of(told_of(session)), set()).add(session.id)
    heads = open_heads(read)
    if name not in projects and all(names.of(head.told) != name for head in heads):
        name = short_name(name)
    left = frozenset(head.id for head in heads if names.of(head.told) == name)
    given = merged(one.name for _, one in traces(read) if one.project and names.of(one.project) == name)
    if name not in projects and not left and not given:
        raise _unknown(name, names.of(name), projects)
    merges = {
        mark_of_merge(alias.name, one.target)
        for alias in aliases(read)
        for one in alias.said
        if name in (alias.name, one.target, names.of(alias.name))
    }
    return Found(frozenset(projects.get(name, ())), left, merges=frozenset(merges), traces=given)


def _of_source(read: Read, source: str) -> Found:
    """Every note of a source, also what is in the trash."""
    names: set[str] = set()
    found: set[str] = set()
    trashed = (read.trashed(NOTES, key) for key in read.trash_keys(NOTES))
    for note in (*(note for _, note in read.records(NOTES)), *filter(None, trashed)):
        names.add(note.source)
        if note.source == source:
            found.add(note.id)
    if found:
        return Found(imported=frozenset(found))
    near = tuple(get_close_matches(source, sorted(names), 3, 0.3))
    hint = f"Nearest: {', '.join(near)}." if near else "`memory notes` lists notes with their sources."
    raise NotFound(f"There are no notes of “{source}”.", hint, near)


def _unknown(name: str, project: str, projects: Collection[str]) -> NotFound:
    if project in projects:
        hint = f"--project {project} forgets all of it; `memory undo` takes the merge back."
        return NotFound(f"“{name}” was merged into “{project}”.", hint, (project,))
    near = tuple(get_close_matches(name, sorted(projects), 3, 0.3))
    hint = f"Nearest: {', '.join(near)}." if near else "`memory project list` lists the projects."
    return NotFound(f"There is no project “{name}”.", hint, near)

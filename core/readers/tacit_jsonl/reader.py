"""The reader of Tacit's own JSON Lines, for programs that hand in what they did (``docs/formats.md``).

Ids are the program's own and for ever: a session is what its agent and its id say, a task what its
session's and its own id say, in whatever file they stand. So a program can write on in another file,
and what is handed in twice is there once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tacit.core import limits
from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.jsonform import without_hash
from tacit.core.limits import Excerpt
from tacit.core.readers.base import FileReader, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.drafting import Call, draft_steps, title_of
from tacit.core.readers.loose import shown_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.tacit_jsonl.index import EpisodeIndex, SessionIndex, heads_of, index_of
from tacit.core.readers.tacit_jsonl.records import EpisodeLine, StepLine, read_line
from tacit.core.redaction import Redactor


class TacitJsonlReader(FileReader):
    """Reads Tacit's own JSON Lines."""

    name = "tacit-jsonl"

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - told by content alone
        """Whether a session of this format is opened in the head, of a file that begins with an object.

        A page that shows such lines begins with something else.
        """
        begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
        return begins and next(heads_of(head), None) is not None

    def read(self, source: Source, redact: Redactor) -> Iterator[Transcript]:
        """Every session of the file; see :class:`tacit.core.readers.base.Reader`."""
        file, tally = MappedFile(source.path), ReadTally()
        tally.bytes = file.size
        index = index_of(file, tally)
        sessions = [session for session in index.sessions.values() if session.episodes]
        if not sessions:
            raise Unreadable(source.path, "no episode in it")
        for session in sessions:
            yield _Session(file, session, redact, tally).transcript()


class _Session:
    """One session of a file; decodes the lines of one task at a time."""

    def __init__(self, file: MappedFile, index: SessionIndex, redact: Redactor, tally: ReadTally) -> None:
        self._file = file
        self._index = index
        self._redact = redact
        self._tally = tally
        self._native = f"tacit:{self._clean(index.head.id)}"

    def transcript(self) -> Transcript:
        """Its head and its tasks."""
        head, episodes = self._index.head, list(self._index.episodes.values())
        title = self._redact.silent()(head.title) or self._prompt(self._opening(episodes[0]), count=False)
        session = SessionDraft(
            agent=self._clean(head.agent),
            native=self._native,
            title=title_of(title),
            directory=self._clean(head.project),
            started=min(one.started for one in episodes),
            ended=max(one.ended for one in episodes),
            repository=head.repository and self._clean(head.repository),
            branch=head.branch and self._clean(head.branch),
            model=head.model and self._clean(head.model),
        )
        return Transcript(session, self._tally, lambda: map(self._episode, episodes))

    def _episode(self, index: EpisodeIndex) -> EpisodeDraft:
        def call_at(place: int) -> Call:
            return self._call(index, place)

        opening = self._opening(index)
        context, cut = limits.clip(shown_of(opening.context), limits.PROMPT_BYTES, self._redact)
        self._tally.shorten("context", cut)
        steps, middle = draft_steps(len(index.steps), call_at, self._redact, self._tally)
        return EpisodeDraft(
            native=f"{self._native}#{self._clean(index.id)}",
            prompt=self._prompt(opening, count=True),
            started=index.started,
            ended=index.ended,
            steps=steps,
            cut_steps=len(middle),
            middle=middle,
            label=index.label,
            context=context,
            task_type=opening.task_type or "",
        )

    def _opening(self, index: EpisodeIndex) -> EpisodeLine:
        line, _ = read_line(self._file.view[index.place : index.place + index.length])
        assert isinstance(line, EpisodeLine)
        return line

    def _prompt(self, opening: EpisodeLine, *, count: bool) -> str:
        redact = self._redact if count else self._redact.silent()
        text, cut = limits.clip(Excerpt(opening.task), limits.PROMPT_BYTES, redact)
        self._tally.shorten("prompt", cut and count)
        return text

    def _call(self, index: EpisodeIndex, place: int) -> Call:
        offset, length, at = index.steps[place]
        line, _ = read_line(self._file.view[offset : offset + length])
        assert isinstance(line, StepLine)
        return Call(
            key=self._clean(line.id or f"{index.id}#{place + 1}"),
            tool=line.tool,
            parameters=line.parameters,
            result=shown_of(line.observation),
            status=line.status,
            at=at,
            seconds=line.seconds,
        )

    def _clean(self, text: str) -> str:
        """A name or an id without secrets, and without their hashes: it becomes part of keys."""
        return without_hash(self._redact.silent()(text))

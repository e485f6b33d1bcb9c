"""What was said and done in a session, told in the order of its file, as episodes: for readers of any agent.

A reader tells prompts, calls and what they gave back. Which prompts open an episode, which calls are whose,
what was when and how large it may be is decided here. Texts are looked at when an episode is asked for, one
episode at a time: keep the slices of the file (``Raw``), not their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Raw
from msgspec.structs import replace

from tacit.core import limits
from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.jsonform import without_hash
from tacit.core.limits import Excerpt
from tacit.core.model import Label
from tacit.core.readers import prompts
from tacit.core.readers.base import ReadTally, Transcript
from tacit.core.readers.drafting import Call, draft_steps, title_of
from tacit.core.readers.tasks import Answer as Answer
from tacit.core.readers.tasks import Made, Said, Task, in_order
from tacit.core.readers.times import believed
from tacit.core.redaction import Redactor

_SAME = 1_000
"""Tasks that begin in one millisecond, as all do in a file without times, are told a millisecond apart, at
most so many: so they stay in their order."""


class Conversation:
    """Collects one session while its file passes by; then :meth:`transcript` is what was read.

    Times are milliseconds, 0 where nobody knows: such a thing happened when what was told before it did.
    """

    def __init__(self, redact: Redactor, tally: ReadTally) -> None:
        self._redact = redact
        self._tally = tally
        self._tasks: list[Task] = [Task(None)]
        self._calls: dict[str, tuple[Task, Made]] = {}
        self._prompts: list[tuple[int, int, bool]] = []
        self._first = 0
        self._now = 0
        self._latest = 0

    @property
    def empty(self) -> bool:
        """Whether there is neither a prompt nor a call."""
        return len(self._tasks) == 1 and not self._tasks[0].calls

    def prompt(self, text: Excerpt, *, native: str = "", at: int = 0) -> None:
        """What stands in the place of the person's words; what nobody typed is passed over.

        Args:
            text: as it is in the file.
            native: the agent's own id of it, by which the same prompt is known in another file too.
            at: when it was said.
        """
        plain = text if text.skipped else Excerpt(prompts.typed_part(text.head))
        if prompts.is_interruption(plain.head):
            self.interruption(at=at)
            return
        command = None if plain.skipped else prompts.slash_command(plain.head)
        if command == "" or (command is None and prompts.is_injected(plain.head)):
            return
        said = Said(plain if command is None else Excerpt(command), native, self._moment(at))
        opens = self._tasks[-1].left or (command is None and not prompts.only_urges(plain.head))
        if opens:
            self._tasks.append(Task(said))
        else:
            self._tasks[-1].followups.append(said)
        self._prompts.append((len(self._tasks) - 1, len(self._tasks[-1].calls), opens))
        self._touch(self._tasks[-1])

    def call(
        self,
        key: str,
        tool: str,
        parameters: Raw,
        *,
        at: int = 0,
        agent: str | None = None,
        parent: str | None = None,
    ) -> None:
        """A call of a tool. One that was told before is the same call.

        Args:
            key: the agent's own id of the call; empty where it has none.
            tool: its name.
            parameters: an object as JSON text.
            at: when it was made.
            agent: the id of the sub-agent that made it.
            parent: the key of the call that started that sub-agent: it belongs to the same task. Where
                that is not known, to the task that was at hand at the time.
        """
        if key and key in self._calls:
            return
        started_by = self._calls.get(parent or "")
        task = started_by[0] if started_by else self._task_at(at) if agent else self._tasks[-1]
        key = key or f"call-{len(self._calls) + 1}"
        left = started_by[1].left if started_by else agent is not None and task.left
        made = Made(key, tool, parameters, self._moment(at), at, agent, parent, left=left)
        self._calls[key] = task, made
        task.calls.append(made)
        self._touch(task)
        task.interrupted = False

    def answer(self, key: str, answer: Callable[[], Answer], *, at: int = 0) -> None:
        """What a call gave back; ``answer`` is asked when the text is wanted. The first that came stands."""
        found = self._calls.get(key)
        if found is None:
            self._tally.skip("result without its call")
        elif found[1].answer is None:
            found[1].answer, found[1].answered = answer, at
            self._moment(at)
            self._touch(found[0])

    def interruption(self, *, at: int = 0) -> None:
        """The person interrupted."""
        self._moment(at)
        self._tasks[-1].interrupted = True
        self._touch(self._tasks[-1])

    def spent(self, tokens: int) -> None:
        """So many tokens that were new to the model were used for the task at hand."""
        self._tasks[-1].tokens += max(0, tokens)

    @property
    def prompts(self) -> int:
        """How many prompts stand: all that were told but those that were gone back behind."""
        return len(self._prompts)

    def rewound(self, prompts: int) -> None:
        """The person went back behind so many of the latest prompts: what came of them was left."""
        if prompts > 0 and self._prompts:
            place = max(0, len(self._prompts) - prompts)
            first = self._undo(place)
            del self._prompts[place:]
            for task in self._tasks[first:]:
                task.left = True

    def undone(self, prompts: int) -> None:
        """What was done since so many of the latest prompts was taken back; the prompts stand."""
        if prompts > 0 and self._prompts:
            self._undo(max(0, len(self._prompts) - prompts))

    def said(self, *, at: int = 0) -> None:
        """Anything else happened, as a word of the agent, by which the task went on."""
        self._moment(at)
        self._tasks[-1].interrupted = False
        self._touch(self._tasks[-1])

    def label(self, label: Label) -> None:
        """The file says how the task at hand ended."""
        self._tasks[-1].label = label

    def knows(self, key: str) -> bool:
        """Whether a call of this key was told."""
        return key in self._calls

    def transcript(self, session: SessionDraft, *, otherwise: int) -> Transcript:
        """All that was told, as a session.

        Args:
            session: its head as it stands in the file. ``started`` and ``ended`` are found out where they
                are 0, the title is the first line of the first prompt where it is empty.
            otherwise: when all of it was where no time is told: when its file was last written to.
        """
        tasks = self._tasks if self._tasks[0].calls else self._tasks[1:]
        head = self._head(session, otherwise)

        def episodes() -> Iterator[EpisodeDraft]:
            last = 0
            for place, task in enumerate(tasks):
                after = next((later for later in tasks[place + 1 :] if not later.left), None)
                episode = self._episode(task, after, head, place)
                if last - _SAME < episode.started <= last:
                    episode = replace(episode, started=last + 1, ended=max(episode.ended, last + 1))
                last = episode.started
                yield episode

        return Transcript(head, self._tally, episodes)

    def _head(self, session: SessionDraft, otherwise: int) -> SessionDraft:
        clean = self._clean
        asked = next((task.asked for task in self._tasks if task.asked), None)
        title = session.title or (self._text(asked, count=False) if asked else "")
        self._first = self._first or otherwise
        return replace(
            session,
            native=clean(session.native),
            title=title_of(self._redact.silent()(title)),
            directory=clean(session.directory),
            started=session.started or self._first,
            ended=max(session.ended, self._latest) or otherwise,
            repository=session.repository and clean(session.repository),
            branch=session.branch and clean(session.branch),
            model=session.model and clean(session.model),
            version=session.version and clean(session.version),
        )

    def _episode(self, task: Task, after: Task | None, head: SessionDraft, place: int) -> EpisodeDraft:
        calls = in_order(task.calls)
        numbers = {made.key: n for n, made in enumerate(calls, 1)}

        def call_at(place: int) -> Call:
            return self._drafted(calls[place], numbers)

        asked = task.asked
        times = [asked.at] if asked else []
        times += [made.at for made in task.calls]
        started = next(filter(None, times), self._first)
        steps, middle = draft_steps(len(calls), call_at, self._redact, self._tally)
        return EpisodeDraft(
            native=self._clean(asked.native if asked else "") or f"{head.native}#{place + 1}",
            prompt=self._text(asked) if asked else "",
            started=started,
            ended=max(started, task.latest),
            steps=steps,
            followups=tuple(self._text(said) for said in task.followups),
            next_prompt=self._text(after.asked, count=False) if after and after.asked else None,
            interrupted=task.interrupted,
            tokens=task.tokens,
            cut_steps=len(middle),
            label=task.label,
            middle=middle,
        )

    def _drafted(self, made: Made, numbers: dict[str, int]) -> Call:
        answer = Answer(status="unfinished") if made.answer is None else made.answer()
        seconds = answer.seconds
        if seconds is None and made.told and made.answered >= made.told:
            seconds = believed(made.answered - made.told)
        return Call(
            key=self._clean(made.key),
            tool=made.tool,
            parameters=made.parameters,
            result=answer.text,
            status=answer.status,
            at=made.at or self._first,
            seconds=seconds,
            agent=made.agent and self._clean(made.agent),
            parent=numbers.get(made.parent or ""),
            left=made.left,
        )

    def _clean(self, text: str) -> str:
        """A name or an id without secrets, and without their hashes: it may become part of keys."""
        return without_hash(self._redact.silent()(text))

    def _text(self, said: Said, *, count: bool = True) -> str:
        redact = self._redact if count else self._redact.silent()
        text, cut = limits.clip(said.text, limits.PROMPT_BYTES, redact)
        self._tally.shorten("prompt", cut and count)
        return text

    def _undo(self, place: int) -> int:
        """Mark what was done since the prompt at a place; the first task that began with it or later."""
        first, calls, opened = self._prompts[place]
        for task in self._tasks[first:]:
            for made in task.calls[calls:]:
                made.left = True
            calls = 0
        return first if opened else first + 1

    def _task_at(self, at: int) -> Task:
        """The task that was at hand at a time; the latest where nobody knows."""
        begun = (task for task in self._tasks[1:] if at and task.asked and task.asked.at <= at)
        return max(begun, key=lambda task: task.asked.at if task.asked else 0, default=self._tasks[-1])

    def _moment(self, at: int) -> int:
        """The time of what is being told: that of what came before where it has none."""
        self._first = self._first or at
        self._latest = max(self._latest, at)
        self._now = at or self._now
        return self._now

    def _touch(self, task: Task) -> None:
        task.latest = max(task.latest, self._now)

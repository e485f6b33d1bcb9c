"""Episodes of a Claude Code session, put together one at a time.

The steps of an episode are numbered in this order: the main transcript's calls as they were made,
then those of its sub-agents by the step that started them. So the numbers of the main steps do not
depend on which sub-agent files are at hand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from tacit.core import limits
from tacit.core.drafts import EpisodeDraft, StepDraft
from tacit.core.readers import prompts
from tacit.core.readers.base import ReadTally
from tacit.core.readers.claude_code.index import NONE, SPOKEN, Index, Kind
from tacit.core.readers.claude_code.steps import StepReader, excerpt_of
from tacit.core.readers.claude_code.tree import Tree
from tacit.core.redaction import Redactor

_SMALL_STEP = 8_000
"""Bytes kept free for every step still to come, so that an episode ends within its limit."""


class EpisodeReader:
    """Walks the tree's episodes in the order of the file."""

    def __init__(self, index: Index, steps: StepReader, redact: Redactor, tally: ReadTally) -> None:
        self._index = index
        self._tree = Tree(index)
        self._steps = steps
        self._redact = redact
        self._tally = tally
        self._prompts: dict[int, str] = {}
        self._calls = self._calls_by_episode()
        self._rows = self._rows_by_episode()

    def __iter__(self) -> Iterator[EpisodeDraft]:
        for episode in range(NONE, len(self._tree.openings)):
            if episode != NONE or self._calls.get(NONE):
                yield self._episode(episode)
            self._prompts.pop(episode, None)

    @property
    def empty(self) -> bool:
        """Whether there is neither a prompt nor a call."""
        return not self._tree.openings and not len(self._index.calls)

    def prompt(self, episode: int) -> str:
        """The episode's opening prompt; what came before any is opened by what was said there first."""
        if episode not in self._prompts:
            row = self._tree.openings[episode] if episode != NONE else self._first_said()
            self._prompts[episode] = self.said(row) if row != NONE else ""
        return self._prompts[episode]

    def first_prompt(self) -> str:
        """What the session began with, for its title."""
        return self.prompt(0 if self._tree.openings else NONE)

    def said(self, row: int) -> str:
        """The typed words of a row, redacted and within the limit of a prompt."""
        line, _ = self._steps.line(row)
        excerpt = excerpt_of(line.message.content) if line.message else limits.Excerpt("")
        if not excerpt.skipped:
            text = prompts.typed_part(excerpt.head)
            excerpt = limits.Excerpt(prompts.slash_command(text) or text)
        text, cut = limits.clip(excerpt, limits.PROMPT_BYTES, self._redact)
        self._tally.shorten("prompt", cut)
        return text

    def _first_said(self) -> int:
        """The first urging or command before any opening prompt."""
        said = (Kind.FOLLOWUP, Kind.COMMAND)
        rows = self._rows.get(NONE, [])
        return next((row for row in rows if self._index.rows.kind[row] in said), NONE)

    def _episode(self, episode: int) -> EpisodeDraft:
        rows, kinds = self._rows.get(episode, []), self._index.rows.kind
        opening = self._opening(episode, rows)
        times = [
            self._index.rows.at[row]
            for row in rows
            if self._index.rows.uuid[row] and self._index.rows.at[row]
        ]
        first_said = self._first_said() if episode == NONE else NONE
        said = [row for row in rows if kinds[row] in (Kind.FOLLOWUP, Kind.COMMAND) and row != first_said]
        told = [row for row in rows if kinds[row] != Kind.OTHER]
        steps, middle = self._read_steps(episode)
        nodes = {self._index.rows.node[row] for row in rows if kinds[row] == Kind.ASSISTANT}
        following = next(
            (later for later in range(episode + 1, len(self._tree.openings)) if not self._left(later)), None
        )
        started = self._index.rows.at[opening] or min(times, default=self._index.times[opening])
        return EpisodeDraft(
            native=self._steps.identity(opening),
            prompt=self.prompt(episode),
            started=started,
            ended=max((started, *times)),
            steps=steps,
            followups=tuple(self.said(row) for row in said),
            next_prompt=None if following is None else self.prompt(following),
            interrupted=bool(told) and kinds[told[-1]] == Kind.INTERRUPTION,
            tokens=sum(self._index.tokens.get(node, 0) for node in nodes),
            cut_steps=len(middle),
            middle=middle,
        )

    def _left(self, episode: int) -> bool:
        return self._tree.is_left(self._tree.openings[episode])

    def _opening(self, episode: int, rows: list[int]) -> int:
        """The row an episode is named after: its prompt, or the first thing said before any."""
        if episode != NONE:
            return self._tree.openings[episode]
        return next((row for row in rows if self._index.rows.kind[row] in SPOKEN), 0)

    def _read_steps(self, episode: int) -> tuple[tuple[StepDraft, ...], tuple[StepDraft, ...]]:
        """The steps that are kept, and in brief those that are not."""
        main, others = self._calls.get(episode, ([], []))
        numbers = {call: n for n, call in enumerate([*main, *others], 1)}
        kept = _keep(main, limits.STEPS)
        kept += _keep(others, limits.STEPS - len(kept))
        room = limits.EPISODE_BYTES - _SMALL_STEP * len(kept)
        steps = []
        for call in kept:
            step = self._step(call, numbers, room + _SMALL_STEP)
            room -= max(0, limits.size(step.parameters) + limits.size(step.observation) - _SMALL_STEP)
            steps.append(step)
        missing = numbers.keys() - set(kept) if len(kept) < len(numbers) else ()
        self._tally.shorten("steps", len(missing))
        limit = min(limits.CUT_STEP_BYTES, max(200, limits.EPISODE_BYTES // (len(missing) or 1)))
        cut = [self._step(call, numbers, limit, brief=True) for call in numbers if call in missing]
        return tuple(steps), tuple(cut)

    def _step(self, call: int, numbers: dict[int, int], room: int, *, brief: bool = False) -> StepDraft:
        top, parent = call, None
        if self._index.calls.agent[call] != NONE:
            started_by = self._index.agents.parents.get(self._index.calls.agent[call], NONE)
            parent = numbers.get(started_by)
            top = self._root(call)
        left = top != NONE and self._tree.is_left(self._index.calls.row[top])
        read = self._steps.brief if brief else self._steps.step
        return read(call, numbers[call], parent, left, room)

    def _root(self, call: int) -> int:
        """The call of the main transcript under which a sub-agent's call was made, ``NONE`` if unknown."""
        seen: set[int] = set()
        while call != NONE and self._index.calls.agent[call] != NONE:
            if call in seen:
                return NONE
            seen.add(call)
            call = self._index.agents.parents.get(self._index.calls.agent[call], NONE)
        return call

    def _calls_by_episode(self) -> dict[int, tuple[list[int], list[int]]]:
        """For every episode its main calls in order, and its sub-agents' by what started them."""
        found: dict[int, tuple[list[int], list[int]]] = {}
        calls, rows = self._index.calls, self._index.rows
        starts = [rows.at[row] for row in self._tree.openings]
        for call in range(len(calls)):
            row = calls.row[call]
            if calls.agent[call] == NONE:
                found.setdefault(self._tree.episode[row], ([], []))[0].append(call)
                continue
            root = self._root(call)
            in_time = bisect_right(starts, rows.at[row]) - 1
            episode = self._tree.episode[calls.row[root]] if root != NONE else in_time
            found.setdefault(episode, ([], []))[1].append(call)
        for _, others in found.values():
            others.sort(key=lambda call: (self._root(call), calls.agent[call], call))
        return found

    def _rows_by_episode(self) -> dict[int, list[int]]:
        """For every episode the rows of the main transcript, in order."""
        found: dict[int, list[int]] = {}
        for row, episode in enumerate(self._tree.episode):
            if self._index.rows.kind[row] != Kind.AGENT:
                found.setdefault(episode, []).append(row)
        return found


def _keep(calls: list[int], room: int) -> list[int]:
    """The first 40 % and the last 60 % of the calls that have room."""
    if len(calls) <= room:
        return list(calls)
    first = room * limits.FIRST_STEPS // limits.STEPS
    return calls[:first] + calls[len(calls) - (room - first) :]

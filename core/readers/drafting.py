"""From the calls of one episode to its steps, within the limits; for readers that know all calls by place.

A longer episode keeps its first and last steps; the others are looked at in brief, for counting and
judging alone.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Raw, Struct

from tacit.core import limits
from tacit.core.drafts import StepDraft
from tacit.core.jsonform import without_hash
from tacit.core.limits import Excerpt
from tacit.core.model import Status
from tacit.core.readers.base import ReadTally
from tacit.core.readers.parameters import clip_parameters
from tacit.core.redaction import Redactor

_SMALL_STEP = 8_000
"""Bytes kept free for every step still to come, so that an episode ends within its limit."""
_BRIEFEST = 200


class Call(Struct, frozen=True):
    """One call with its result, as it stands in the file: not redacted, not cut.

    ``agent`` is the id of the sub-agent that made it, ``parent`` the number of the step that started that,
    ``left`` says that the person went back behind it.
    """

    key: str
    tool: str
    parameters: Raw
    result: Excerpt
    status: Status
    at: int
    seconds: float | None = None
    agent: str | None = None
    parent: int | None = None
    left: bool = False


Steps = tuple[StepDraft, ...]


def draft_steps(
    count: int, call_at: Callable[[int], Call], redact: Redactor, tally: ReadTally
) -> tuple[Steps, Steps]:
    """The steps of an episode of ``count`` calls that are kept, and in brief those that are not.

    ``call_at`` gives the call at a place; it is asked for each place once, so that one is held at a time.
    """
    first = min(count, limits.FIRST_STEPS if count > limits.STEPS else count)
    last = max(first, count - limits.LAST_STEPS)
    room = limits.EPISODE_BYTES - _SMALL_STEP * (first + count - last)
    whole = Drafter(redact, tally, limits.PARAMETER_BYTES)
    steps = []
    for place in (*range(first), *range(last, count)):
        step = whole.step(call_at(place), place + 1, room + _SMALL_STEP)
        room -= max(0, limits.size(step.parameters) + limits.size(step.observation) - _SMALL_STEP)
        steps.append(step)
    tally.shorten("steps", last - first)
    limit = min(limits.CUT_STEP_BYTES, max(_BRIEFEST, limits.EPISODE_BYTES // (last - first or 1)))
    brief = Drafter(redact.silent(), ReadTally(), limit)
    middle = [brief.step(call_at(place), place + 1, 2 * limit) for place in range(first, last)]
    return tuple(steps), tuple(middle)


class Drafter:
    """Makes single steps whose texts take ``limit`` bytes each at most."""

    def __init__(self, redact: Redactor, tally: ReadTally, limit: int) -> None:
        self._redact = redact
        self._tally = tally
        self._limit = limit
        self._tools: dict[str, str] = {}

    def step(self, call: Call, n: int, room: int) -> StepDraft:
        """One call as a step. ``room`` is how many bytes its texts may take altogether."""
        observation, cut = limits.clip(call.result, min(self._limit, limits.OBSERVATION_BYTES), self._redact)
        self._tally.shorten("observation", cut)
        parameters, shortened = clip_parameters(call.parameters, self._limit, self._redact)
        self._tally.shorten("parameters", shortened)
        if limits.size(parameters) + limits.size(observation) > room:
            silent = self._redact.silent()
            parameters, _ = clip_parameters(call.parameters, room // 2, silent)
            observation, _ = limits.clip(Excerpt(observation), room // 2, silent)
            shortened = True
            self._tally.shorten("episode")
        return StepDraft(
            n=n,
            call=call.key,
            tool=self._tool(call.tool),
            parameters=parameters,
            observation=observation,
            status=call.status,
            at=call.at,
            seconds=call.seconds,
            agent=call.agent,
            parent=call.parent,
            left=call.left,
            cut=cut or shortened,
        )

    def _tool(self, name: str) -> str:
        """The name without secrets, looked at once: there are few."""
        clean = self._tools.get(name)
        if clean is None:
            clean = self._tools[name] = without_hash(self._redact.silent()(name))
        return clean


def title_of(text: str) -> str:
    """The first line that says anything, within the limit of a title."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= limits.TITLE_CHARACTERS:
        return line
    return line[: limits.TITLE_CHARACTERS - 1].rstrip() + "…"

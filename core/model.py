"""The words of Tacit as data: what a session, an episode, a step and a pattern are.

Every struct is frozen. Times are integer milliseconds UTC, durations seconds with their fractions,
paths relative to the project's root. Text in here has been redacted; it has not been cleaned for a
terminal (see :mod:`tacit.core.text`).
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

Kind = Literal[
    "tool_sequence", "decision_point", "context", "file_group", "custom", "error_recovery", "heuristic"
]
"""The seven kinds of pattern."""

KINDS: tuple[Kind, ...] = get_args(Kind)

Label = Literal["success", "partial", "failure", "abstained", "unknown"]
"""How something ended. ``unknown`` and ``abstained`` are no judgement and count in no rate."""

JUDGED_LABELS: tuple[Label, ...] = ("success", "partial", "failure")

Source = Literal["mark", "label", "test", "build", "commit", "prompt", "rejection", "interruption", "tail"]
"""What a judgement rests on, strongest first."""

SOURCES: tuple[Source, ...] = get_args(Source)

Status = Literal["ok", "error", "rejected", "cancelled", "interrupted", "unfinished"]
"""How a call ended. Only ``error`` is a failure of the tool; the next three are a person's doing."""

Tool = Literal["read", "edit", "write", "search", "shell", "web", "agent", "plan", "ask", "other"]
"""The vocabulary every agent's tools are mapped to."""

ActionStatus = Literal["ok", "failed", "unknown", "skipped"]
"""How one part of a step ended; ``skipped`` did not run at all."""

Intent = Literal["test", "build", "check", "lint", "format", "install", "run", "commit", ""]
"""What a shell command is for, as far as its name tells; ``check`` is a type check."""

Verdict = Literal["helps", "harms", "unproven"]

TaskType = Literal[
    "code_generation", "debugging", "refactoring", "testing", "analysis", "documentation", "other"
]
"""What a task was about; ``other`` where no phrase of its prompt tells."""

TASK_TYPES: tuple[TaskType, ...] = get_args(TaskType)

Complexity = Literal["simple", "moderate", "complex", "expert"]
"""How complex a task was, by the number of its steps."""


class Action(Struct, frozen=True):
    """One normalised deed: ``edit *.go``, ``mise run lint``.

    A step that runs a compound command has several. ``status`` is known only where the transcript
    shows it: behind a pipe or before ``;`` the exit status is hidden.
    """

    name: str
    status: ActionStatus
    intent: Intent = ""

    @property
    def label(self) -> str:
        """The action as it stands in patterns: a failed one is another action."""
        return f"{self.name} failed" if self.status == "failed" else self.name


class Signature(Struct, frozen=True):
    """What went wrong, at two levels.

    ``line`` is the exact line with numbers, hashes, paths and quoted names replaced by marks;
    ``family`` its class, as ``edit refused`` (``other`` is no class).
    """

    line: str
    family: str


class Step(Struct, frozen=True, omit_defaults=True):
    """A step as it is stored: the draft's fields and what they mean.

    ``target`` is the file a step worked on, relative to the project root. ``error`` is set for a
    step whose status is ``error``, and for one whose output shows a failure its exit status hid.
    """

    n: int
    call: str
    tool: str
    kind: Tool
    parameters: str
    observation: str
    status: Status
    at: int
    actions: tuple[Action, ...] = ()
    target: str | None = None
    error: Signature | None = None
    seconds: float | None = None
    agent: str | None = None
    parent: int | None = None
    left: bool = False
    cut: bool = False


class Evidence(Struct, frozen=True, omit_defaults=True):
    """One reason for a judgement; ``step`` is the ``n`` of the step it was seen in.

    ``told``: an agent said so beside the transcript, so it is no part of what a session tells.
    """

    source: Source
    label: Label
    text: str
    step: int | None = None
    told: bool = False


class Outcome(Struct, frozen=True, omit_defaults=True):
    """How an episode ended, and why we think so.

    ``score`` is 1 for success, 0 for failure, between for partial, ``None`` where nobody could
    know. ``evidence`` holds all that was found, the deciding one first.
    """

    label: Label = "unknown"
    score: float | None = None
    source: Source | None = None
    evidence: tuple[Evidence, ...] = ()


class Commit(Struct, frozen=True):
    """A commit that was made in a step; hash and subject are empty where the tool printed none."""

    step: int
    hash: str = ""
    subject: str = ""


class PullRequest(Struct, frozen=True):
    """A pull or merge request that was opened in a step; ``url`` is empty where none was printed."""

    step: int
    url: str = ""


class Figure(Struct, frozen=True):
    """A number a tool printed, and the step it was printed in."""

    value: float
    step: int


class Episode(Struct, frozen=True, omit_defaults=True):
    """One task inside a session, as stored. Its steps are rows of their own.

    ``steps`` and ``errors`` count what the main transcript did (rejected, cancelled and interrupted
    calls are counted in ``errors``, as the transcript marks them, and apart); ``subagent_steps`` and
    ``subagent_errors`` what its sub-agents did; ``left`` the steps on abandoned branches.
    ``files`` are the paths it wrote to. ``unworthy`` says why nothing is learned from it, if so.
    ``context`` is what whoever opened the task said of it, ``task_type`` too, else what the prompt asks
    for. ``language`` is the one edited most. ``commits``, ``pulls``, ``coverage`` (percent) and
    ``lint_warnings`` (a count) are what it made besides files, as far as a tool printed them.
    ``complexity`` is ``None`` for one that was stored before these were known.
    """

    id: str
    session: str
    native: str
    project: str
    agent: str
    prompt: str
    started: int
    ended: int
    outcome: Outcome
    steps: int = 0
    errors: int = 0
    subagent_steps: int = 0
    subagent_errors: int = 0
    rejected: int = 0
    cancelled: int = 0
    interrupted: int = 0
    left: int = 0
    cut_steps: int = 0
    tokens: int = 0
    tools: tuple[tuple[str, int, int], ...] = ()
    files: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()
    unworthy: str | None = None
    digest: str = ""
    context: str = ""
    task_type: TaskType | None = None
    language: str | None = None
    complexity: Complexity | None = None
    commits: tuple[Commit, ...] = ()
    pulls: tuple[PullRequest, ...] = ()
    coverage: Figure | None = None
    lint_warnings: Figure | None = None

    @property
    def title(self) -> str:
        """The first line of the prompt; empty where there is none."""
        return self.prompt.strip().split("\n", 1)[0]


class Session(Struct, frozen=True, omit_defaults=True):
    """One transcript. The counts are sums over its live episodes.

    ``retitled``: it also told an episode that was forgotten, so its title is that of the first one left.
    ``told_project`` is the project as the transcript has it, where it was merged into ``project``; else
    empty.
    """

    id: str
    native: str
    agent: str
    project: str
    title: str
    directory: str
    started: int
    ended: int
    repository: str | None = None
    branch: str | None = None
    model: str | None = None
    version: str | None = None
    episodes: int = 0
    copies: int = 0
    steps: int = 0
    errors: int = 0
    subagent_steps: int = 0
    subagent_errors: int = 0
    tokens: int = 0
    outcomes: tuple[tuple[Label, int], ...] = ()
    retitled: bool = False
    told_project: str = ""


class Tally(Struct, frozen=True):
    """Uses of a pattern in some span: ``rate`` is successes / judged, ``None`` while judged is 0."""

    uses: int
    judged: int
    successes: int
    rate: float | None


class Part(Struct, frozen=True, array_like=True):
    """The share of one project in the numbers of a pattern; as the fields of the same name there.

    ``expected`` is ``None`` where nothing in this project can be compared; the whole then takes what was
    seen there as expected, so that with ``successes`` in its place the parts add up. ``claimed`` are
    the uses, judged uses and successes of the pattern's claim.
    """

    project: str
    uses: int
    judged: int
    successes: int
    failures: int
    partial: int
    episodes: int
    sessions: int
    first_used: int
    last_used: int
    expected: float | None
    claimed: tuple[int, int, int] = (0, 0, 0)
    weeks: tuple[tuple[int, int, int, int], ...] = ()


class Offered(Struct, frozen=True, array_like=True):
    """What followed where a pattern was given to an agent; each task counts once.

    ``known`` is in how many tasks it was given of which the end is stored, ``applied`` in how many of them
    it was then used, ``judged`` and ``successes`` how those uses ended.
    """

    known: int
    applied: int
    judged: int
    successes: int


class Elsewhere(Struct, frozen=True, array_like=True):
    """What somebody else's memory counted of a pattern that came from there; it counts in no rate here.

    ``source`` is how they call it, ``at`` when they shared it, in milliseconds, ``verdict`` what was proven
    there.
    """

    source: str
    at: int
    uses: int
    judged: int
    successes: int
    verdict: Verdict | None = None


class Pattern(Struct, frozen=True, omit_defaults=True):
    """A learned pattern with its numbers.

    ``key`` is what makes it that pattern (see ``docs/learning.md``). ``rate`` is
    successes / judged; ``low`` and ``high`` are its 95 % Wilson interval; all three are ``None``
    while nothing is judged. ``projects``, ``sessions`` and ``episodes`` count distinct ones.
    ``head`` is the id of the pattern this one stands behind as a variant; ``explained`` are the ids
    of the shorter sequences that never occur outside this one. ``weeks`` holds
    (first millisecond of an ISO week in UTC, uses, judged, successes), oldest first. ``parts`` are the
    shares of its projects, where it has several. ``archived``: a person put it away, so it is in no list
    until it is used again. ``offered`` is what followed where it was given to agents, ``None`` while nobody
    knows. ``elsewhere`` is what other memories told of it, by source.
    """

    id: str
    kind: Kind
    title: str
    key: tuple[str, ...]
    uses: int
    judged: int
    successes: int
    failures: int
    partial: int
    episodes: int
    sessions: int
    first_used: int
    last_used: int
    learned_at: int
    rank: bytes = b""
    verdict: Verdict | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    expected: float | None = None
    projects: int = 0
    project_names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    claim: Tally | None = None
    since: Tally | None = None
    variants: int = 0
    variant_ids: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    head: str | None = None
    pinned: bool = False
    weeks: tuple[tuple[int, int, int, int], ...] = ()
    parts: tuple[Part, ...] = ()
    archived: bool = False
    offered: Offered | None = None
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether it is a row of the list: behind no other, and not put away."""
        return self.head is None and not self.archived

    @property
    def borrowed(self) -> bool:
        """Whether only other memories speak for it: what was seen here is below support, if anything was.

        It counts in nothing that is told of this memory's own evidence.
        """
        return bool(self.elsewhere) and self.claim is None


class Use(Struct, frozen=True):
    """One use of a pattern: where it happened and how it ended.

    ``first`` and ``last`` are step numbers within the episode. ``result`` is the episode's outcome
    for a ``tool_sequence``; whether the error was left behind for an ``error_recovery``; how the run
    ended for a ``heuristic``.
    """

    kind: Kind
    key: tuple[str, ...]
    result: Label
    at: int
    first: int
    last: int


class Evidenced(Struct, frozen=True):
    """A use with the episode it happened in, as shown to a person."""

    episode: str
    session: str
    project: str
    result: Label
    at: int
    first: int
    last: int

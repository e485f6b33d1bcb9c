"""What each tool takes: typed and bounded. The JSON Schemas of ``tools/list`` are made from these.

A field that nobody gave has its default; ``null`` counts as not given. ``session`` is the agent's own id of
its session, ``project`` the name of a project, never a place on a disk.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tacit.app.mcp.limits import LIMIT, MOST
from tacit.core.loop.records import Feedback
from tacit.core.model import Label, Status, TaskType

Name = Annotated[str, Meta(max_length=200)]
Session = Annotated[str, Meta(max_length=200, description="Your own session id")]
Task = Annotated[str, Meta(min_length=1, max_length=10_000)]
Text = Annotated[str, Meta(max_length=10_000)]
Limit = Annotated[int, Meta(ge=1, le=MOST)]
PatternId = Annotated[str, Meta(pattern="^p-[0-9a-zA-Z]{4,12}$")]
EpisodeId = Annotated[str, Meta(pattern="^e-[0-9a-zA-Z]{4,12}$")]
Aim = Literal["", "test", "build", "run", "lint", "format", "install", "check"]


class Input(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The arguments of a call."""


class Asking(Input, frozen=True, kw_only=True):
    """The arguments of a call that gives patterns: where and for whom."""

    project: Annotated[str, Meta(max_length=200, description="Its name or parts: org/repo")] = ""
    session: Session = ""


class QueryMemory(Asking, frozen=True, kw_only=True):
    """Which list, and what must hold of its rows."""

    query: Annotated[str, Meta(max_length=4_000)] = ""
    what: Literal["patterns", "sessions", "episodes"] = "patterns"
    limit: Limit = LIMIT


class SearchPatterns(Asking, frozen=True, kw_only=True):
    """What is looked for."""

    text: Annotated[str, Meta(min_length=1, max_length=4_000)]
    mode: Literal["hybrid", "lexical"] = "hybrid"
    limit: Limit = 10


class RecallError(Asking, frozen=True, kw_only=True):
    """What was printed, and what failed."""

    error: Annotated[str, Meta(min_length=1, max_length=20_000)]
    tool: Name = ""
    command: Annotated[str, Meta(max_length=2_000)] = ""
    limit: Limit = 5


class ProjectFacts(Asking, frozen=True, kw_only=True):
    """What the commands are for."""

    intent: Aim = ""
    limit: Limit = LIMIT


class RecommendPatterns(Asking, frozen=True, kw_only=True):
    """What is to be done, and how much room there is."""

    task: Task
    tokens: Annotated[int, Meta(ge=50, le=4_000)] = 800


class PredictSuccess(Asking, frozen=True, kw_only=True):
    """What is to be done."""

    task: Task


class ExplainPattern(Asking, frozen=True, kw_only=True):
    """Which pattern."""

    id: PatternId


class CreateEpisode(Asking, frozen=True, kw_only=True):
    """What is to be done."""

    task: Task
    context: Text = ""
    task_type: TaskType | None = None


class AddStep(Input, frozen=True, kw_only=True):
    """A tool call with its result."""

    episode: EpisodeId
    tool: Annotated[str, Meta(min_length=1, max_length=200)]
    parameters: dict[str, Any] = {}
    observation: Text = ""
    status: Status = "ok"
    seconds: Annotated[float, Meta(ge=0, le=1e9)] | None = None


class CompleteEpisode(Input, frozen=True, kw_only=True):
    """How it ended: of an episode, or of the task a session was at."""

    episode: EpisodeId | None = None
    session: Session = ""
    outcome: Label | None = None
    note: Text = ""


class GetEpisode(Input, frozen=True, kw_only=True):
    """Which episode, and which of its steps."""

    id: EpisodeId
    steps: bool = False
    first: Annotated[int, Meta(ge=1)] = 1
    limit: Limit = LIMIT


class RecordFeedback(Input, frozen=True, kw_only=True):
    """How a pattern served."""

    id: PatternId
    said: Feedback
    session: Session = ""
    episode: EpisodeId | None = None


class DeletePattern(Input, frozen=True, kw_only=True):
    """Which pattern; or that the newest delete is taken back."""

    id: PatternId | None = None
    restore: bool = False


class Nothing(Input, frozen=True, kw_only=True):
    """The arguments of a call that takes none."""

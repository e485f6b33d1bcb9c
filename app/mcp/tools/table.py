"""The tools, as constants: what each is called, takes, gives, and which function answers it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from msgspec import Struct

from tacit.app.mcp.schemas import inputs, outputs
from tacit.app.mcp.schemas.schema import input_schema
from tacit.core.jsonform import Json


class Tool(Struct, frozen=True, kw_only=True):
    """A tool. ``run`` is ``module:function``, loaded by the first call that needs it.

    ``reads`` is whether it changes nothing, ``destroys`` whether it takes away, ``again`` whether a second
    call does no more than the first. ``empty`` is what it answers where there is no store, ``None`` for an
    error.
    """

    name: str
    title: str
    description: str
    input: type[inputs.Input]
    output: Json
    run: str
    reads: bool = True
    destroys: bool = False
    again: bool = True
    empty: Json | None = None

    @property
    def quotes(self) -> bool:
        """Whether what it gives quotes past sessions."""
        return "data_notice" in self.output["properties"]

    def function(self) -> Callable[..., Any]:
        """What answers it."""
        module, _, name = self.run.partition(":")
        found: Callable[..., Any] = getattr(import_module(f"tacit.app.mcp.tools.{module}"), name)
        return found

    def schema(self) -> Json:
        """The JSON Schema of what it takes."""
        return _schema(self.input)


def _page(name: str) -> Json:
    return {"total": 0, "truncated": False, name: []}


_NO_RATE: Json = {"judged": 0, "successes": 0, "rate": None, "low": None, "high": None}

TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            name="query_memory",
            title="List what is stored",
            description=(
                'List patterns, sessions or episodes that fit a query of words, "quoted texts", -not, OR and '
                "pairs: kind:error_recovery success:>0.8 uses:>=5 used:<30d project:name outcome:failure "
                "sort:uses. Empty lists all, what matters most first."
            ),
            input=inputs.QueryMemory,
            output=outputs.LISTED,
            run="asking:query_memory",
            empty=_page("items"),
        ),
        Tool(
            name="search_patterns",
            title="Search patterns",
            description=(
                "Find learned patterns by words and meaning, best first: ways of working with how often they "
                "went well. Mode lexical goes by words alone and is fastest."
            ),
            input=inputs.SearchPatterns,
            output=outputs.FOUND,
            run="asking:search_patterns",
            empty=_page("patterns"),
        ),
        Tool(
            name="recall_error",
            title="What got past an error",
            description=(
                "Give the text of an error (or the end of a log), with the tool or shell command that "
                "failed, and learn what got past it before: here, elsewhere, or past errors like it."
            ),
            input=inputs.RecallError,
            output=outputs.RECOVERIES,
            run="asking:recall_error",
            empty=_page("recoveries"),
        ),
        Tool(
            name="project_facts",
            title="How things are run here",
            description=(
                "Commands that a project uses to test, build, run, lint, format, install or check types, and "
                "how their runs ended."
            ),
            input=inputs.ProjectFacts,
            output=outputs.FACTS,
            run="asking:project_facts",
            empty=_page("facts"),
        ),
        Tool(
            name="recommend_patterns",
            title="What is worth knowing for a task",
            description=(
                "Before a task: commands, recoveries, habits that help or harm, and how like tasks ended, "
                "the most valuable first, within a budget of tokens."
            ),
            input=inputs.RecommendPatterns,
            output=outputs.LINES,
            run="advising:recommend_patterns",
            empty=_page("lines"),
        ),
        Tool(
            name="predict_success",
            title="How a task will probably end",
            description=(
                "How tasks like this one ended. The estimate is null where that says no more than the "
                "base rate."
            ),
            input=inputs.PredictSuccess,
            output=outputs.PREDICTION,
            run="advising:predict_success",
            empty={
                "basis": "nothing",
                "reason": "nothing alike",
                "estimate": None,
                "counted": _NO_RATE,
                "base": _NO_RATE,
                "episodes": [],
                "patterns": [],
            },
        ),
        Tool(
            name="explain_pattern",
            title="Explain a pattern",
            description="The numbers of a pattern, its trend, and the episodes it was learned from.",
            input=inputs.ExplainPattern,
            output=outputs.EXPLAINED,
            run="advising:explain_pattern",
        ),
        Tool(
            name="create_episode",
            title="Begin an episode",
            description=(
                "Begin recording a task. Only for agents that keep no transcripts; those are read by "
                "themselves."
            ),
            input=inputs.CreateEpisode,
            output=outputs.BEGUN,
            run="episodes:create_episode",
            reads=False,
            again=False,
        ),
        Tool(
            name="add_step",
            title="Add a step to an episode",
            description="Record a tool call of an episode that was begun, with what came of it.",
            input=inputs.AddStep,
            output=outputs.LOGGED,
            run="episodes:add_step",
            reads=False,
            again=False,
        ),
        Tool(
            name="complete_episode",
            title="Say how a task ended",
            description=(
                "End an episode that was begun; or, with your session id alone, say how the task ended that "
                "you were at. Without an outcome what was done decides."
            ),
            input=inputs.CompleteEpisode,
            output=outputs.COMPLETED,
            run="episodes:complete_episode",
            reads=False,
            again=False,
        ),
        Tool(
            name="get_episode",
            title="Read an episode",
            description="A task that was done: prompt, outcome, patterns; with steps: true its steps, paged.",
            input=inputs.GetEpisode,
            output=outputs.EPISODE,
            run="episodes:get_episode",
        ),
        Tool(
            name="record_feedback",
            title="Say how a pattern served",
            description="Say of a pattern you were given whether it helped, hindered or had no effect.",
            input=inputs.RecordFeedback,
            output=outputs.TAKEN,
            run="changing:record_feedback",
            reads=False,
        ),
        Tool(
            name="delete_pattern",
            title="Delete a pattern",
            description=(
                "Delete a pattern that is wrong. Can be undone: restore: true takes the newest such "
                "delete back."
            ),
            input=inputs.DeletePattern,
            output=outputs.DELETED,
            run="changing:delete_pattern",
            reads=False,
            destroys=True,
            again=False,
        ),
        Tool(
            name="health_check",
            title="Is the memory usable",
            description="Whether the memory can be asked and written to, and what waits.",
            input=inputs.Nothing,
            output=outputs.HEALTH,
            run="state:health_check",
        ),
        Tool(
            name="get_metrics",
            title="Totals",
            description="Totals of the memory by outcome, kind and project, and of this server.",
            input=inputs.Nothing,
            output=outputs.METRICS,
            run="state:get_metrics",
        ),
    )
}


@cache
def listed() -> list[Json]:
    """The tools as the protocol lists them."""
    return [
        {
            "name": tool.name,
            "title": tool.title,
            "description": tool.description,
            "inputSchema": tool.schema(),
            "outputSchema": tool.output,
            "annotations": {
                "readOnlyHint": tool.reads,
                "destructiveHint": tool.destroys,
                "idempotentHint": tool.again,
                "openWorldHint": False,
            },
        }
        for tool in TOOLS.values()
    ]


@cache
def _schema(kind: type) -> Json:
    return input_schema(kind)

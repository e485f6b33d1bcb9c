"""Options and arguments that several commands share, and what their values mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tacit.app.commands.door import Command
from tacit.core.errors import Usage
from tacit.core.query import Plan, parse
from tacit.core.query_measures import LONGEST, hours_of, is_span
from tacit.core.query_measures import share as share

if TYPE_CHECKING:
    from tacit.memory import Memory

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "jsonl", "yaml")
ROWS = 20
"""Rows of a table when ``--limit`` says nothing; JSON has no limit of its own."""


class QueryCommand(Command):
    """A command with a query, in which ``-word`` says no to a word and is no option."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_settings["ignore_unknown_options"] = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """An unknown ``--option`` is still a mistake."""
        own = args[: args.index("--")] if "--" in args else args
        known = [name for parameter in self.get_params(ctx) for name in parameter.opts]
        for one in own:
            name = one.partition("=")[0]
            if name.startswith("--") and name not in known:
                from difflib import get_close_matches

                raise click.NoSuchOption(name, possibilities=get_close_matches(name, known), ctx=ctx)
        return super().parse_args(ctx, args)


def format_option(function: F) -> F:
    """``--format table|json|jsonl|yaml``."""
    return click.option(
        "--format", "form", type=click.Choice(FORMATS), default="table", help="How to print."
    )(function)  # fmt: skip


def limit_option(function: F) -> F:
    """``--limit N``."""
    return click.option(
        "--limit", type=click.IntRange(min=0), metavar="N",
        help=f"At most so many; 0 for all. Tables show {ROWS} if not said, JSON all.",
    )(function)  # fmt: skip


def project_option(told: str = "Only of this project: its name or whole parts of it.") -> Callable[[F], F]:
    """``--project NAME``, completed; ``told`` is its help."""
    return click.option("--project", metavar="NAME", shell_complete=complete_projects, help=told)


def query_argument(function: F) -> F:
    """``[QUERY]…``."""
    return click.argument("query", nargs=-1, shell_complete=complete_query)(function)


def ids_argument(function: F) -> F:
    """``ID…``."""
    return click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete_ids)(
        function
    )


def limit_of(limit: int | None, form: str, plan: Plan | None = None) -> int | None:
    """How many rows to ask for; ``None`` for all, or for as many as the query says."""
    if limit is None:
        bounded = plan is not None and plan.limit is not None
        return ROWS if form == "table" and not bounded else None
    return limit or None


def plan_of(query: Sequence[str], table: str | None = None, **filters: Any) -> Plan:
    """The plan of a query on the command line, ``--min-success`` and ``--used-within`` as typed.

    Raises:
        Usage: it makes no sense, or none for this list.
    """
    least, within = filters.pop("min_success", None), filters.pop("used_within", None)
    return parse(
        " ".join(query),
        table=table,
        min_success=None if least is None else share(least),
        used_within=None if within is None else days(within),
        **filters,
    )


def days(text: str) -> int:
    """``30``, ``30d``, ``4w``, ``6m`` and ``1y`` as days.

    Raises:
        Usage: it is no span of time.
    """
    span = text.lower() if text[-1:].isalpha() else f"{text}d"
    if not is_span(span) or span.endswith("h") or hours_of(span) > 24 * LONGEST:
        raise Usage(f"“{text}” is no span of time.", "Write 30d, 4w, 6m or 1y.")
    return hours_of(span) // 24


def complete_ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Ids at the top of the lists that begin like this; none when the store cannot be opened."""
    name = {"s": "sessions", "e": "episodes", "n": "notes"}.get(incomplete[:1], "patterns")
    found = from_store(lambda memory: [item.id for item in memory.page(name, Plan(), 100).items])
    return [one for one in found if one.startswith(incomplete)]


def complete_query(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Names of fields, and their values; those of the store are left out when it cannot be opened."""
    from tacit.core.query_complete import complete
    from tacit.core.query_fields import LISTS

    name = ctx.info_name or ""
    found = complete(incomplete, len(incomplete), _known, name if name in LISTS else None)
    return [incomplete[: one.start] + one.replacement.rstrip() for one in found]


def complete_projects(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Names of projects that begin like this."""
    return [name for name in _known("project", incomplete) if name.startswith(incomplete)]


def _known(field: str, begun: str) -> list[str]:
    """Values of a field that the store has; none when it cannot be opened."""
    return from_store(lambda memory: memory.known(field, begun))


def from_store(ask: Callable[[Memory], list[str]]) -> list[str]:
    """What the usual store tells a shell that completes a word; nothing when it cannot be opened."""
    from tacit.core.errors import TacitError
    from tacit.memory import Memory

    try:
        with Memory.open(None, readonly=True, create=False, command="completion") as memory:
            return ask(memory)
    except TacitError:
        return []


def complete_kinds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The kinds that begin like this."""
    from tacit.core.model import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]

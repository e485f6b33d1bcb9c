"""``memory patterns``: the list of what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import door
from tacit.app.commands.explaining import explain_option, tell
from tacit.app.commands.options import (
    QueryCommand,
    complete_kinds,
    format_option,
    limit_of,
    limit_option,
    plan_of,
    project_option,
    query_argument,
)
from tacit.app.commands.output import tell_rest, write, write_list
from tacit.core.jsonform import pattern_json
from tacit.core.present import PIN

if TYPE_CHECKING:
    from tacit.core.listing import Page
    from tacit.core.model import Pattern
    from tacit.core.query import Plan
    from tacit.memory import Memory


@click.command(cls=QueryCommand, short_help="List patterns, what matters most first.")
@query_argument
@click.option("--kind", metavar="KIND", shell_complete=complete_kinds, help="Only this kind, as recovery.")
@project_option()
@click.option("--verdict", metavar="WORD", help="Only helps, harms, unproven, recovery, fact or shared.")
@click.option("--min-success", metavar="RATE", help="Only with at least this success rate, as 80%.")
@click.option("--file", metavar="PATH", help="Only about this file: a path, parts of one, or *.rs.")
@click.option("--pinned", is_flag=True, default=None, help=f"Only what is pinned, marked {PIN}.")
@click.option("--archived", is_flag=True, default=None, help="What was archived, instead of the list.")
@click.option("--used-within", metavar="SPAN", help="Only used within 30d, 4w, 6m or 1y.")
@click.option(
    "--sort", metavar="ORDER", help="rank (as it comes), effectiveness, uses, success, recent or title."
)
@limit_option
@explain_option
@format_option
def patterns(query: tuple[str, ...], limit: int | None, explain: bool, form: str, **filters: Any) -> None:
    """List what was learned, what matters most first.

    QUERY is words, "quoted texts", field:value pairs and ~meaning, which must all hold:

    \b
      memory patterns edit refused -cargo
      memory patterns kind:recovery,fact project:jdx/mise 'used:<30d'
      memory patterns 'file:*.rs "exit status"' --min-success 80%
      memory patterns '(lang:go OR lang:rust) success:>0.8 uses:5..20 limit:10'
      memory patterns '~"the build cannot find a module"'

    \b
    Fields: kind project verdict file lang from pinned archived, success low (rates),
    uses judged successes failures projects variants sessions episodes (numbers),
    used first learned (times), sort limit.
    """  # noqa: D301
    plan = plan_of(query, "patterns", **filters)
    with door().read() as memory:
        if explain:
            tell(memory.explain("patterns", plan, limit_of(limit, form, plan)), form)
            return
        page = memory.page("patterns", plan, limit_of(limit, form, plan))
        if form == "table":
            from tacit.app.commands.rows import pattern_rows

            by_effect = plan.sort == "effectiveness"
            write(pattern_rows(page.items, memory.clock(), effective=by_effect))
        else:
            write_list(form, "patterns", page, pattern_json)
        tell_rest(page, "patterns", plan)
        _tell_state(memory, plan, page)


def _tell_state(memory: Memory, plan: Plan, page: Page[Pattern]) -> None:
    """Why a list is empty, or that it is not the newest."""
    from tacit.app.commands.output import say

    away = 0 if page.total else memory.page("patterns", memory.plan(archived=True), 0).total
    if not page.total and not plan.is_everything:
        say("Nothing fits. `memory patterns` without a query lists all.")
    elif away:
        say("All patterns are archived: `memory patterns --archived` lists them.")
    elif not page.total:
        say("No pattern yet. `memory stats` shows how far learning came, `memory import` feeds it.")
    if number := memory.waiting():
        from tacit.core.present import plural

        what = plural(number, "episode waits", "episodes wait")
        say(f"{what} to be learned from: `memory learn` does that.", "yellow")
    elif memory.review_due():
        say("Evidence has changed since the last review: this list is not the newest.", "yellow")

"""``--explain``: how a list was answered, instead of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tacit.core.query_explain import Explained

F = TypeVar("F", bound=Callable[..., Any])


def explain_option(function: F) -> F:
    """``--explain``."""
    return click.option(
        "--explain", is_flag=True, help="Tell how the query is understood and answered, and what it reads."
    )(function)  # fmt: skip


def tell(said: Explained, form: str) -> None:
    """The explanation, as a page or as JSON."""
    from msgspec import to_builtins

    from tacit.app.commands.output import write

    if form == "table":
        write(lines(said))
    else:
        write_explained(form, to_builtins(said))


def write_explained(form: str, said: dict[str, Any]) -> None:
    """An explanation in one of the forms for programs."""
    from tacit.app.commands.output import write_data
    from tacit.core.jsonform import SCHEMA

    write_data(form, {"schema": SCHEMA, "explained": said}, [said])


def lines(said: Explained) -> list[str]:
    """The explanation as facts, one a line."""
    from tacit.app.commands.page import facts
    from tacit.core.present import count, plural

    index = f"{said.index} of {said.list}" + (f", {said.prefix}" if said.prefix else "")
    total = f"{count(said.total)}, {'from a counter' if said.counted else 'counted one by one'}"
    return facts(
        (
            ("query", said.query or "everything"),
            ("index", index),
            ("order", said.order),
            ("found by", ", ".join(said.named)),
            ("checked", " · ".join(said.checked) or "nothing: the index answers it"),
            ("total", total),
            ("shown", count(said.shown)),
            ("read", plural(said.rows_read, "row")),
            ("note", said.note),
        )
    )

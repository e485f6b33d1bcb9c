"""``memory config``: the settings, and where everything lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, common_options, door
from tacit.app.commands.options import format_option
from tacit.core.places import Places, short

if TYPE_CHECKING:
    from tacit.core.config import Found


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Show the settings and where everything lies.",
)
@click.pass_context
def config(ctx: click.Context) -> None:
    """Show the settings and where everything lies.

    Settings stand in config.toml; TACIT_<SECTION>_<NAME> in the environment beats them.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


config.params.extend(common_options(hidden=True))


@config.command(cls=Command, short_help="Show every setting, its value and where it comes from.")
@format_option
def show(form: str) -> None:
    """Show every setting, its value and where it comes from, and where everything lies."""
    from tacit.app.commands.output import say, write, write_json, write_jsonl
    from tacit.core.config import load
    from tacit.core.embedding.choice import warning

    places = Places(store=door().store)
    settings = load(places)
    found = settings.found
    lie = {name: getattr(places, name) for name in ("store", "config", "inspector", "cache", "log")}
    lie["export"] = Places().mirror_of(lie["store"])
    lie["backups"] = Places().backups_of(lie["store"])
    if said := warning(settings):
        say(said, "yellow")
    if form == "table":
        write(_lines(found, lie))
        return
    rows = [{"key": one.setting.key, "value": one.value, "origin": one.origin} for one in found]
    value = {"schema": 1, "settings": rows, "places": lie}
    write_json(value) if form == "json" else write_jsonl([value])


@config.command(cls=Command, short_help="Print the path of the configuration file.")
def path() -> None:
    """Print the path of the configuration file, whether it exists or not."""
    from tacit.app.commands.output import write

    write([Places().config])


def _lines(found: tuple[Found, ...], places: dict[str, str]) -> list[str]:
    from tacit.app.commands.output import paint
    from tacit.app.commands.table import Cell, Column, table

    columns = (Column("setting"), Column("value"), Column("from"), Column("meaning"))
    rows = [
        (
            one.setting.key,
            Cell("–", "dim") if one.value is None else _text(one),
            Cell(short(one.origin), "dim"),
            Cell(one.setting.help, "dim"),
        )
        for one in found
    ]
    where = [(name, short(place)) for name, place in places.items()]
    return [
        *table(columns, rows),
        "",
        paint("Places", "bold"),
        *table((Column(""), Column("")), where, indent="  "),
    ]


def _text(one: Found) -> str:
    """A value as a person would write it."""
    value: Any = one.value
    if isinstance(value, dict):
        return ", ".join(f"{name} = {meaning}" for name, meaning in value.items())
    if isinstance(value, int):
        from tacit.core.present import count, duration, size

        shape = one.setting.shape
        return duration(value / 1000) if shape == "span" else (size if shape == "size" else count)(value)
    return value if isinstance(value, str) else ", ".join(value)

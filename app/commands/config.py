"""``memory config``: the settings, and where everything lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, common_options, door
from tacit.app.commands.options import format_option
from tacit.core.places import Places, short

if TYPE_CHECKING:
    from tacit.core.config import Found, Setting
    from tacit.core.config_writing import Changed


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Show and change the settings, and where everything lies.",
)
@click.pass_context
def config(ctx: click.Context) -> None:
    """Show and change the settings, and where everything lies.

    Settings stand in config.toml; TACIT_<SECTION>_<NAME> in the environment beats them.

    \b
      memory config
      memory config set store.quota 2GB
      memory config unset store.quota
    """  # noqa: D301
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


config.params.extend(common_options(hidden=True))


@config.command(cls=Command, short_help="Show every setting, its value and where it comes from.")
@format_option
def show(form: str) -> None:
    """Show every setting, its value and where it comes from, and where everything lies."""
    from tacit.app.commands.output import say, write, write_data
    from tacit.core.config import load
    from tacit.core.embedding.choice import warning

    places = Places(store=door().store)
    settings = load(places)
    found = settings.found
    lie = {name: getattr(places, name) for name in ("store", "config", "inspector", "cache", "log", "token")}
    lie["export"] = Places().mirror_of(lie["store"])
    lie["backups"] = Places().backups_of(lie["store"])
    if said := warning(settings):
        say(said, "yellow")
    if form == "table":
        write(_lines(found, lie))
        return
    rows = [{"key": one.setting.key, "value": one.value, "origin": one.origin} for one in found]
    value = {"schema": 1, "settings": rows, "places": lie}
    write_data(form, value)


@config.command(cls=Command, short_help="Print the path of the configuration file.")
def path() -> None:
    """Print the path of the configuration file, whether it exists or not."""
    from tacit.app.commands.output import write

    write([Places().config])


def _complete_key(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Names of settings; of a table what is to come behind it."""
    from tacit.core.config import SETTINGS

    names = (f"{one.key}." if one.shape == "table" else one.key for one in SETTINGS)
    return [name for name in names if name.startswith(incomplete)]


def _complete_value(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What may be chosen for the key before it."""
    from tacit.core.config import SETTINGS

    choices = {one.key: one.choices for one in SETTINGS}.get(ctx.params.get("key") or "", ())
    return [choice for choice in choices if choice.startswith(incomplete)]


@config.command("set", cls=Command, short_help="Write a setting into the configuration file.")
@click.argument("key", shell_complete=_complete_key)
@click.argument("value", shell_complete=_complete_value)
def set_(key: str, value: str) -> None:
    """Write a setting into the configuration file, checked before; all else in it stays as it is.

    A list is separated by commas, or a TOML array; an entry of a table is named behind the table. A value
    that begins with - stands behind --.

    \b
      memory config set store.quota 2GB
      memory config set optimize.auto merge,archive
      memory config set projects.aliases.old new
      memory config set ui.keys.delete x
    """  # noqa: D301
    from tacit.core.config_writing import set_value

    _tell(set_value(Places().config, key, value, _approve))


@config.command(cls=Command, short_help="Take a setting out of the configuration file.")
@click.argument("key", shell_complete=_complete_key)
def unset(key: str) -> None:
    """Take a setting out of the configuration file, so that its default holds; also an unknown one.

    \b
      memory config unset store.quota
      memory config unset projects.aliases.old
    """  # noqa: D301
    from tacit.core.config_writing import unset_value

    _tell(unset_value(Places().config, key))


def _approve(setting: Setting, value: Any) -> None:
    """See that keys of the inspector are keys."""
    if setting.key == "ui.keys":
        from tacit.app.inspector.keys.keymap import KeyMap

        KeyMap(value, setting.key)


def _tell(changed: Changed) -> None:
    """Say what was changed, and what of it does not hold here."""
    import os

    from tacit.app.commands.logfile import note
    from tacit.app.commands.output import say
    from tacit.core.config import load
    from tacit.core.errors import Usage

    if changed.before is changed.after is None:
        say(f"{changed.key} is not set; there is nothing to take away.")
        return
    if changed.before == changed.after:
        say(f"{changed.key} is {_said(changed.after)} already.")
    else:
        say(f"{changed.key}: {_said(changed.before)} → {_said(changed.after)}")
        note("config", "done", setting=changed.setting.key if changed.setting else "unknown")
    variable = changed.setting.variable if changed.setting else ""
    if variable in os.environ:
        say(f"{variable} in the environment overrides it.", "yellow")
    try:
        load(Places())
    except Usage as error:
        say(f"The settings still cannot be used: {error}", "yellow")


def _said(value: Any) -> str:
    """A value of the file as a person would write it."""
    if value is None:
        return "not set"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {meaning}" for name, meaning in value.items()) or "empty"
    return ", ".join(map(str, value)) or "empty" if isinstance(value, list) else str(value)


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

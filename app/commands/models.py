"""``memory models``: the models that turn text into vectors on this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from tacit.app.commands.door import Command, common_options, door
from tacit.app.commands.options import format_option

if TYPE_CHECKING:
    from tacit.core.embedding.registry import BuiltModel


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Build and choose the models that find by meaning.",
)
@click.pass_context
def models(ctx: click.Context) -> None:
    """Build and choose the models that let searches find by meaning, here and without network.

    A model is compiled once from its original, which needs the extra `models`; what is compiled needs
    neither torch nor sentence-transformers, and can be copied to other machines. Without a command the
    models are listed.

    \b
    Examples:
      memory models build
      memory models add ~/models/bge-small-en-v1.5 --as bge
      memory models build bge
      memory models use bge
    """  # noqa: D301
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


models.params.extend(common_options(hidden=True))


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Names of models that begin like this."""
    from tacit.core.embedding.shelf import known
    from tacit.core.errors import TacitError

    try:
        return [one.name for one in known() if one.name.startswith(incomplete)]
    except TacitError:
        return []


@models.command("list", cls=Command, short_help="List the models, what state they are in and how good.")
@format_option
def list_(form: str) -> None:
    """List the models: built or not, which is in use, how near each is to its original, what is embedded.

    WORST is the lowest cosine between a text's vectors by the compiled model and by its original, SAME the
    share of the ten nearest texts that both agree on; both over a fixed set of texts.
    """
    from tacit.app.commands.models_page import listed

    listed(form)


@models.command(cls=Command, short_help="Add a model that can be built, or one that was built elsewhere.")
@click.argument("source", metavar="FOLDER|NAME")
@click.option("--as", "name", metavar="NAME", help="What it is called here; the folder's name if not said.")
def add(source: str, name: str | None) -> None:
    """Add a model: a folder of sentence-transformers, or a name that the Hugging Face cache here holds.

    A folder that was compiled by `memory models build` on another machine is taken over as it is. Nothing
    is ever downloaded.
    """
    from tacit.app.commands.output import say, write
    from tacit.core.embedding.shelf import add as add_model

    _named("add")
    one = add_model(source, name)
    write([f"Added {one.name}."])
    verb = "use" if one.state == "built" else "build"
    say(f"Next: `memory models {verb} {one.name}`.", "dim")


@models.command(cls=Command, short_help="Compile a model and embed what is stored.")
@click.argument("name", required=False, shell_complete=_complete)
@click.option("--again", is_flag=True, help="Compile it anew although it is built.")
@click.option("--no-embed", is_flag=True, help="Leave the stored texts to later searches and imports.")
@click.option("--if-none", is_flag=True, help="Do nothing, and say nothing, when a model is in use.")
def build(name: str | None, again: bool, no_embed: bool, if_none: bool) -> None:
    """Compile a model, the packaged one if none is named; see that it is near its original; embed.

    It takes a minute or less for the packaged model and goes on where it was when it was interrupted. The
    first model is taken into use, and all that is stored is embedded with it. While another one is in use
    nothing changes until `memory models use`.
    """
    from tacit.app.commands.output import say
    from tacit.core.embedding.packaged import PACKAGED
    from tacit.core.embedding.registry import in_use, use
    from tacit.core.embedding.shelf import whole

    _named("build")
    now = whole()
    if if_none and now is not None:
        return
    name = name or PACKAGED
    model = None if again else whole(name)
    if model is None:
        model = _build(name)
    else:
        say(f"{model.name} is built already; --again builds it anew.", "dim")
    if now is not None and now.name != model.name:
        say(f"{now.name} is still in use; `memory models use {model.name}` switches.", "dim")
        return
    if in_use() != model.name:
        use(model.name)
        say(f"{model.name} is in use now.")
    _embed(model, no_embed=no_embed)


@models.command("use", cls=Command, short_help="Take a built model into use and embed with it.")
@click.argument("name", shell_complete=_complete)
@click.option("--no-embed", is_flag=True, help="Leave the stored texts to later searches and imports.")
def use_(name: str, no_embed: bool) -> None:
    """Take a built model into use and embed anew what is stored. The old one answers until that is done."""
    from tacit.app.commands.output import say
    from tacit.core.embedding.registry import use

    _named("use")
    model = use(name)
    say(f"{model.name} is in use now.")
    _embed(model, no_embed=no_embed)


@models.command(cls=Command, short_help="Remove a model from this machine.")
@click.argument("name", shell_complete=_complete)
@click.option("--yes", is_flag=True, help="Also the one in use; searches then go by words alone.")
def remove(name: str, yes: bool) -> None:
    """Remove a compiled model. The folder it was built from stays."""
    from tacit.app.commands.output import say, write
    from tacit.core.embedding.registry import in_use
    from tacit.core.embedding.shelf import remove as remove_model
    from tacit.core.errors import Usage

    _named("remove")
    if in_use() == name and not yes:
        raise Usage(f"{name} is in use.", f"`memory models remove {name} --yes` removes it all the same.")
    used = remove_model(name)
    write([f"Removed {name}."])
    if used:
        say("No model is in use: searches go by words alone.", "yellow")


def _named(verb: str) -> None:
    """Give the command its whole name, and see that it may change something."""
    found = door()
    found.command = f"models {verb}"
    found.check()
    found.changes()


def _build(name: str) -> BuiltModel:
    from tacit.app.commands.logfile import note
    from tacit.app.commands.output import say
    from tacit.core.embedding.compile_job import STAGES
    from tacit.core.embedding.compiling import build as compile_model
    from tacit.core.embedding.shelf import source_of
    from tacit.core.present import duration, percent, size

    began = time.monotonic()

    def told(stage: str) -> None:
        say(f"Building {name}: {stage} ({STAGES.index(stage) + 1} of {len(STAGES)}).", "dim")

    model = compile_model(name, source_of(name), told=told)
    card = model.card
    note("models", "built", model=name, weights=card.weights)
    say(
        f"Built {name} in {duration(time.monotonic() - began)}: {card.weights}, {size(card.bytes)}, "
        f"worst cosine {card.checks.worst:.3f}, {percent(card.checks.neighbours)} of the nearest the same."
    )
    if card.refused is not None:
        say(f"Its int8 form came too far from the original (worst {card.refused.worst:.3f}).", "yellow")
    return model


def _embed(model: BuiltModel, *, no_embed: bool) -> None:
    """Embed what is stored, where there is a store and this model is the one the settings want."""
    from tacit.app.commands.embedding import Looked
    from tacit.app.commands.output import say
    from tacit.core.config import load
    from tacit.core.errors import StoreMissing

    settings = load()
    if settings.provider not in (None, "local") or settings.model not in (None, model.name):
        other = settings.provider if settings.provider not in (None, "local") else settings.model
        say(f"The settings name {other}, which is asked instead: see `memory config`.", "yellow")
        return
    if no_embed:
        return
    try:
        memory = door().write()
    except StoreMissing:
        return
    with memory:
        filled = memory.embed(Looked().at)
    if filled.waiting:
        say(f"{filled.waiting:,} patterns and episodes still wait: `memory import` goes on.")
    elif filled.done:
        say(f"Embedded {filled.done:,} texts.")

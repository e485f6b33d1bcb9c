"""What the options of every command say, and the memory they lead to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tacit.memory import Memory


class Door:
    """The common options of one run; they may stand before the command or behind it."""

    def __init__(self) -> None:
        self.store: str | None = None
        self.readonly = False
        self.verbose = False
        self.demo = False
        self.reset = False
        self.command = ""

    def read(self) -> Memory:
        """The memory, opened for looking only. A store of an older version is brought up to date for it.

        Raises:
            StoreError: there is no usable store.
        """
        return self._open(readonly=True, create=False)

    def ask(self) -> Memory:
        """The memory, opened for a question by meaning, which may embed the few texts that wait for it.

        With ``--readonly``, or where the store may not be written to, they go on waiting.

        Raises:
            StoreError: there is no usable store.
        """
        if self.readonly:
            return self.read()
        memory = self._open(readonly=False, create=False)
        memory.background = False
        return memory

    def write(self, *, create: bool = False) -> Memory:
        """The memory, opened for changes.

        Raises:
            StoreError: there is no usable store, or ``--readonly`` was given.
        """
        self.changes()
        memory = self._open(readonly=False, create=create)
        _go_on(memory)
        if not self.demo:
            click.get_current_context().call_on_close(lambda: _mind_quota(memory))
        return memory

    @contextmanager
    def deed(self) -> Iterator[Memory]:
        """The memory for a small change, told inside; where weighing all anew takes long it comes after."""
        with self.write() as memory:
            memory.review_later = True
            yield memory
            if memory.review_due():
                from tacit.app.commands.output import say

                say(
                    "It is done. The numbers of other patterns are weighed anew; Ctrl-C leaves that due.",
                    "dim",
                )
                memory.review()

    def changes(self) -> None:
        """See that the store may be changed.

        Raises:
            StoreReadOnly: ``--readonly`` was given.
        """
        if self.readonly:
            from tacit.core.errors import StoreReadOnly

            raise StoreReadOnly(
                f"`memory {self.command}` changes the store, and --readonly forbids it.", "Leave it out."
            )

    def place(self) -> str:
        """The folder of the store, which may not be there.

        Raises:
            Usage: the common options do not go together, or the configuration is wrong.
        """
        from tacit.core.places import Places

        self.check()
        places = Places(store=self.store)
        if self.demo:
            from tacit import __version__

            return places.demo(__version__)
        return places.store

    def check(self) -> None:
        """Whether the common options go together.

        Raises:
            Usage: they do not.
        """
        from tacit.core.errors import Usage

        if self.demo and self.store is not None:
            raise Usage("--demo has a store of its own, and --store names another.", "Leave one out.")
        if self.reset and not self.demo:
            raise Usage("--reset makes the demo store anew; it does nothing alone.", "Add --demo.")

    def _open(self, *, readonly: bool, create: bool) -> Memory:
        from tacit.memory import Memory

        self.check()
        if self.demo:
            from tacit.app.commands.output import say

            say("This is the demo store: generated sessions, none of yours.", "dim")
            return Memory.open_demo(reset=self.reset, command=self.command)
        from tacit.app.commands.upgrading import Upgrading, tell_upgrade
        from tacit.app.own_id import under_own_id

        memory = under_own_id(
            lambda: Memory.open(
                self.store,
                readonly=readonly,
                create=create,
                command=self.command,
                upgrade=not self.readonly,
                upgrading=Upgrading().step,
            )
        )
        tell_upgrade(memory)
        if memory.unlocked:
            from tacit.app.commands.output import say

            say("The store may not be written to and was opened without its lock.", "dim")
        click.get_current_context().call_on_close(lambda: _mind_damage(memory))
        return memory


def _mind_damage(memory: Memory) -> None:
    """Say so when an answer had to do without something that is damaged."""
    number = len(memory.left_out)
    if number:
        from tacit.app.commands.output import say

        what = f"{number:,} damaged records were" if number > 1 else "1 damaged record was"
        say(f"{what} left out; run `memory doctor`.", "yellow")


def _mind_quota(memory: Memory) -> None:
    """Say so when the store takes more than it should, after what was written to it."""
    from tacit.app.commands.output import say
    from tacit.core.errors import TacitError
    from tacit.core.room import over_quota

    try:
        over = over_quota(str(memory.path), memory.config.store_quota)
    except TacitError:  # settings that cannot be read are for `memory config` to tell
        return
    if over is not None:
        say(f"{over.what[0].upper()}{over.what[1:]}. {over.hint}", "yellow")


def _go_on(memory: Memory) -> None:
    """Do what is left to do after something was forgotten; of a damaged store the command itself tells."""
    from tacit.core.errors import StoreDamaged

    try:
        if memory.chores():
            memory.finish_chores(compact=False)
    except StoreDamaged:
        return


def door() -> Door:
    """The door of the command that is running."""
    found: Door = click.get_current_context().ensure_object(Door)
    return found


def _note(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep a common option, wherever it stood; a missing one takes nothing back."""
    if parameter.name == "store" and value:
        from tacit.core.places import absolute

        value = absolute(value)
    if value and parameter.name:
        setattr(context.ensure_object(Door), parameter.name, value)


def common_options(*, hidden: bool) -> list[click.Parameter]:
    """The options that every command understands."""
    flags = (
        ("--readonly", "Change nothing in the store."),
        ("--demo", "Use a seeded demo store instead of your own."),
        ("--reset", "With --demo: make the demo store anew."),
        ("--verbose", "Show a traceback when something unforeseen goes wrong."),
    )
    keep: dict[str, Any] = {"callback": _note, "expose_value": False, "hidden": hidden}
    place = click.Option(["--store"], metavar="DIR", help="The store's directory.", **keep)
    return [place, *(click.Option([name], is_flag=True, help=text, **keep) for name, text in flags)]


class Command(click.Command):
    """A command that also takes the common options behind its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(common_options(hidden=True))
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])

    def invoke(self, ctx: click.Context) -> Any:
        """Run it under its own name, which is what the change log and the log call it."""
        ctx.ensure_object(Door).command = ctx.info_name or ""
        return super().invoke(ctx)

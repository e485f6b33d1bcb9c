"""What the options of every command say, and the memory they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
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
        """The memory, opened for looking only.

        Raises:
            StoreError: there is no usable store.
        """
        return self._open(readonly=True, create=False)

    def write(self, *, create: bool = False) -> Memory:
        """The memory, opened for changes.

        Raises:
            StoreError: there is no usable store, or ``--readonly`` was given.
        """
        if self.readonly:
            from tacit.core.errors import StoreReadOnly

            raise StoreReadOnly(
                f"`memory {self.command}` changes the store, and --readonly forbids it.", "Leave it out."
            )
        return self._open(readonly=False, create=create)

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
        return Memory.open(self.store, readonly=readonly, create=create, command=self.command)


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

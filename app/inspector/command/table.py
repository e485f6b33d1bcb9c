"""The commands of the command line, each once: what it is called, what it is told, what it does."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.command import deeds as deeds
from tacit.app.inspector.command import export as export
from tacit.app.inspector.command import looks as looks
from tacit.app.inspector.command import words as words
from tacit.app.inspector.keys.bindings import WRITING
from tacit.core.errors import TacitError

if TYPE_CHECKING:
    from tacit.app.inspector.command.deeds import Do
    from tacit.app.inspector.command.words import Completes
    from tacit.app.inspector.frame.room import Room


class Command(NamedTuple):
    """One command.

    Attributes:
        name: what is typed.
        takes: what may follow, as the help writes it; in ``<>`` what has to.
        tells: what it does, in a few words.
        run: does it, or says in a ``Usage`` why not.
        completes: how what follows may go on.
        aliases: other names of it.
        action: the action of the key that does the same, if there is one.
    """

    name: str
    takes: str
    tells: str
    run: Do
    completes: Completes | None = None
    aliases: tuple[str, ...] = ()
    action: str = ""

    @property
    def usage(self) -> str:
        """``patterns [QUERY…]``."""
        return f"{self.name} {self.takes}".strip()

    def holds(self, room: Room) -> bool:
        """Whether it can be done now."""
        if self.name in _WRITES and room.inspector.readonly:
            return False
        return self.name not in _OF_LISTS or looks.has(room, self.name)

    async def begin(self, room: Room) -> None:
        """Do it, or open the command line where it has to be told more."""
        if "<" in self.takes:
            from tacit.app.inspector.command.opening import open_command_line

            await open_command_line(room, f"{self.name} ")
            return
        try:
            done = self.run(room, "")
            if isinstance(done, Awaitable):
                await done
        except TacitError as error:
            room.inspector.trouble(error)


_WRITES = WRITING | {"rebuild", "import"}
_OF_LISTS = frozenset(["sort", "group"])
_QUERY = "[QUERY…]"

COMMANDS = (
    Command("patterns", _QUERY, "what was learned", deeds.narrow(1, "patterns"), words.query("patterns"),
            action="room"),
    Command("sessions", _QUERY, "what was done", deeds.narrow(2, "sessions"), words.query("sessions"),
            action="room"),
    Command("stats", "", "the figures", deeds.enter(3), action="room"),
    Command("optimize", "", "what could be tidied", deeds.enter(4), action="room"),
    Command("episodes", _QUERY, "list single tasks", deeds.open_tasks, words.query("episodes"), ("tasks",)),
    Command("notes", _QUERY, "list notes of other memories", deeds.open_notes, words.query("notes")),
    Command("search", "<QUERY…>", "search everything", deeds.ask("search"), words.query(None), action="find"),
    Command("recall", "<ERROR…>", "what got past an error", deeds.ask("recall"), action="ask"),
    Command("facts", _QUERY, "how things are run here", deeds.ask("facts"), action="ask"),
    Command("predict", "<TASK…>", "how a task will probably end", deeds.ask("predict"), action="ask"),
    Command("files", "[PATH]", "files that go together", deeds.ask("files"), action="ask"),
    Command("trends", "[PROJECT]", "what gets better or worse", deeds.ask("trends"), action="ask"),
    Command("clusters", "[PROJECT]", "groups by meaning", deeds.ask("groups"), action="ask"),
    Command("show", "<ID>", "open one pattern, session, task or note", deeds.show, words.ids),
    Command("export", export.TOLD, "write as files", export.export,
            words.either(words.names(lambda _: export.NAMES), words.paths), action="export"),
    Command("import", "[PATH…]", "learn from transcripts", deeds.import_, words.paths,
            action="import_sessions"),
    Command("rebuild", "", "learn from everything anew", deeds.rebuild),
    Command("delete", "[ID…]", "delete this, the marked, or by id", deeds.delete, words.ids, action="delete"),
    Command("undo", "", "take back the newest step", deeds.press("undo"), action="undo"),
    Command("trash", "", "where deleted things are", deeds.trash),
    Command("forget", "[ID…]", "remove this session, or by id, for good", deeds.about("forget"), words.ids,
            action="forget"),
    Command("pin", "[ID…]", "keep upkeep away from this, or by id", deeds.about("pin"), words.ids,
            action="pin"),
    Command("unpin", "[ID…]", "take the pin away", deeds.about("unpin"), words.ids, action="unpin"),
    Command("mark", "[ID]", "say how this task, or one by id, ended", deeds.about("mark"), words.ids,
            action="mark"),
    Command("sort", "<KEY>", "order of this list", looks.sort, words.names(looks.orders), ("order",)),
    Command("group", "<KEY>", "group this list", looks.group, words.names(looks.groups)),
    Command("layout", "<NAME>", "where the detail stands", looks.layout, words.names(looks.layouts)),
    Command("theme", "<NAME>", "other colours", looks.theme, words.names(looks.theme_names),
            action="theme"),
    Command("config", "", "edit the settings", deeds.config),
    Command("logs", "", "read the log", deeds.logs, aliases=("log",)),
    Command("jobs", "", "what runs and what ran", deeds.press("jobs"), action="jobs"),
    Command("help", "[WORD…]", "keys and commands", deeds.help_, action="help"),
    Command("quit", "", "leave", deeds.press("leave"), aliases=("q", "exit"), action="leave"),
)  # fmt: skip

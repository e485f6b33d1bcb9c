"""One session of an aider chat: what was typed, and what aider's lines say was done.

Steps are files put into the chat (read), edits (applied, refused by the person or failed) and commands: those
the person ran in the chat, those the agent wanted to run. What a command printed is in the terminal alone;
how it ended is told of a test, by ``Added 3 lines of output to the chat.``, which stands where it failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tacit.core.limits import Excerpt
from tacit.core.readers.aider.deeds import Command, Deeds
from tacit.core.readers.aider.marks import History, Mark, Part, Span
from tacit.core.readers.conversation import Conversation

_LONGEST = 8_192
_COMMAND = re.compile(r"(?:/(run|test|git|commit)\b|(!))[ \t]*(.*)", re.DOTALL)
_CHATTED = re.compile(r"/(?:ask|code|architect|context)\s+(\S.*)", re.DOTALL)
_CONFIRMED = re.compile(r"(?>[^\n]*?\? \(Y\)es/\(N\)o)[^\n]*\]: ")
_HELP = re.compile(r"# Question: .*^# Relevant docs:", re.DOTALL | re.MULTILINE)
_LINT = "# Fix any errors below, if possible."
_ECHOED = re.compile(r"[\s#>]+")
_QUESTION = re.compile(
    r"(?:(?P<add>Add (?:file|these files) to the chat)|(?P<create>Create new file)"
    r"|(?P<run>Run shell commands?)|Attempt to fix (?P<fix>lint|test) errors)\?.* (?P<answer>\w+)"
)
_ADDED = re.compile(
    r"Added (?!\d+ files |clipboard )(.+?) to (?:the chat|read-only files)(?: \(read-only\))?\.?"
)
_PRINTED = re.compile(r"Added \d+ lines? of output to the chat\.")
_DROPPED = re.compile(r"Removed (?:read-only file )?(.+) from the chat|Dropping all .*|All files dropped .*")
_COMMITTED = re.compile(r"Commit ([0-9a-f]{6,40}) (.*)")
_UNDONE = re.compile(r"Removed: ([0-9a-f]{6,40})\b.*")
_TOKENS = re.compile(r"(?<![\d.,])([\d.,]+)(k?) (sent|cache hit|received)")
_MODEL = re.compile(r"(?:Main model|Models?): (\S+) with .*")
_SKIPPED = "Skipping edits to "
_APPLIED = "Applied edit to "
_NOT_FIT = ("The LLM did not conform to the edit format.", "Exception while updating files:")


class Chat:
    """Tells one session to a conversation; ``first`` is where the first that was typed ends."""

    def __init__(self, history: History, part: Part, conversation: Conversation) -> None:
        self.conversation = conversation
        self.first = part.body
        self.model: str | None = None
        self.version: str | None = None
        self._history = history
        self._part = part
        self._deeds = Deeds(history, conversation)
        self._reply: Span = (part.body, part.body)
        self._subject: Span = (part.body, part.body)
        self._command: Command | None = None
        self._failing: int | None = None
        self._created: set[str] = set()
        self._turn = self._agreed = False
        self._echo = ""

    def tell(self) -> None:
        """Everything in it."""
        at = self._part.body
        for mark in self._history.marks(self._part):
            self._between(at, mark.start)
            if mark.typed:
                self._settle(mark.start)
                self._typed(mark)
            else:
                self._said(mark)
            at = mark.end
        self._between(at, self._part.end)
        self._settle(self._part.end)
        self._deeds.end()

    def _typed(self, mark: Mark) -> None:
        if self.first == self._part.body:
            self.first = mark.end
        said = self._history.text(mark.start, mark.end)
        if self._is_aiders(said):
            return
        self._reply = (mark.end, mark.end)
        self._agreed = False
        self._created.clear()
        if command := _COMMAND.fullmatch(said.head):
            self._command = Command(command[1] or "run", command[3].strip(), mark.end)
            return
        chatted = _CHATTED.fullmatch(said.head)
        if chatted:
            self._echo = chatted[1].strip()
            said = Excerpt(self._echo, said.tail, said.skipped)
        self._turn = chatted is not None or not said.head.startswith("/")
        self.conversation.prompt(said)
        self._deeds.asked(opened=self._turn)

    def _is_aiders(self, said: Excerpt) -> bool:
        """Whether aider wrote it in the place of the person's words.

        It writes there an answer given to several questions at once, lint errors, its manual, a question
        again that it asks in another mode, and an architect's words to its editor.
        """
        head = said.head
        if head in {"", "<blank>"} or head.startswith(_LINT) or _CONFIRMED.match(head) or _HELP.match(head):
            return True
        if head == self._echo:
            self._echo = ""
            return True
        words = _ECHOED.sub("", head)[:400]
        return bool(words) and words == _ECHOED.sub("", self._history.text(*self._reply).head)[:400]

    def _between(self, start: int, end: int) -> None:
        """What stands between two of aider's lines: an answer, or the rest of what a tool printed."""
        if self._history.blank(start, end):
            return
        output = self._history.is_output(start, end)
        if self._command is not None and (output or self._command.kind == "git"):
            self._command.printed = True
            return
        if output:
            begin, start = start, self._history.output_end(start, end)
            self._subject = (begin, start)
        self._settle(start)
        if not self._history.blank(start, end):
            self._reply = (start, end)

    def _settle(self, at: int) -> None:
        """Tell what was still going on and ends here."""
        if self._failing is not None:
            self._deeds.fail(self._reply, (self._failing, at))
            self._failing = None
        if self._command is not None:
            self._deeds.command(self._command, at, last=at == self._part.end)
            self._command = None

    def _said(self, mark: Mark) -> None:
        """One thing that aider said of itself."""
        view = self._history.view[mark.start + 2 : min(mark.end, mark.start + _LONGEST)]
        text = str(view, "utf-8", "replace").strip()
        told = _LINES.get(text.partition(" ")[0])
        if told is None or not told(self, text, (mark.start, mark.end)):
            self._subject = (mark.start, mark.end)
            if self._command is not None:
                self._command.printed = True

    def _asked(self, text: str, place: Span) -> bool:
        """The person was asked whether; what about stands before it."""
        found = _QUESTION.fullmatch(text)
        if found is None:
            return _CONFIRMED.match(text) is not None
        self._settle(max(self._subject[0], self._reply[1], self._command.start if self._command else 0))
        subject, yes = self._history.text(*self._subject).head, found["answer"][:1].lower() in {"y", "a"}
        if found["fix"]:
            self._deeds.check(found["fix"], self._reply[1], place[0])
        elif found["run"]:
            self._agreed = yes
            if not yes:
                self._deeds.refuse(subject, place)
        elif found["add"] and yes:
            self._deeds.read(subject, place, wait=False)
        elif yes:
            self._created.add(subject)
        return True

    def _added(self, text: str, place: Span) -> bool:
        if _PRINTED.fullmatch(text):
            if self._command is not None:
                self._command.failed = self._command.kind == "test"
            return True
        found = _ADDED.fullmatch(text)
        if found is None:
            return False
        self._settle(place[0])
        self._deeds.read(found[1], place, wait=True)
        return True

    def _removed(self, text: str, place: Span) -> bool:  # noqa: ARG002
        undone, dropped = _UNDONE.fullmatch(text), _DROPPED.fullmatch(text)
        if undone is not None:
            self._deeds.undo(undone[1])
        elif dropped is not None:
            self._deeds.drop(dropped[1])
        return undone is not None or dropped is not None

    def _applied(self, text: str, place: Span) -> bool:
        if not text.startswith(_APPLIED):
            return False
        self._settle(place[0])
        path = text.removeprefix(_APPLIED)
        self._deeds.apply(path, self._reply, place, created=path in self._created)
        return True

    def _skipped(self, text: str, place: Span) -> bool:
        if not text.startswith(_SKIPPED):
            return False
        self._settle(place[0])
        path, ignored, _ = text.removeprefix(_SKIPPED).partition(" that matches ")
        self._deeds.skip(path, self._reply, place, "error" if ignored else "rejected")
        return True

    def _not_fit(self, text: str, place: Span) -> bool:
        if text not in _NOT_FIT:
            return False
        self._settle(place[0])
        self._failing = place[0]
        return True

    def _committed(self, text: str, place: Span) -> bool:
        found = _COMMITTED.fullmatch(text)
        if found is None:
            return False
        if self._command is not None and self._command.kind == "commit":
            self._command.text, self._command.done = found[2], True
            self._settle(place[1])
        else:
            self._settle(place[0])
            self._deeds.commit(found[1], place)
        return True

    def _running(self, text: str, place: Span) -> bool:
        if not self._agreed:
            return False
        self._settle(place[0])
        self._deeds.run(text.removeprefix("Running "))
        return True

    def _spent(self, text: str, place: Span) -> bool:
        self._settle(place[0])
        self._turn = False
        told = {what: _count(number, k) for number, k, what in _TOKENS.findall(text)}
        self.conversation.spent(told.get("sent", 0) - told.get("cache hit", 0) + told.get("received", 0))
        self.conversation.said()
        return True

    def _stopped(self, text: str, place: Span) -> bool:  # noqa: ARG002
        """Ctrl-C stopped an answer; at the prompt it stops nothing."""
        if self._turn:
            self.conversation.interruption()
        self._turn = False
        return True

    def _announced(self, text: str, place: Span) -> bool:  # noqa: ARG002
        if text.startswith("Aider v"):
            self.version = self.version or text.removeprefix("Aider v")[:100]
        elif found := _MODEL.fullmatch(text):
            self.model = self.model or found[1][:200]
        return False


_LINES: dict[str, Callable[[Chat, str, Span], bool]] = {
    "Add": Chat._asked,
    "Added": Chat._added,
    "Aider": Chat._announced,
    "All": Chat._removed,
    "Applied": Chat._applied,
    "Attempt": Chat._asked,
    "Commit": Chat._committed,
    "Create": Chat._asked,
    "Dropping": Chat._removed,
    "Exception": Chat._not_fit,
    "Main": Chat._announced,
    "Model:": Chat._announced,
    "Models:": Chat._announced,
    "Removed": Chat._removed,
    "Removed:": Chat._removed,
    "Run": Chat._asked,
    "Running": Chat._running,
    "Skipping": Chat._skipped,
    "The": Chat._not_fit,
    "Tokens:": Chat._spent,
    "^C": Chat._stopped,
}
"""What a line says, by its first word; each tells whether it is its."""


def _count(number: str, k: str) -> int:
    try:
        return int(float(number.replace(",", "")) * (1000 if k else 1))
    except ValueError:
        return 0

"""What can be asked of the memory; who answers is loaded when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tacit.app.inspector.answers.answer import Answer
    from tacit.memory import Memory


class Question(NamedTuple):
    """One question.

    Attributes:
        name: what it is called.
        module: who answers it, of :mod:`tacit.app.inspector.answers`.
        hint: what may be typed.
        guide: what is said before anything is typed; empty where it is answered without.
    """

    name: str
    module: str
    hint: str
    guide: Sequence[str] = ()

    def ask(self, memory: Memory, text: str) -> Answer:
        """The answer; in a worker.

        Raises:
            Usage: what was typed makes no sense.
        """
        answer: Answer = import_module(f"tacit.app.inspector.answers.{self.module}").ask(memory, text)
        return answer


SEARCH = Question(
    "Search by words and meaning",
    "search",
    'words, "exact words", ~meaning, kind:recovery, project:name',
    (
        "Any of the words finds, more and rarer ones count more.",
        'A "quoted text" and field:value pairs must hold, -word excludes, ~text goes by meaning alone.',
    ),
)
QUESTIONS = (
    SEARCH,
    Question(
        "What got past an error",
        "recall",
        "the error as it was printed",
        ("Type or paste what was printed, one line or many.",),
    ),
    Question("How are things run here (facts)", "facts", "a project, or test, build, run, lint, format…"),
    Question(
        "What usually works for a task (predict)",
        "predict",
        "the task, as you would ask for it",
        ("Tell the task as you would ask an agent for it.", "Tasks like it say how it will probably end."),
    ),
    Question("Files that go together", "files", "a path, or a glob as tests/*.py"),
    Question("Trends", "trends", "a project's name"),
    Question("Groups by meaning", "groups", "a project's name"),
)

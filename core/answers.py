"""The questions that a memory answers from all it has learned (see :class:`tacit.core.view.View`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.opened import Opened

if TYPE_CHECKING:
    from tacit.core.listing import Page
    from tacit.core.recall.brief import Brief
    from tacit.core.recall.context import Block
    from tacit.core.recall.facts import Fact
    from tacit.core.recall.predict import Prediction
    from tacit.core.recall.recalling import Recalled


class Answers(Opened):
    """An open memory as far as one can ask it for advice."""

    def recall_error(
        self, error: str, *, tool: str = "", command: str = "", project: str | None = None
    ) -> Recalled:
        """What got past an error, its class and errors that read alike, the nearest first.

        Args:
            error: what was printed, one line or many; secrets in it are taken out first.
            tool: the tool that failed, as any agent calls it, where it is known.
            command: the shell command that failed, where it is known.
            project: what counts as here: the name of a project or whole parts of it.

        Raises:
            Usage: there is no text.
        """
        from tacit.core.recall.recalling import recall_error

        return recall_error(self._store, self.config, error, tool=tool, command=command, project=project)

    def facts(
        self, project: str | None = None, intent: str | None = None, limit: int | None = None
    ) -> Page[Fact]:
        """Which commands projects use for what, and how their runs end, best first.

        Args:
            project: only of this one: its name or whole parts of it.
            intent: only for ``test``, ``build``, ``run``, ``lint``, ``format``, ``install`` or ``check``.
            limit: at most so many.

        Raises:
            Usage: there is no such intent.
        """
        from tacit.core.recall.facts import facts

        with self._store.read() as read:
            return facts(read, project, intent, limit)

    def predict(self, task: str, *, project: str | None = None) -> Prediction:
        """How a task will probably end, going by those like it, and whether that beats the base rate.

        Raises:
            Usage: there is no text.
        """
        from tacit.core.recall.predict import predict

        return predict(self._store, self.config, task, project)

    def context(self, task: str, *, tokens: int = 800, project: str | None = None) -> Block:
        """A block of Markdown for the prompt of an agent that begins a task, within so many tokens.

        Raises:
            Usage: there is no text, or the number is negative.
        """
        from tacit.core.recall.context import context

        return context(self._store, self.config, task, limit=tokens, project=project)

    def brief(self, project: str, *, tokens: int = 1_200) -> Brief:
        """What is worth knowing when work begins in a project, from this memory's own evidence alone.

        Args:
            project: its whole name.
            tokens: so many it may take at most.
        """
        from tacit.core.recall.brief import at_start

        with self._store.read() as read:
            return at_start(read, project, tokens)

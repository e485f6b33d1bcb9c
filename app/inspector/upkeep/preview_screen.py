"""What the memory would be like once what is ticked was applied: before and after, and nothing is done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from textual.widget import Widget

from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.leads.following import follow
from tacit.app.inspector.upkeep.applying import ask_and_apply
from tacit.app.inspector.upkeep.preview import preview_lines
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import Stopped
from tacit.core.optimize_preview import Preview
from tacit.core.present import plural
from tacit.core.proposals import Proposal
from tacit.widgets.dialog import Lines
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import LinesPane, PaneLine

JOB = "preview"


class PreviewScreen(Room):
    """Before and after. It is derived anew whenever something was written meanwhile.

    Args:
        number: the room's.
        proposals: what would be applied.
        ticked: whether a person ticked them, so that they can be applied from here.
    """

    def __init__(self, number: int, proposals: Sequence[Proposal], *, ticked: bool) -> None:
        super().__init__(number, inner=True)
        self._proposals = proposals
        self._ticked = ticked
        self._pane = LinesPane(id="list")
        what = plural(len(proposals), "ticked proposal" if ticked else "proposal")
        self._head = Lines([[Cell(f" What {what} would do", "strong")]], id="episode-head")

    def head(self) -> Iterable[Widget]:
        """What it is about."""
        yield self._head

    def body(self) -> Iterable[Widget]:
        """Before and after."""
        yield self._pane

    def begin(self) -> None:
        """Wake up, then rehearse."""
        self._pane.show(lambda _: [PaneLine([Cell(" Trying it out, on a copy in memory…", "muted")])])
        self.wake()
        self.renew()

    def renew(self) -> None:
        """Rehearse it again."""
        newest(self, "preview", self._rehearse)

    async def _rehearse(self) -> None:
        memory, jobs = self.inspector.memory, self.inspector.jobs

        async def work() -> Preview:
            with jobs.running(JOB, can_stop=True, asked=False) as job:

                def pulse() -> None:
                    if not job.goes_on() or not self.is_attached:
                        raise Stopped("The preview was stopped.", "Nothing was changed.")

                return await asyncio.to_thread(
                    lambda: memory.preview(self._proposals, told=job.step, pulse=pulse)
                )

        made = await self.inspector.guarded(work())
        if made is not None:
            self._pane.show(preview_lines(made, self._proposals), keep=True)
        elif self.is_attached:
            self._pane.show(
                lambda _: [PaneLine([Cell(" There is no preview. v in the plan tries it again.")])]
            )

    def offers(self, action: str) -> bool:
        """Applying what is ticked."""
        if action == "apply":
            return self._ticked
        return super().offers(action)

    def action_back(self) -> None:
        """Back to the plan, and no more rehearsing."""
        for job in self.inspector.jobs.all:
            if job.name == JOB:
                job.stop()
        super().action_back()

    def action_apply(self) -> None:
        """Ask, then do it."""
        ask_and_apply(self.inspector, self._proposals)

    def on_lines_pane_followed(self, event: LinesPane.Followed) -> None:
        """Open the pattern of a line."""
        follow(self, event.target)

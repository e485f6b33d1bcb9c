"""The side of the memory a program tells what it does while it does it: episodes, live.

Reading transcripts of an agent needs none of this; both end in the same episodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tacit.core.errors import TacitError
from tacit.core.merger import Merger

if TYPE_CHECKING:
    from tacit.core.forgetting import ForgetReceipt
    from tacit.core.learned import Learned
    from tacit.core.live.closing import Ending
    from tacit.core.live.episode import LiveEpisode
    from tacit.core.live.recorder import Recorder
    from tacit.core.live.records import Open
    from tacit.core.model import Episode


def _uuid() -> str:
    from uuid import uuid4

    return uuid4().hex


def _id_of(episode: LiveEpisode | str) -> str:
    """The id of an episode; what is none is told as such where it is looked for."""
    return episode if isinstance(episode, str) else str(getattr(episode, "id", episode))


class Recording(Merger):
    """An open memory as far as episodes are recorded live."""

    new_id: Callable[[], str] = staticmethod(_uuid)
    """The source of native ids."""

    def start_episode(
        self,
        task: str,
        context: Any = "",
        task_type: str | None = None,
        *,
        project: str | None = None,
        directory: str | None = None,
        repository: str | None = None,
        agent: str = "api",
        session: str | None = None,
    ) -> LiveEpisode:
        """Begin an episode. It is durable when this returns: any process may log to its id.

        Until it is completed it is in no list, count or export.

        Args:
            task: what is to be done; at most 10,000 bytes.
            context: what else is known of it, a text or anything JSON can say; at most 10,000 bytes.
            task_type: ``code_generation``, ``debugging``, ``refactoring``, ``testing``, ``analysis``,
                ``documentation`` or ``other``; what the task asks for, if not said.
            project: the name of the project; if not said, what repository and directory say.
            directory: the working directory; paths in steps are told relative to it.
            repository: the URL of the repository.
            agent: the name of the program.
            session: the program's own id of its session, which other episodes may share; if not said,
                there is one for each project as long as this memory is open.

        Raises:
            Usage: the task is empty, a word is none of the choices, or something is too large.
            NotFound: the session was deleted.
            StoreReadOnly: the memory was opened readonly.
        """
        from tacit.core.live.episode import LiveEpisode
        from tacit.core.live.starting import asked

        wanted = asked(
            self._recorder.redact,
            task,
            context,
            task_type,
            project=project,
            directory=directory,
            repository=repository,
            agent=agent,
            session=session,
        )
        return LiveEpisode(self, self._recorder.start(wanted, self.new_id))

    def log_step(
        self,
        episode: LiveEpisode | str,
        tool: str,
        parameters: Mapping[str, Any] | None = None,
        observation: Any = "",
        *,
        status: str = "ok",
        seconds: float | None = None,
    ) -> None:
        """Log one tool call with its result. It is checked and held back, and stored soon.

        Not durable when this returns: what was logged is stored once there are ``record.buffer_steps``
        (50) steps or the first is ``record.buffer_time`` (5 s) old, and by :meth:`flush`, :meth:`close`,
        the end of the episode and of the interpreter. A process that is killed loses at most what it held
        back. Steps have the time at which they are logged, which never goes back.

        Args:
            episode: the episode or its id, also one that another process began.
            tool: what the program calls it; common names of tools are understood.
            parameters: what it was called with, anything JSON can say; at most 1,000,000 bytes.
            observation: what came of it, a text or anything JSON can say; at most 10,000 bytes.
            status: ``ok``, ``error``, ``rejected``, ``cancelled``, ``interrupted`` or ``unfinished``.
            seconds: how long it took.

        Raises:
            Usage: a value is too large or no such word, the episode is full (1,000 steps, 10,000,000
                bytes) or completed, or a transcript tells the steps of its session. The step is not taken,
                and the episode is as it was.
            NotFound: there is no such episode.
        """
        self._recorder.log(_id_of(episode), tool, parameters, observation, status, seconds)

    def complete_episode(
        self, episode: LiveEpisode | str, outcome: str | None = None, note: str = ""
    ) -> Episode:
        """End an episode with all that was logged to it. It is durable when this returns.

        What is learned from it is derived later (see :meth:`tacit.Memory.learn_pending`). Steps that
        another process holds back at this moment are not part of it; that process is told.

        Args:
            episode: the episode or its id.
            outcome: ``success``, ``partial``, ``failure``, ``abstained`` or ``unknown``. It decides, whatever
                was done; all evidence is kept. Without it what was done decides.
            note: why, kept with the outcome; at most 10,000 bytes.

        Returns:
            The episode as it is stored; where a transcript tells its session, that of the transcript, to
            which only the outcome was added.

        Raises:
            Usage: it is completed already, the outcome is no such word, or there is a note without one.
            NotFound: there is no such episode, or its session was deleted.
        """
        from tacit.core.live.starting import completed

        return self._end(episode, completed(self._recorder.redact, outcome, note, self.clock()))

    def abandon_episode(self, episode: LiveEpisode | str, reason: str = "") -> Episode:
        """End an episode as ``abstained``: its end says nothing about what was done. It is durable.

        Args:
            episode: the episode or its id.
            reason: why, kept as evidence; at most 10,000 bytes.

        Raises:
            Usage: it is completed already.
            NotFound: there is no such episode.
        """
        from tacit.core.live.starting import abandoned

        return self._end(episode, abandoned(self._recorder.redact, reason, self.clock()))

    def close_stale(self) -> int:
        """Close as unknown the episodes nobody logged to for ``record.close_after``; how many there were.

        Whoever starts an episode, imports or learns does this before. All evidence is kept.
        """
        from tacit.core.live.stale import close_stale

        closed = close_stale(self._store, self.config, self.clock())
        if closed:
            self.after_enqueue()
        return closed

    def learn(self, **options: Any) -> Learned:
        """As :meth:`tacit.core.learner.Learner.learn`, from episodes that were left open too."""
        self.close_stale()
        return super().learn(**options)

    def forget(self, **chosen: Any) -> ForgetReceipt:
        """As :meth:`tacit.core.forgetful.Forgetful.forget`, from what was logged last too."""
        try:
            self.flush()
        except TacitError as error:  # whatever came of those steps, the rest is forgotten
            import logging

            logging.getLogger("tacit").warning("%s", error)
        receipt = super().forget(**chosen)
        if "_recorder_made" in self.__dict__:
            self._recorder.let_go()
        return receipt

    def open_episode(self, episode_id: str) -> Open | None:
        """What is stored of an episode that nobody has completed yet; ``None`` where there is none open."""
        from tacit.core.ids import LENGTH
        from tacit.core.tables import OPEN, key_of

        if len(episode_id) != LENGTH + 2:
            return None
        with self._store.read() as read:
            return read.get(OPEN, key_of(episode_id))

    def recording(self, episode_id: str) -> bool:
        """Whether an episode is open and was begun or logged to through this memory."""
        return "_recorder_made" in self.__dict__ and self._recorder.holds(episode_id)

    def flush(self) -> None:
        """Store all steps that were logged through this memory; they are durable when this returns.

        Raises:
            StoreError: they could not be stored; they are still held, and tried again.
            TacitError: an episode was ended elsewhere; the message says how many steps came too late.
        """
        if "_recorder_made" in self.__dict__:
            self._recorder.flush()

    def close(self) -> None:
        """Store what was logged, and let go of the store. Open episodes stay open."""
        try:
            if "_recorder_made" in self.__dict__:
                self._recorder.close()
        finally:
            super().close()

    def _end(self, episode: LiveEpisode | str, ending: Ending) -> Episode:
        ended = self._recorder.end(_id_of(episode), ending)
        self.after_enqueue()
        return ended

    @property
    def _recorder(self) -> Recorder:
        """Made when it is first needed; of two threads that need it one makes it."""
        made: Recorder | None = self.__dict__.get("_recorder_made")
        if made is None:
            from tacit.core.live.recorder import Recorder

            made = self.__dict__.setdefault("_recorder_made", Recorder(self._store, self.config, self.clock))
        return made

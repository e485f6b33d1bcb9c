"""How a demo episode goes: a habit's moves played out, with luck, until it ends one way or another."""

from __future__ import annotations

from typing import Literal

from tacit.core.demo.scene import ABSENT, TWICE, UNREAD, Scene
from tacit.core.demo.shape import Habit, Remedy, Run, choose_remedy, drifted

Ending = Literal["good", "bad", "open"]
"""What the person saw: it works, it does not, or nothing that would tell."""

_DONE = ("Done: {file} handles {symbol} now.", "That is in place.", "{symbol} is fixed in {file}.")
_STUCK = (
    "I could not get this to pass; the last error stands above.",
    "This still fails, and I do not see why yet. {symbol} may be the wrong place.",
)


class Story:
    """Plays episodes of one scene. ``progress`` is 0 for six months ago and 1 for today."""

    def __init__(self, scene: Scene, progress: float) -> None:
        self.scene = scene
        self.progress = progress
        self.rng = scene.rng

    def play(self, habit: Habit) -> Ending:
        """All moves of the habit, or as many as luck allows."""
        stop = self.rng.randrange(2, len(habit.moves) + 2) if self._lucky((0.09, 0.03)) else -1
        for number, move in enumerate(habit.moves):
            if number == stop:
                self.scene.stop()
                return "bad"
            ending = self._move(move, habit)
            if ending:
                self.scene.answer(self.rng.choice(_DONE if ending == "good" else _STUCK))
                return ending
        self.scene.answer(self.rng.choice(_DONE))
        if self.rng.random() < habit.silent:
            return "open"
        return "good" if self._lucky(habit.ends) else "bad"

    def wonder(self) -> Ending:
        """A question is answered by looking around; nobody can tell whether the answer was right."""
        self._look()
        if self.rng.random() < 0.5:
            self.scene.read(self.rng.choice(self.scene.project.files))
        if self.rng.random() < 0.3:
            self.scene.shell(
                "git log --oneline -5 -- {file}", "9d1c{n}a Touch {symbol}\n41bb{n}e Move {file}"
            )
        self.scene.answer("{symbol} is set up in {file}, around line {line}, and read once per call.")
        return "open"

    def _lucky(self, chance: tuple[float, float]) -> bool:
        return self.rng.random() < drifted(chance, self.progress)

    def _move(self, move: str, habit: Habit) -> Ending | None:
        word, _, name = move.partition(":")
        run = self.scene.project.runs.get(name)
        if run is not None:
            return self._run(word, run, habit)
        deeds = {
            "look": self._look,
            "read": self.scene.read,
            "edit": self._edit,
            "write": self.scene.write,
            "delegate": self.scene.delegate,
            "reject": self.scene.reject,
        }
        if word in deeds:
            deeds[word]()
            return None
        return self._refused({"blind": UNREAD, "stale": ABSENT, "twice": TWICE}[word])

    def _run(self, word: str, run: Run, habit: Habit) -> Ending | None:
        if word == "fail":
            return None if self._mend(run) else "bad"
        if word == "run" or self._lucky(habit.ends):
            self.scene.run(run)
            return "good" if word == "end" else None
        self.scene.run(run, self.rng.choice(run.failures))
        return "bad"

    def _mend(self, run: Run) -> bool:
        """The run fails; one remedy or two are tried. Whether it passed in the end."""
        failure = self.rng.choices(run.failures, [each.share for each in run.failures])[0]
        self.scene.run(run, failure)
        for _ in range(1 + self._lucky((0.1, 0.35))):
            remedy = choose_remedy(failure, self.progress, self.rng)
            works = self._lucky(remedy.works)
            instead = self._remedy(remedy, works=works)
            if works:
                if instead is None:
                    self.scene.run(run)
                return True
            if instead is None and not remedy.refused:
                self.scene.run(run, failure)
        return False

    def _remedy(self, remedy: Remedy, *, works: bool) -> Run | None:
        """Try a remedy; the run it put in the failed one's place, if it did."""
        how, _, name = remedy.how.partition(":")
        if how == "instead":
            run = self.scene.project.runs[name]
            self.scene.run(run, None if works else self.rng.choice(run.failures))
            return run
        if how in ("edit", "look"):
            if how == "look":
                self.scene.read()
            self.scene.edit()
        elif remedy.refused and not works:
            self.scene.shell(remedy.how, remedy.refused, failed=1)
        else:
            self.scene.shell(remedy.how, remedy.says, seconds=self.rng.uniform(0.5, 6.0))
        return None

    def _look(self) -> None:
        if self.rng.random() < 0.7:
            self.scene.search()
        if self.rng.random() < 0.04:
            self.scene.stumble()
        others = self.rng.sample(self.scene.project.files, self.rng.choice((0, 0, 1, 2)))
        self.scene.read(self.scene.file, *(file for file in others if file != self.scene.file))

    def _edit(self) -> None:
        for _ in range(self.rng.choice((1, 1, 2))):
            self.scene.edit()

    def _refused(self, refusal: str) -> Ending | None:
        """An edit is refused: read and edit again mostly, sometimes only again, sometimes with sed."""
        self.scene.edit(refusal)
        way = self.rng.random()
        if refusal == TWICE and way < 0.6:
            self.scene.edit()
            return None
        if way < 0.75 + 0.15 * self.progress:
            self.scene.read()
            if self._lucky((0.3, 0.1)):
                self.scene.edit(ABSENT)
                return "bad"
            self.scene.edit()
            return None
        if way < 0.95:
            self.scene.edit(refusal)
            return "bad" if self.rng.random() < 0.6 else None
        self.scene.shell("sed -i 's/{symbol}/{symbol}2/' {file}", "")
        return None

"""Half a year of made-up Claude Code sessions, to try Tacit on and to take pictures of.

One person, five projects, two machines. In the oldest weeks the agent starts with what lies nearest
(the bare ``pytest``, ``terraform apply -auto-approve``, tests before a type check); towards today it
has learned the projects' own ways, and more goes well. Everything is drawn from one seeded source of
randomness: the same seed and the same moment give the same bytes, another moment only shifts the times.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from tacit.core.clock import DAY
from tacit.core.demo.projects.all import PROJECTS
from tacit.core.demo.recorder import Recorder, new_token
from tacit.core.demo.scene import Scene
from tacit.core.demo.shape import Project, choose_habit, drifted
from tacit.core.demo.stories import Ending, Story

SESSIONS = 120
DAYS = 182
_RESUMED = (21, 48, 76, 103)
_REWOUND = (15, 62, 97)
_LEAKS = (9, 33, 58, 88, 112)

_HOUR = DAY // 24
_CONTENT = ("Great, that works. ", "Perfect, thanks. Next: ", "Nice, exactly what I wanted. ", "")
_CORRECTION = ("No, that's not right. ", "That's wrong, {symbol} still breaks. ", "Still broken. ")
_REVERT = "That's not what I asked for, please revert the change to {file}."
_MODELS = ("claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101")


def write_transcripts(directory: Path, now: int, seed: int = 13) -> list[Path]:
    """Write the demo transcripts below ``directory`` and return the main ones, oldest first.

    They lie as Claude Code leaves them: a folder a working directory, in it ``<session>.jsonl`` and,
    for sub-agents, ``<session>/subagents/agent-<id>.jsonl``. About 120 sessions with 300 prompts
    (a few megabytes), all of them between half a year before ``now`` (milliseconds) and ``now``.
    """
    rng = Random(seed)  # noqa: S311
    sittings: list[_Sitting] = []
    for number in range(SESSIONS):
        progress = number / (SESSIONS - 1)
        start = _start(now, progress, rng)
        if number in _RESUMED:
            project, earlier = sittings[-1].project, sittings[-1].recorder
            recorder = earlier.resume(max(start, earlier.at + _HOUR))
        else:
            project = rng.choices(PROJECTS, [drifted(each.weight, progress) for each in PROJECTS])[0]
            recorder = _open(project, start, progress, rng)
        sittings.append(_Sitting(recorder, project, progress, rng))
        sittings[-1].play(number)
    return [_save(directory, sitting.recorder) for sitting in sittings]


class _Sitting:
    """One session from its first prompt to its last."""

    def __init__(self, recorder: Recorder, project: Project, progress: float, rng: Random) -> None:
        self.recorder = recorder
        self.project = project
        self.progress = progress
        self.rng = rng
        self.lead = ""

    def play(self, number: int) -> None:
        """One to four episodes; in some the person rewinds, or a secret is printed."""
        self.recorder.snapshot()
        for place in range(self.rng.choice((1, 2, 2, 3, 3, 4))):
            before = self.recorder.parent
            self._episode(leak=number in _LEAKS and place == 0)
            self.recorder.wait(self.rng.uniform(30, 900))
        if number in _REWOUND:
            self.recorder.parent = before
            self._episode()
        elif self.lead in _CONTENT:
            if self.lead and self.rng.random() < 0.8:
                self.recorder.prompt("thanks!")
        else:
            self._episode()

    def _episode(self, *, leak: bool = False) -> None:
        scene = Scene(self.recorder, self.project, self.rng)
        story = Story(scene, self.progress)
        asks = self.rng.random() < 0.14
        words = self.rng.choice(self.project.questions if asks else self.project.tasks)
        self.recorder.prompt(scene.fill(self.lead + words))
        self.recorder.turn()
        self.recorder.think(scene.fill("{symbol} is probably in {file}; look before changing anything."))
        if self.rng.random() < 0.1:
            self.recorder.say(scene.fill("Shall I start with {file}?"))
            self.recorder.prompt("yes, go ahead")
        if leak:
            self._leak(scene)
        ending = story.wonder() if asks else story.play(choose_habit(self.project, self.progress, self.rng))
        self._react(scene, ending)

    def _react(self, scene: Scene, ending: Ending) -> None:
        """What the person says to it, which begins their next prompt or is one of its own."""
        self.lead = ""
        luck = self.rng.random()
        if ending == "good":
            self.lead = self.rng.choice(_CONTENT)
        elif ending == "bad" and luck < 0.35:
            self.recorder.wait(self.rng.uniform(10, 90))
            self.recorder.prompt(scene.fill(_REVERT))
            scene.shell("git checkout -- {file}", "")
            scene.answer("{file} is as it was.")
        elif ending == "bad" and luck < 0.85:
            self.lead = scene.fill(self.rng.choice(_CORRECTION))

    def _leak(self, scene: Scene) -> None:
        """A made-up secret in a tool's output, for the redaction to find."""
        secrets = (
            f"GITHUB_TOKEN=ghp_{new_token(self.rng, 36)}",
            f"DATABASE_URL=postgres://ledger:{new_token(self.rng, 14)}@db.internal/ledger",
            f"AWS_ACCESS_KEY_ID=AKIA{new_token(self.rng, 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}",
        )
        scene.shell("cat .env", "\n".join(("LOG_LEVEL=info", *secrets, "PORT=8080")))


def _start(now: int, progress: float, rng: Random) -> int:
    """A working hour of a day that far back; never so late that the session would end after ``now``."""
    age = DAYS * (1 - progress) ** 1.1
    hour, tired = rng.uniform(7, 19), rng.random()
    if age < 2:
        return now - int(max(age, 0.3) * DAY)
    day = now // DAY - int(age)
    weekend = (day + 3) % 7 - 4
    if weekend > 0 and tired < 0.8:
        day -= weekend
    return day * DAY + int(hour * _HOUR)


def _open(project: Project, start: int, progress: float, rng: Random) -> Recorder:
    home = "/home/mira" if rng.random() < 0.85 else "/Users/mira"
    branch = rng.choice(project.branches)
    cwd = f"{home}/{project.directory}"
    if branch != "main" and rng.random() < 0.35:
        cwd += f"/.worktrees/{branch.replace('/', '-')}"
    version = f"2.{int(progress * 2)}.{int(progress * 60) % 30 + 1}"
    model = rng.choices(_MODELS, (1.2 - progress, 0.2 + progress))[0]
    return Recorder(rng, cwd=cwd, branch=branch, version=version, model=model, at=start)


def _save(directory: Path, recorder: Recorder) -> Path:
    folder = directory / recorder.cwd.replace("/", "-").replace(".", "-")
    path = folder / f"{recorder.session}.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(recorder.encode())
    for child in recorder.children:
        below = folder / recorder.session / "subagents"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"agent-{child.agent}.jsonl").write_bytes(child.encode())
    return path

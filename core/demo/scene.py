"""The single deeds of a demo episode: reading, editing, running, asking a sub-agent, being stopped."""

from __future__ import annotations

from random import Random

from tacit.core.demo.recorder import Recorder
from tacit.core.demo.shape import Failure, Project, Run

REJECTED = (
    "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a "
    "file edit, the new_string was NOT written to the file). STOP what you are doing and wait for the "
    "user to tell you how to proceed."
)
INTERRUPTED = "[Request interrupted by user for tool use]"
MISSING = "<tool_use_error>File does not exist.</tool_use_error>"
SIBLING = "<tool_use_error>Sibling tool call errored</tool_use_error>"
UNREAD = "<tool_use_error>File has not been read yet. Read it first before writing to it.</tool_use_error>"
ABSENT = "<tool_use_error>String to replace not found in file.\nString: {text}</tool_use_error>"
TWICE = (
    "<tool_use_error>Found {n} matches of the string to replace, but replace_all is false. To replace all "
    "occurrences, set replace_all to true. To replace only one occurrence, please provide more context to "
    "uniquely identify the instance.\nString: {text}</tool_use_error>"
)


class Scene:
    """One episode being played: a recorder, the project it happens in, and the file it is about."""

    def __init__(self, recorder: Recorder, project: Project, rng: Random) -> None:
        self.recorder = recorder
        self.project = project
        self.rng = rng
        self.file = rng.choice(project.files)
        self.symbol = rng.choice(project.symbols)

    def fill(self, text: str) -> str:
        """``text`` with its marks replaced by this episode's file and symbol and by fresh numbers."""
        for mark, value in (("{file}", self.file), ("{symbol}", self.symbol)):
            text = text.replace(mark, value)
        while "{n}" in text:
            text = text.replace("{n}", str(self.rng.randint(2, 90)), 1)
        while "{line}" in text:
            text = text.replace("{line}", str(self.rng.randint(10, 400)), 1)
        return text

    def path(self, file: str) -> str:
        """The absolute path of a file of the project, as tools are given it."""
        return f"{self.recorder.cwd}/{file}"

    def search(self) -> None:
        """Look for the symbol."""
        hits = [file for file in self.project.files if self.rng.random() < 0.4 or file == self.file]
        found = f"Found {len(hits)} files\n" + "\n".join(map(self.path, hits))
        self.recorder.turn()
        call = self.recorder.call("Grep", {"pattern": self.symbol, "output_mode": "files_with_matches"})
        kept = {"mode": "files_with_matches", "filenames": hits, "numFiles": len(hits)}
        self.recorder.result(call, found, kept)

    def read(self, *files: str) -> None:
        """Read files; several are read in parallel, in one message."""
        names = files or (self.file,)
        self.recorder.turn()
        calls = [self.recorder.call("Read", {"file_path": self.path(name)}) for name in names]
        for call, name in zip(calls, names, strict=True):
            body = "\n".join(f"{n:6}→{line}" for n, line in enumerate(self._code(), 1))
            kept = {"type": "text", "file": {"filePath": self.path(name), "numLines": 8, "startLine": 1}}
            self.recorder.result(call, body, kept)

    def edit(self, refusal: str = "") -> None:
        """Change the file, or be refused with the given message."""
        lines = self._code()
        old, new = lines[0], "\n".join(lines[1:3])
        path = self.path(self.file)
        self.recorder.turn()
        if self.rng.random() < 0.3:
            self.recorder.say(
                self.rng.choice(("I'll make the change.", "Let me update this.", "Now the fix itself:"))
            )
        call = self.recorder.call("Edit", {"file_path": path, "old_string": old, "new_string": new})
        self.recorder.wait(self.rng.uniform(0.1, 4.0))
        if refusal:
            self.recorder.result(call, self.fill(refusal.replace("{text}", old)), error=True)
            return
        kept = {
            "filePath": path,
            "oldString": old,
            "newString": new,
            "structuredPatch": [],
            "userModified": False,
        }
        self.recorder.result(call, f"The file {path} has been updated successfully.", kept)

    def write(self) -> None:
        """Write a new file beside the one the episode is about."""
        stem, dot, ending = self.file.rpartition(".")
        path = self.path(f"{stem}_{self.symbol.lower()[:12]}{dot}{ending}")
        body = "\n".join(self._code() + self._code())
        self.recorder.turn()
        call = self.recorder.call("Write", {"file_path": path, "content": body})
        kept = {"type": "create", "filePath": path, "content": body}
        self.recorder.result(call, f"File created successfully at: {path}", kept)

    def shell(self, command: str, output: str, *, failed: int = 0, seconds: float = 1.0) -> None:
        """Run a shell command that prints ``output``; ``failed`` is its exit code."""
        command, output = self.fill(command), self.fill(output)
        self.recorder.turn()
        call = self.recorder.call("Bash", {"command": command, "description": _describe(command)})
        self.recorder.wait(seconds)
        if failed:
            self.recorder.result(call, f"Exit code {failed}\n{output}", error=True)
            return
        kept = {"stdout": output, "stderr": "", "interrupted": False, "isImage": False}
        self.recorder.result(call, output, kept)

    def run(self, run: Run, failure: Failure | None = None) -> None:
        """Run one of the project's commands; with ``failure`` it fails that way."""
        seconds = self.rng.uniform(*run.seconds)
        if failure is None:
            self.shell(run.command, run.passes, seconds=seconds)
        else:
            self.shell(run.command, failure.output, failed=failure.code, seconds=seconds)

    def delegate(self) -> None:
        """Have a sub-agent look around; its steps stand in a transcript of its own."""
        task = f"Find every use of {self.symbol} and how {self.file} is reached"
        given = {"description": f"Explore {self.symbol}", "prompt": task, "subagent_type": "Explore"}
        main = self.recorder
        main.turn()
        call = main.call("Task", given)
        self.recorder = child = main.spawn()
        child.prompt(task)
        for _ in range(self.rng.randint(1, 2)):
            self.search()
            self.read(self.rng.choice(self.project.files))
        if self.rng.random() < 0.4:
            self.shell(
                f"ls {self.file}.bak",
                f"ls: cannot access '{self.file}.bak': No such file or directory",
                failed=2,
            )
        child.turn()
        child.say(f"{self.symbol} is defined in {self.file} and used in two places.")
        self.recorder, main.at = main, child.at
        kept = {"status": "completed", "prompt": task, "agentId": child.agent, "totalToolUseCount": 4}
        answer = [{"type": "text", "text": f"{self.symbol} lives in {self.file}."}]
        main.result(call, answer, kept)

    def reject(self) -> None:
        """Propose an edit that the person turns down."""
        lines = self._code()
        self.recorder.turn()
        given = {"file_path": self.path(self.file), "old_string": lines[0], "new_string": lines[1]}
        call = self.recorder.call("Edit", given)
        self.recorder.wait(self.rng.uniform(5, 60))
        self.recorder.result(call, REJECTED, error=True)

    def stop(self) -> None:
        """Start a command that the person interrupts."""
        self.recorder.turn()
        call = self.recorder.call("Bash", {"command": f"grep -rn {self.symbol} /", "description": "Search"})
        self.recorder.wait(self.rng.uniform(4, 40))
        self.recorder.result(call, INTERRUPTED, error=True)
        self.recorder.interruption()

    def stumble(self) -> None:
        """Read two files at once, the first under a wrong name: the second call is cancelled with it."""
        self.recorder.turn()
        names = (f"{self.file}.old", self.file)
        calls = [self.recorder.call("Read", {"file_path": self.path(name)}) for name in names]
        for call, said in zip(calls, (MISSING, SIBLING), strict=True):
            self.recorder.result(call, said, error=True)

    def answer(self, text: str) -> None:
        """The model's last words of the episode, and the program's note of how long it took."""
        self.recorder.turn()
        self.recorder.say(self.fill(text))
        self.recorder.system("turn_duration", durationMs=self.rng.randint(8_000, 240_000))

    def _code(self) -> list[str]:
        start = self.rng.randrange(len(self.project.code))
        lines = (self.project.code[start:] + self.project.code[:start])[:8]
        return [self.fill(line) for line in lines]


def _describe(command: str) -> str:
    words = command.split()
    return f"Run {' '.join(words[:3])}"

"""From the words of one shell command to its name: program and subcommand, wrappers stripped.

``sudo env A=1 poetry run python -m pytest -q tests`` is ``pytest``. What is kept is what makes the
same deed look the same: ``cargo check``, ``npm run build``, ``mise run lint``, ``gh pr view``. An
absolute path is its base name, and so is a throw-away binary such as ``/tmp/app-test``; a path
inside the project stays (``bin/test``, ``scripts/lint.sh``), without ``./`` and without the folders of
a virtual environment or of ``node_modules/.bin``.
"""

from __future__ import annotations

import re

from tacit.core.learn.vocabulary import INTERPRETERS, TOOLS, WRAPPERS, Multi

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_DURATION = re.compile(r"\d+(\.\d+)?[smhd]?")
_SUBCOMMAND = re.compile(r"[A-Za-z_][\w:.+/@-]*")
_SCRIPT = re.compile(r"[\w@+-][\w./@+-]*\.\w{1,5}")
_BINS = ("node_modules/.bin/", ".venv/bin/", "venv/bin/", "vendor/bin/", ".venv/Scripts/")
_VERSIONED = re.compile(r"^(python|pip)[\d.]+$")
_LIMIT = 80


def name_of(words: list[str]) -> tuple[str, list[str]]:
    """The name of a command and its words from the program on; an empty name where there is none."""
    words = strip_wrappers(words)
    if not words:
        return "", []
    words = [program_name(words[0]), *words[1:]]
    program = _VERSIONED.sub(r"\1", words[0])
    if program in INTERPRETERS:
        name = _script_name(program, words[1:])
    else:
        name = _with_subcommand(program, words[1:])
    return _one_line(_mark_in_place(name, words)), words


def _one_line(name: str) -> str:
    if not name.isprintable():
        name = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(name.split())[:_LIMIT]


def program_name(word: str) -> str:
    """``/usr/bin/git`` to ``git``, ``./gradlew`` to ``gradlew``, ``.venv/bin/pytest`` to ``pytest``."""
    for folder in _BINS:
        _, found, rest = word.rpartition(folder)
        if found:
            return rest
    if word.startswith(("/", "~", "$")) and "/" in word:
        return word.rpartition("/")[2]
    while word.startswith("./"):
        word = word[2:]
    return "" if word.startswith("../") and word.endswith("/") else word


def strip_wrappers(words: list[str]) -> list[str]:
    """Drop environment assignments and every program that only runs another one."""
    for _ in range(12):
        while words and _ASSIGNMENT.match(words[0]):
            words = words[1:]
        rest = _unwrap(words) if words else None
        if rest is None:
            return words
        words = rest
    return words


def _unwrap(words: list[str]) -> list[str] | None:
    """The words behind one wrapper, ``None`` when the first program is none or wraps nothing."""
    program = program_name(words[0])
    if program.startswith(("python", "pypy", "$")):
        return _module(words)
    wrapper = WRAPPERS.get(program)
    if wrapper is None:
        return None
    rest = words[1:]
    if wrapper.verbs:
        rest = _skip_options(rest, wrapper.options)
        if not rest or rest[0] not in wrapper.verbs:
            return None
        rest = rest[1:]
    rest = _skip_options(rest, wrapper.options)
    while rest and (_ASSIGNMENT.match(rest[0]) or (wrapper.duration and _DURATION.fullmatch(rest[0]))):
        rest = rest[1:]
    if wrapper.verbs and rest and "@" in rest[0] and "--" in rest:  # mise exec node@22 -- npm test
        rest = rest[rest.index("--") + 1 :]
    rest = rest[wrapper.positional :]
    return rest or None


def _module(words: list[str]) -> list[str] | None:
    """``python -X dev -m pytest -q`` to ``pytest -q``; ``None`` where no module is run."""
    for at, word in enumerate(words[1:], 1):
        if word == "-m" and len(words) > at + 1:
            return words[at + 1 :]
        if not word.startswith("-") and words[at - 1] not in {"-X", "-W"}:
            return None
    return None


def _skip_options(words: list[str], valued: frozenset[str]) -> list[str]:
    """Drop leading options; those in ``valued`` take the next word with them."""
    while words and words[0].startswith(("-", "+")) and len(words[0]) > 1:
        option = words[0]
        words = words[1:]
        if option == "--":
            return words
        if option in valued:
            words = words[1:]
    return words


def _script_name(program: str, rest: list[str]) -> str:
    """``python scripts/gen.py`` with a script of the project, ``python`` for anything else."""
    rest = _skip_options(rest, INTERPRETERS[program])
    if not rest or not _SCRIPT.fullmatch(program_name(rest[0])) or rest[0].startswith(("/", "~", "$")):
        return program
    script = program_name(rest[0])
    if script.endswith("manage.py"):
        return _with_subcommand("manage.py", rest[1:])
    return f"{program} {script}"


def _with_subcommand(program: str, rest: list[str]) -> str:
    tool = TOOLS.get(program.rpartition("/")[2])
    if tool is None:
        return program
    depth, parts = tool.depth, [program]
    for word in _operands(rest, tool):
        if len(parts) == 1:
            depth = tool.deeper.get(word, tool.depth)
        parts.append(word)
        if len(parts) > depth:
            break
    return " ".join(parts)


def _operands(words: list[str], tool: Multi) -> list[str]:
    """The leading words that are no options, as far as they look like subcommands."""
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith(("-", "+")):
            skip = word in tool.options
        elif tool.assignments and _ASSIGNMENT.match(word):
            continue
        elif _SUBCOMMAND.fullmatch(word) or (word.startswith(":") and _SUBCOMMAND.fullmatch(word[1:])):
            found.append(word)
        else:
            break
    return found


def _mark_in_place(name: str, words: list[str]) -> str:
    """``sed -i`` changes files, ``sed`` prints: two deeds, two names."""
    if name in {"sed", "perl", "gsed"}:
        for word in words[1:]:
            if word.startswith("--in-place") or re.fullmatch(r"-[a-zA-Z]*i([.~]\w*)?|-[np]?i.*", word):
                return f"{name} -i"
    return name

"""What stands out in a prompt: the files, tools, errors and decisions it names.

Words are taken as the person wrote them, each once, in their order. Nothing is guessed: a file is a path or
a name with a known ending, a tool one that is known by name or a command that says what it is for, an error
a line that reads like one, a decision a sentence with a word of deciding in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from tacit.core.learn.commands import parse
from tacit.core.learn.programs import intent_of

MOST = 8
_LONGEST = 10_000
_LINE = 160

_URL = re.compile(r"https?://\S+")
_ENDLESS = re.compile(r"[\w.@+/~-]{500,}+")
"""No name of a file, and looked through for one from each of its letters."""

_REDACTED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")
_ENDINGS = (
    "py|pyi|ipynb|go|mod|rs|js|jsx|mjs|cjs|ts|tsx|java|kt|kts|rb|php|c|h|cc|cpp|hpp|cs|swift|scala|ex|exs"
    "|sh|bash|zsh|sql|html|css|scss|vue|svelte|yaml|yml|toml|json|jsonl|ini|cfg|conf|env|lock|md|mdx|rst|txt"
    "|csv|xml|proto|tf|graphql|lua|jl|dart|zig|nix|log"
)
_FILE = re.compile(
    rf"(?<![\w@])(?:[.~]{{0,2}}/)?(?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.(?:{_ENDINGS})(?![\w-]|\.\w)"
    r"|(?<![\w./-])(?:[\w.-]+/)*(?:Makefile|Dockerfile|Jenkinsfile|Gemfile|Rakefile|CODEOWNERS|\.gitignore"
    r"|\.dockerignore|\.env)(?![\w/.-])"
    r"|(?<![\w/:.@-])(?:[.~]{0,2}/(?:[\w.@+-]+/)+|(?:[\w.@+-]+/){3,})[\w.@+-]*[A-Za-z]\w*"
)
_NAMES = (
    "pytest|mypy|ruff|pyright|eslint|prettier|tsc|vitest|webpack|vite|golangci-lint|gofmt|goreleaser|clippy"
    "|rustfmt|docker|docker-compose|kubectl|terraform|ansible|git|npm|pnpm|mise|tox|flake8|pylint|pre-commit"
    "|playwright|cypress|rspec|rubocop|gradle|maven|bazel|cmake|shellcheck|stripe-cli|postgres(?:ql)?|redis"
    "|sqlite|uvicorn|alembic|github actions|gitlab ci"
)
_NAMED = re.compile(rf"(?<![\w/.-])(?:{_NAMES})(?![\w/-]|\.\w)", re.IGNORECASE)
_RUN = re.compile(
    r"(?<![\w/.-])(?:(?:mise|npm|pnpm|yarn|bun|uv|poetry|deno|cargo|go|just|make|bundle)"
    r"(?: run| exec| task)? [a-z][\w:-]*)(?![\w/])"
)
_QUOTED = re.compile(r"`([^`\n]{2,200})`")
_ERRORS = re.compile(
    r"^.*(?:\b[A-Z]\w*(?:Error|Exception):|\berror(?:\[\w+\])?[ \t]*[:=][ \t]*\S|\bfatal:|\bpanic:"
    r"|\bTraceback\b|\bexit(?:ed with)? (?:code|status) [1-9]|\bundefined:|\bcannot use\b"
    r"|\bcommand not found\b|\b(?:[Ff]ailed|[Uu]nable) to \w+|\bpermission denied\b|\bno such file\b"
    r"|\bnot found in\b).*$"
    r"|\b(?:\w+\.)*[A-Z]\w*(?:Error|Exception)\b",
    re.MULTILINE,
)
_DECISION = re.compile(
    r"\b(?:let's|let us|we should|we'll|should be|should not|shouldn't|must|instead of|rather than|never"
    r"|always|prefer|only use|decided|for now|i think|i want|we want|make sure|consider)\b"
    r"|(?:^|[,;→] |\b(?:please|but|and) )(?:don't|do not)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+| - ")
_CODE = re.compile(r"```.*?(?:```|\Z)|\"\"\".*?(?:\"\"\"|\Z)", re.DOTALL)


class Salient(Struct, frozen=True):
    """What a prompt names, at most eight of each."""

    files: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()


def salient(prompt: str) -> Salient:
    """The files, tools, errors and decisions a prompt names."""
    text = _REDACTED.sub(r"[REDACTED:\1]", prompt[:_LONGEST].replace("’", "'"))
    plain = _ENDLESS.sub(" ", _URL.sub(" ", text))
    return Salient(
        files=_first(match[0].rstrip(".") for match in _FILE.finditer(plain)),
        tools=_first(_tools(plain)),
        errors=_first(_line(match[0]) for match in _ERRORS.finditer(_CODE.sub("\n", plain))),
        decisions=_first(_line(said) for said in _sentences(plain) if _DECISION.search(said)),
    )


def _tools(text: str) -> Iterable[str]:
    """Known names and commands, in the order they stand."""
    found = [(match.start(), match[0]) for match in _NAMED.finditer(text)]
    found += [(match.start(), match[0]) for match in _RUN.finditer(text) if intent_of(match[0])]
    for match in _QUOTED.finditer(text):
        for part in parse(match[1]):
            if part.intent:
                found.append((match.start(), part.name))
    names = [name for _, name in sorted(found)]
    whole = {name for name in names if " " in name}
    return [name for name in names if not any(name != one and name in one.split(" ") for one in whole)]


def _sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(_CODE.sub("\n", text)) if 3 <= len(one.split()) <= 60]


def _line(text: str) -> str:
    """One line without bullets and box drawing, cut where it is long."""
    line = " ".join(text.replace("**", "").split()).strip(" *•│⨯-#>")
    return line if len(line) <= _LINE else line[: _LINE - 1].rstrip() + "…"


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))[:MOST]

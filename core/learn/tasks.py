"""How complex a task was, and which language it was done in."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.learn.deeds import EDITING
from tacit.core.learn.paths import file_name, is_scratch
from tacit.core.model import Complexity, Step

EXPECTED_STEPS: dict[Complexity, int] = {"simple": 5, "moderate": 15, "complex": 30}
"""Within how many steps a task of a complexity stays; an expert one knows no bound."""

_LANGUAGES = {
    language: frozenset(extensions.split())
    for language, extensions in {
        "python": "py pyi pyx ipynb", "go": "go", "rust": "rs", "javascript": "js jsx mjs cjs",
        "typescript": "ts tsx mts cts", "java": "java", "kotlin": "kt kts", "ruby": "rb", "php": "php",
        "c": "c h", "c++": "cc cpp cxx hh hpp hxx", "c#": "cs", "swift": "swift", "scala": "scala",
        "elixir": "ex exs", "shell": "sh bash zsh fish", "sql": "sql", "html": "html htm",
        "css": "css scss sass less", "yaml": "yaml yml", "markdown": "md mdx markdown", "terraform": "tf",
    }.items()
}  # fmt: skip
_BY_EXTENSION = {extension: name for name, extensions in _LANGUAGES.items() for extension in extensions}
_BY_NAME = {"go.mod": "go", "go.sum": "go", "Makefile": "make", "Dockerfile": "dockerfile", "Gemfile": "ruby"}


def complexity_of(steps: int) -> Complexity:
    """How complex a task was, by the number of its steps."""
    if steps <= EXPECTED_STEPS["simple"]:
        return "simple"
    if steps <= EXPECTED_STEPS["moderate"]:
        return "moderate"
    return "complex" if steps <= EXPECTED_STEPS["complex"] else "expert"


def language_of(steps: Sequence[Step]) -> str | None:
    """The language edited most, sub-agents included; of several with as many edits the first by name.

    ``None`` where no file with a known name was edited. An extension that is none of a known language
    stands for itself.
    """
    counts: dict[str, int] = {}
    for step in steps:
        wrote = step.kind in EDITING and step.status == "ok" and not step.left
        if wrote and step.target and not is_scratch(step.target):
            name = file_language(step.target)
            if name:
                counts[name] = counts.get(name, 0) + 1
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def file_language(path: str) -> str:
    """The language of a file by its name; an extension that is none of a known one stands for itself."""
    name = file_name(path)
    stem, _, extension = name.rpartition(".")
    extension = extension.lower() if stem else ""
    return _BY_NAME.get(name) or _BY_EXTENSION.get(extension, extension)

"""Reading a shell command with tree-sitter: one walk over its syntax tree, collecting parts."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.learn.long_commands import shortened
from tacit.core.learn.naming import name_of, strip_wrappers
from tacit.core.learn.programs import intent_of
from tacit.core.learn.vocabulary import FEEDERS, SILENT
from tacit.core.model import Intent

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_DEPTH = 200
_MOST = 100
_SHELLS = {"bash", "sh", "zsh", "dash"}
_BRANCHES = {"if_statement", "for_statement", "c_style_for_statement", "while_statement", "case_statement"}
_GROUPS = {
    "program",
    "subshell",
    "compound_statement",
    "do_group",
    "else_clause",
    "elif_clause",
    "case_item",
}
_OPERATORS = {"&&": "&&", "||": "||", ";": ";", "\n": ";", "&": "&", ";;": ";", ";&": ";"}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
"""The grammar's scanner asks C's ``isalpha`` about whole code points and reads beyond its table, which can
end the process; names of commands are ASCII, and arguments fall away."""
_SCRATCH = re.compile(r"(/private)?/(tmp|var/folders|dev)/")


class Part(Struct, frozen=True):
    """One command of a compound.

    ``joined`` is the operator to the next part (``&&``, ``||``, ``;``, ``&``, or empty for the last; a
    last part with one was followed by something unreadable).
    ``piped`` says that its exit status is not the pipeline's; ``head`` that only that many lines of
    its output were kept. ``silent`` parts (``cd``, ``echo``, ``[``) only matter to how the others ended.
    """

    name: str
    words: tuple[str, ...]
    joined: str = ""
    piped: bool = False
    conditional: bool = False
    negated: bool = False
    silent: bool = False
    head: int | None = None

    @property
    def intent(self) -> Intent:
        """What the command is for, as far as its name tells."""
        return intent_of(self.name)

    @property
    def background(self) -> bool:
        """Started with ``&``: nobody waited for its end."""
        return self.joined == "&"


def read(command: str, depth: int = 0) -> list[Part]:
    """The parts of a command in order; ``depth`` counts shells inside shells."""
    if depth > 3:
        return []
    walk = _Walk(depth)
    source = _BEYOND_ASCII.sub("_", shortened(command)).encode()
    walk.visit(_parser().parse(source).root_node)
    return walk.parts


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


class _Stop(Exception):
    """The rest of the command is not readable."""


class _Walk:
    """One walk over a syntax tree, collecting parts in the order they are written."""

    def __init__(self, shell_depth: int) -> None:
        self.parts: list[Part] = []
        self._shells = shell_depth

    def visit(self, root: Node) -> None:
        with suppress(_Stop):
            self._node(root, 0)
            if self.parts:
                self.parts[-1] = replace(self.parts[-1], joined="&" if self.parts[-1].background else "")

    def _node(self, node: Node, depth: int) -> None:
        kind = node.type
        if depth > _DEPTH or len(self.parts) >= _MOST or (kind == "ERROR" and self.parts):
            raise _Stop
        if kind == "command":
            self._command(node)
        elif kind == "pipeline":
            self._pipeline(node, depth)
        elif kind == "redirected_statement":
            self._redirected(node, depth)
        elif kind == "negated_command":
            start = len(self.parts)
            self._children(node, depth)
            self._mark(start, negated=True)
        elif kind in _BRANCHES:
            start = len(self.parts)
            self._children(node, depth)
            self._mark(start, conditional=True)
        elif kind == "list":
            self._list(node, depth)
        elif kind in _GROUPS:
            self._children(node, depth)
        elif kind == "ERROR":
            self._children(node, depth)
            raise _Stop
        elif kind in {"variable_assignment", "variable_assignments"}:
            self._assignment(node, depth)
        elif kind in {"test_command", "declaration_command", "unset_command"}:
            self.parts.append(Part("[" if kind == "test_command" else "export", (), ";", silent=True))

    def _children(self, node: Node, depth: int) -> None:
        self._each(node.children, depth)

    def _each(self, nodes: list[Node], depth: int) -> None:
        for child in nodes:
            operator = _OPERATORS.get(child.type)
            if operator is None:
                self._node(child, depth + 1)
            elif self.parts:
                self.parts[-1] = replace(self.parts[-1], joined=operator)

    def _list(self, node: Node, depth: int) -> None:
        """``a && b && c`` nests to the left; long chains are walked without nesting calls."""
        chain = [node]
        while chain[-1].children and chain[-1].children[0].type == "list":
            chain.append(chain[-1].children[0])
        for link in reversed(chain):
            self._each(link.children[0 if link is chain[-1] else 1 :], depth)

    def _mark(self, start: int, **changes: Any) -> None:
        self.parts[start:] = [replace(part, **changes) for part in self.parts[start:]]

    def _assignment(self, node: Node, depth: int) -> None:
        value = node.child_by_field_name("value")
        if value is not None and value.type == "string" and len(value.named_children) == 1:
            value = value.named_children[0]
        if value is not None and value.type == "command_substitution":
            self._children(value, depth)

    def _redirected(self, node: Node, depth: int) -> None:
        start = len(self.parts)
        body = node.child_by_field_name("body")
        if body is not None:
            self._node(body, depth + 1)
        for child in node.children:
            if child.type == "file_redirect" and len(self.parts) > start:
                self._written(child)
            elif child.type == "heredoc_redirect":
                self._after_heredoc(child, start, depth)

    def _written(self, redirect: Node) -> None:
        """``cat > file`` writes a file, ``cat`` shows one: two names."""
        last = self.parts[-1]
        operator = next((child.type for child in redirect.children if ">" in child.type), "")
        target = redirect.child_by_field_name("destination")
        if last.name not in {"cat", "echo", "printf"} or operator not in {">", ">>", ">|"} or target is None:
            return
        if not _SCRATCH.match(_text(target)):
            self.parts[-1] = replace(last, name=f"{last.name} >", silent=False)

    def _after_heredoc(self, node: Node, start: int, depth: int) -> None:
        """What stands behind ``<<EOF`` on the same line: a pipe the text goes into, or ``&& …``."""
        for child in node.children:
            if child.type in _OPERATORS and self.parts:
                self.parts[-1] = replace(self.parts[-1], joined=_OPERATORS[child.type])
            elif child.type == "file_redirect" and len(self.parts) > start:
                self._written(child)
            elif child.type == "pipeline":
                fed = [part for part in self.parts[start:] if part.name != "cat"]
                self.parts[start:] = fed
                if fed:
                    self._mark(start, piped=True)
                else:
                    self._children(child, depth)
            elif child.type in {"command", "list", "redirected_statement"}:
                self._node(child, depth + 1)

    def _pipeline(self, node: Node, depth: int) -> None:
        stages = node.named_children
        start = len(self.parts)
        for at, stage in enumerate(stages):
            first = len(self.parts)
            self._node(stage, depth + 1)
            # The grammar takes `a && b 2>&1 | c` for a pipe around both: only the last one is in it.
            inner = max(first, len(self.parts) - 1) if _is_list(stage) else first
            if at + 1 < len(stages) and all(_feeds(part) for part in self.parts[inner:]):
                del self.parts[inner:]
                continue
            if at + 1 < len(stages):
                self._mark(max(inner, start), piped=True, head=_head(stages[at + 1 :]))
            return

    def _command(self, node: Node) -> None:
        words = [_text(child) for child in node.children if child.type not in _NO_WORDS]
        inner = strip_wrappers(words)
        script = _shell_script(inner)
        if script is not None:
            nested = read(script, self._shells + 1)
            self.parts.extend(nested)
            if nested:
                self.parts[-1] = replace(self.parts[-1], joined=";")
                return
        name, words = name_of(words)
        if name:
            self.parts.append(Part(name, tuple(words), ";", silent=words[0] in SILENT))


_NO_WORDS = {
    "variable_assignment",
    "file_redirect",
    "heredoc_redirect",
    "herestring_redirect",
    "<<<",
    "comment",
}


def _text(node: Node) -> str:
    """A word without its quotes. Expansions stay as they are written."""
    text = (node.text or b"").decode("utf-8", "replace")
    kind = node.children[0].type if node.type == "command_name" and node.children else node.type
    if kind in {"string", "raw_string", "ansi_c_string"} and len(text) >= 2:
        text = text.strip("$")[1:-1] if kind == "ansi_c_string" else text[1:-1]
        return text.replace('\\"', '"') if kind == "string" else text
    if kind == "concatenation":
        return text.replace('"', "").replace("'", "")
    return text


def _shell_script(words: list[str]) -> str | None:
    """The script of ``bash -lc 'script'``."""
    if not words or words[0].rpartition("/")[2] not in _SHELLS:
        return None
    for at, word in enumerate(words[1:-1], 1):
        if not word.startswith("-"):
            return None
        if re.fullmatch(r"-[a-z]*c", word):
            return words[at + 1]
    return None


def _is_list(node: Node) -> bool:
    while node.type == "redirected_statement":
        body = node.child_by_field_name("body")
        if body is None:
            return False
        node = body
    return node.type == "list"


def _feeds(part: Part) -> bool:
    return part.name in FEEDERS


def _head(stages: list[Node]) -> int | None:
    """How many lines a later ``head`` let through."""
    for stage in stages:
        text = (stage.text or b"")[:80].decode("utf-8", "replace")
        found = re.match(r"head(?:\s+-n)?\s*-?-?(?:lines=)?(\d+)?", text)
        if found:
            return int(found[1] or 10)
    return None

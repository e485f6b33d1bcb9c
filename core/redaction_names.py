"""Secrets known by the name they are assigned to: ``API_KEY=…``, ``"apiKey": "…"``, ``--token …``.

A name says secret when one of its words, split at ``_``, ``-`` and case, is *key*, *token*, *secret*,
*pass*, *password*, *auth*, *credential* or *dsn*. Its value is one when it is a literal of eight or
more characters with letters and digits: no variable, call, path, type or placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WORDS = frozenset(
    [
        "key",
        "token",
        "secret",
        "pass",
        "password",
        "auth",
        "credential",
        "dsn",
        "credentials",
        "passwd",
        "passphrase",
        "apikey",
        "authtoken",
    ]
)
_STEMS = ("key", "token", "secret", "pass", "auth", "credential", "dsn")
_ABOUT = frozenset(
    [
        "name",
        "names",
        "path",
        "file",
        "filename",
        "dir",
        "type",
        "length",
        "len",
        "size",
        "count",
        "index",
        "idx",
        "regex",
        "pattern",
        "version",
        "algorithm",
        "kind",
        "label",
        "error",
        "exception",
    ]
)
"""A name ending in one of these speaks about a secret and holds none."""

_NAME_BEFORE = re.compile(r"[A-Za-z0-9_-]*\Z")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_AFTER = re.compile(
    r"(?P<rest>[A-Za-z0-9_-]{0,60})(?P<close>\\{0,7}[\"'`])?\]?"
    r"(?: ?: ?[A-Za-z_][\w.<>\[\]|?]{0,40}(?= ?=[^=>]))?"
    r"(?P<gap>[ \t]{0,12})(?P<sep>={1,3}|!={1,2}|:=|=>|\?=|:|(?<= ))(?P<space>[ \t]{0,12})"
    r"(?:(?P<slash>\\{0,7})(?P<quote>[\"'`])(?P<quoted>(?:(?!(?P=quote))[^\\\s]){8,500}+)(?P=slash)(?P=quote)"
    r"|(?P<bare>[^\s\"'`\\;,&|<>(){}\[\]]{8,500}+)(?=\Z|[\s\"'`;&|<>]|\\))"
)
_TECHNICAL = re.compile(
    r"(?<![A-Za-z0-9])(?:u?int\d+|float\d+|complex\d+|base\d\d|sha\d+|md5|utf-?\d+|x509|ed25519|[rphe]s\d{3}"
    r"|p\d{3}|aes-?\d*|rsa-?\d*|oauth-?\d|http-?\d|s3|ec2|k8s|auth0|i18n|l10n|argon2\w*|pbkdf2|blake2\w?"
    r"|v\d+(?:(?:alpha|beta)\d*)?|[a-z]+\d+array)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_VARIABLE = re.compile(
    r"\$\w+|<.*>|%\(?\w+\)?s?|.*(?:\$\{|\$\(|\{\{|\{[\w.!:]*\}|\[REDACTED:|%[sdv]|\[[^][]*(?:a-z|A-Z|0-9)).*"
)
_PATH = re.compile(
    r"(?:~|\.{1,2})?/[\w.-]+(?:/[\w./-]*)?|https?://[^@]*|[\w./@-]+\.(?:pem|key|crt|json|jsonl|ya?ml|toml|txt|py|go|tsx?"
    r"|jsx?|rs|rb|java|md|env|cfg|ini|conf|html|css|sh|sql|log|csv|db)"
)
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEMBER = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def assigned_secrets(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """Start and end of every value assigned to a name that says secret.

    ``lowered`` is the text in lower case and exactly as long.
    """
    for stem in _STEMS:
        at = lowered.find(stem)
        while at >= 0:
            found = _AFTER.match(text, at + len(stem))
            if found is not None and _is_secret(text, at, stem, found):
                yield found.span("quoted" if found["quoted"] is not None else "bare")
            at = lowered.find(stem, at + len(stem))


def _is_secret(text: str, at: int, stem: str, found: re.Match[str]) -> bool:
    """Whether name and value of a possible assignment are what they seem."""
    start = _name_start(text, at)
    name = text[start : at + len(stem)] + found["rest"]
    if not says_secret(name):
        return False
    value = found["quoted"] or found["bare"]
    if not _is_literal(value):
        return False
    if found["quoted"] is not None:
        return bool(found["sep"]) or _is_option(text, start)
    return _is_bare_literal(text, start, name, value, found)


def says_secret(name: str) -> bool:
    """Whether one of the name's words says secret, and the name is not about one (``token_type``)."""
    words = [word.lower() for word in _WORD.findall(name)]
    return not WORDS.isdisjoint(words) and words[-1] not in _ABOUT


def _is_literal(value: str) -> bool:
    """Letters and digits that are no variable, template, path, address or technical word."""
    if not any(letter.isdigit() for letter in value) or not any(letter.isalpha() for letter in value):
        return False
    if _VARIABLE.fullmatch(value) or _PATH.fullmatch(value):
        return False
    return any(letter.isdigit() for letter in _TECHNICAL.sub("", value))


def _is_bare_literal(text: str, start: int, name: str, value: str, found: re.Match[str]) -> bool:
    """An unquoted value is a literal in a shell, an .env, a YAML or an INI file, and none in code."""
    separator, spaced = found["sep"], bool(found["space"])
    if "$" in value or _MEMBER.fullmatch(value):
        return False
    if separator == "":
        return _is_option(text, start)
    if separator == ":":
        fits = name != "PASS" and spaced and _line_ends(text, found.end())
    else:
        fits = separator == "=" and spaced == bool(found["gap"])
    return fits and not _is_variable(name, value, spaced)


def _is_variable(name: str, value: str, spaced: bool) -> bool:
    """Whether a bare value reads like another variable's name: no name has two digits and no underscore."""
    if name.isupper() or not _IDENTIFIER.fullmatch(value):
        return False
    return (spaced and "_" in value) or sum(letter.isdigit() for letter in value) < 2


def _name_start(text: str, at: int) -> int:
    """Where the name begins that the stem at ``at`` is a part of; not at the ``n`` of an escaped line end."""
    found = _NAME_BEFORE.search(text, max(0, at - 60), at)
    start = found.start() if found else at
    if start and text[start - 1] == "\\" and text[start] in "nrtbf" and start < at:
        return start + 1
    return start


def _is_option(text: str, start: int) -> bool:
    """Whether the name is a command's long option: ``--token``."""
    return text.startswith("--", start) and not text.startswith("---", start)


def _line_ends(text: str, at: int) -> bool:
    """Whether nothing but space stands between here and the end of the line or of the quoted text."""
    rest = text[at : at + 4].lstrip(" \t\r")
    return not rest or rest[0] in "\n\"'`" or rest[:2] in ("\\n", "\\r", '\\"')

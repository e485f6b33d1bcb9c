"""What may pass between memories and what may not."""

from __future__ import annotations

import pytest

from tacit.core.ids import pattern_id
from tacit.core.model import Kind, Pattern
from tacit.core.redaction import Redactor
from tacit.core.sharing_checks import fault_of, names_what, usable_name
from tacit.core.sharing_choice import choose

HONEST = [
    ("tool_sequence", ("edit *.go failed", "read *.go", "mise run test")),
    ("tool_sequence", ("bin/test failed", "edit src/*.rs")),
    ("tool_sequence", ("npx @scope/tool", "docker compose up")),
    ("error_recovery", ("exact", "<path>:<n>: string <name> has <n> occurrences, …", "read", "edit")),
    (
        "error_recovery",
        ("exact", "fatal: could not read from <url> [REDACTED:token]", "git fetch", "git push"),
    ),
    ("error_recovery", ("exact", "ModuleNotFoundError: No module named <name>", "pip install", "pytest")),
    ("error_recovery", ("exact", "expected one of: and/or, n/a", "read", "edit")),
    ("decision_point", ("cargo test failed", "read *.rs")),
    ("custom", ("release without a tag",)),
]
TELLING = [
    ("a path outside the project", "cat /etc/passwd"),
    ("a path outside the project", "open '/home/alice/notes.txt'"),
    ("a path outside the project", "see (/Users/alice)"),
    ("a path outside the project", "key=/root/.ssh/id"),
    ("a path outside the project", "~/bin/deploy"),
    ("a path outside the project", "~alice/bin"),
    ("a path outside the project", "../other-project/run.sh"),
    ("a path outside the project", "C:\\Users\\alice"),
    ("a path outside the project", "\\\\server\\share"),
    ("a path outside the project", "$HOME/bin/x"),
    ("a path outside the project", "${HOME}/bin/x"),
    ("an e-mail address", "ask alice.smith+work@example.co.uk first"),
    ("an address", "https://alice:secret@git.example.com/x"),
    ("an address", "ssh://build-host"),
    ("an address", "connect to 10.1.2.3 failed"),
    ("a project", "make -C jdx/mise"),
]


@pytest.mark.parametrize(("kind", "key"), HONEST)
def test_what_names_nothing_may_leave(kind: Kind, key: tuple[str, ...]):
    assert names_what(kind, key, {"jdx/mise", "cli"}) == ""
    assert fault_of(kind, key) == ""


@pytest.mark.parametrize(("what", "text"), TELLING)
def test_what_says_where_or_who_stays(what: str, text: str):
    for kind, key in (("custom", (text,)), ("error_recovery", ("exact", text, "read", "edit"))):
        assert names_what(kind, key, {"jdx/mise"}) == what  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("tool_sequence", ("read",)),
        ("tool_sequence", ("a",) * 6),
        ("error_recovery", ("exactly", "x", "read", "edit")),
        ("error_recovery", ("exact", "x", "read")),
        ("heuristic", ("app", "test")),
        ("context", ("app", "", "", "explore → edit")),
        ("file_group", ("app", "b.py", "a.py")),
        ("file_group", ("app", "a.py", "a.py")),
        ("file_group", ("app", *(f"{number:02}" for number in range(31)))),
        ("decision_point", ("", "read")),
        ("custom", ()),
        ("custom", ("x" * 401,)),
        ("custom", ("two\nlines",)),
        ("custom", (" padded",)),
        ("custom", ("\x1b]52;c;aGk=\x07",)),
        ("custom", ("gnp\u202eexe",)),
        ("custom", ("\ud800",)),
        ("custom", ("zero\u200bwidth",)),
    ],
)
def test_what_no_pattern_is_keyed_by_is_refused(kind: Kind, key: tuple[str, ...]):
    assert fault_of(kind, key)


def test_the_place_of_a_language_may_be_empty():
    assert fault_of("context", ("app", "", "other", "explore → edit")) == ""


@pytest.mark.parametrize("name", ["", " alice", "a" * 61, "two\nlines", "\x1b[31m", "a\u202eb"])
def test_a_source_has_a_plain_short_name(name: str):
    assert not usable_name(name)
    assert usable_name("the team’s memory")


def made(kind: Kind, *key: str) -> Pattern:
    return Pattern(pattern_id(kind, key), kind, "", key, *(1,) * 10)  # type: ignore[arg-type]


def test_what_stays_is_counted_by_reason_the_most_first():
    token = "ghp_" + "a1B2" * 9
    patterns = [
        made("custom", "good"),
        made("custom", f"push with {token}"),
        made("custom", "open /etc/hosts"),
        made("custom", "open /etc/passwd"),
        made("custom", "a mark [REDACTED:token:0f3a] of this store"),
        made("heuristic", "jdx/mise", "test", "cargo test"),
        made("custom", "two\nlines"),
    ]
    chosen = choose(patterns, Redactor(b"key"), projects=("jdx/mise",), with_project=False)
    assert [one.key for one in chosen.patterns] == [("good",)]
    assert list(chosen.left_out.values()) == [2, 2, 1, 1]
    assert chosen.left_out["hold a secret"] == chosen.left_out["name a path outside the project"] == 2
    more = choose(patterns, Redactor(b"key"), projects=("jdx/mise",), with_project=True)
    assert {one.key[0] for one in more.patterns} == {"good", "jdx/mise"}

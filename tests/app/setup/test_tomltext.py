"""A TOML file is changed where it has to be; comments and order stay."""

from __future__ import annotations

import tomllib

import pytest

from tacit.app.setup.tomltext import TomlText

PATH = ("mcp_servers", "tacit")
VALUE = {"command": '/a "b"/memory', "args": ["mcp"], "env": {"TACIT_HOME": "/x\x7f"}}
CONFIG = """\
# my settings
model = "gpt-5" # the good one
notes = \"\"\"
[mcp_servers.tacit]
is only text here
\"\"\"

[mcp_servers.other]
command = "x"

# about the next
[tui]
theme = "dark"
"""


@pytest.mark.parametrize("text", ["", "a = 1", CONFIG, CONFIG.replace("\n", "\r\n")])
def test_a_table_comes_to_the_end_and_goes_without_a_trace(text: str) -> None:
    made = TomlText(text).put(PATH, VALUE)
    assert made.text.startswith(text.rstrip())
    assert made.find(PATH) == VALUE == tomllib.loads(made.text)["mcp_servers"]["tacit"]
    assert made.take(PATH).text.rstrip() == text.rstrip()
    assert ("\r\n" in made.text) == ("\r\n" in text)


def test_a_table_in_the_middle_is_changed_and_taken_there() -> None:
    middle = CONFIG.replace(
        "# about", "[mcp_servers.tacit]\ncommand = 'old'\n[mcp_servers.tacit.env]\nA = '1'\n\n# about"
    )
    made = TomlText(middle).put(PATH, VALUE)
    assert made.find(PATH) == VALUE
    assert made.find(("tui", "theme")) == "dark"
    assert made.text.index("mcp_servers.tacit]\ncommand") < made.text.index("# about the next")
    assert made.take(PATH).text == CONFIG


def test_a_table_without_a_header_of_its_own_is_not_touched() -> None:
    inline = 'mcp_servers = { tacit = { command = "memory", args = ["mcp"] } }\n'
    with pytest.raises(ValueError, match="table of its own"):
        TomlText(inline).take(PATH)


def test_texts_and_lists_that_look_like_headers_are_none() -> None:
    odd = '[mcp_servers.tacit]\nargs = [\n[1],\n# [tui]\n]\nenv = { A = """\n[x]\n""" }\n\n[tui]\nb = 1\n'
    assert TomlText(odd).take(PATH).text == "[tui]\nb = 1\n"


def test_the_mark_at_the_beginning_of_a_file_stays() -> None:
    made = TomlText("\ufeff[tui]\na = 1\n").put(PATH, VALUE)
    assert made.text.startswith("\ufeff[tui]\na = 1\n\n[mcp_servers.tacit]\n")
    assert made.take(PATH).text == "\ufeff[tui]\na = 1\n"

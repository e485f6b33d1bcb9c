"""One key of a TOML text is set or removed, and nothing else of it changes."""

from __future__ import annotations

import difflib
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.core.toml_editing import literal, put, take

FILE = """\
# how I like it
[store]   # where it lies
quota = "1GB"  # enough

[ui]
theme = 'dark'
keys.quit = "Q"

[optimize]
auto = [
  "merge",  # always
  "archive",
]

[projects.aliases]
"old name" = "new"  # moved
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that went and came."""
    rows = difflib.ndiff(before.splitlines(), after.splitlines())
    return [row for row in rows if row[0] in "+-"]


@pytest.mark.parametrize(
    ("path", "value", "rows"),
    [
        (("store", "quota"), '"2GB"', ['- quota = "1GB"  # enough', '+ quota = "2GB"  # enough']),
        (("store", "path"), '"/x"', ['+ path = "/x"']),
        (("ui", "theme"), '"light"', ["- theme = 'dark'", '+ theme = "light"']),
        (("ui", "keys", "quit"), '"q"', ['- keys.quit = "Q"', '+ keys.quit = "q"']),
        (("ui", "keys", "delete"), '"x"', ['+ keys.delete = "x"']),
        (
            ("optimize", "auto"),
            '["drop"]',
            ['+ auto = ["drop"]', "- auto = [", '-   "merge",  # always', '-   "archive",', "- ]"],
        ),
        (
            ("projects", "aliases", "old name"),
            '"n"',
            ['- "old name" = "new"  # moved', '+ "old name" = "n"  # moved'],
        ),
        (("projects", "aliases", "a/b"), '"c"', ['+ "a/b" = "c"']),
        (("export", "directory"), '"/y"', ["+ ", "+ [export]", '+ directory = "/y"']),
    ],
)
def test_a_key_is_set_where_it_belongs(path: tuple[str, ...], value: str, rows: list[str]) -> None:
    assert changed(FILE, put(FILE, path, value)) == rows


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("", ("ui", "theme"), '[ui]\ntheme = "x"\n'),
        ("[ui]", ("ui", "theme"), '[ui]\ntheme = "x"\n'),
        ("# only this", ("ui", "theme"), '# only this\n\n[ui]\ntheme = "x"\n'),
        ("[ui]\r\n", ("ui", "theme"), '[ui]\r\ntheme = "x"\r\n'),
        ("ui = {}\n", ("ui", "theme"), 'ui = { theme = "x" }\n'),
        ("ui = { a = 1 } # c\n", ("ui", "theme"), 'ui = { a = 1, theme = "x" } # c\n'),
        ("ui = { a = { b = 1 } }\n", ("ui", "theme"), 'ui = { a = { b = 1 }, theme = "x" }\n'),
        ("ui = { keys = { b = 1 } }\n", ("ui", "keys", "c"), 'ui = { keys = { b = 1, c = "x" } }\n'),
        ("ui.theme = 1\n[store]\n", ("ui", "theme"), 'ui.theme = "x"\n[store]\n'),
        ("ui.a = 1\n[store]\n", ("ui", "theme"), 'ui.a = 1\nui.theme = "x"\n[store]\n'),
        ("ui.keys.a = 1\n[store]\n", ("ui", "theme"), 'ui.keys.a = 1\nui.theme = "x"\n[store]\n'),
        ("[ui.keys]\na = 1\n", ("ui", "theme"), '[ui.keys]\na = 1\n\n[ui]\ntheme = "x"\n'),
        ('[ui]\nx = """\ntheme = 1\n"""\n', ("ui", "theme"), '[ui]\nx = """\ntheme = 1\n"""\ntheme = "x"\n'),
        ("[ ui ]\n'theme'=1#c\n", ("ui", "theme"), "[ ui ]\n'theme'=\"x\"#c\n"),
        ("[ui]\nat = 1979-05-27 07:32:00Z\n", ("ui", "at"), '[ui]\nat = "x"\n'),
    ],
)
def test_however_a_file_is_written(before: str, path: tuple[str, ...], after: str) -> None:
    assert put(before, path, '"x"') == after
    tomllib.loads(after)


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ('[ui]\n# why\ntheme = "x" # c\n\n[store]\n', ("ui", "theme"), "[ui]\n# why\n\n[store]\n"),
        ("ui = { a = 1, b = 2, c = 3 }\n", ("ui", "b"), "ui = { a = 1, c = 3 }\n"),
        ("ui = { a = 1, b = 2 }\n", ("ui", "b"), "ui = { a = 1 }\n"),
        ("ui = { a = 1 }\n", ("ui", "a"), "ui = {  }\n"),
        ("[ui]\nkeys = { a = 1, b = 2 }\nx = 1\n", ("ui", "keys"), "[ui]\nx = 1\n"),
        ("[ui.keys]\na = 1\nb = 2\n[store]\n", ("ui", "keys"), "[store]\n"),
        ("[ui]\na = 1\n# of ui\n[ui.keys]\nb = 1\n[[odd]]\nc = 1\n", ("ui",), "# of ui\n[[odd]]\nc = 1\n"),
        ("[ui]\na = [\n 1, # x\n]\nb = 2", ("ui", "a"), "[ui]\nb = 2"),
        ("[ui]\na = 1\n", ("ui", "b"), "[ui]\na = 1\n"),
    ],
)
def test_a_key_is_removed_with_its_line(before: str, path: tuple[str, ...], after: str) -> None:
    assert take(before, path) == after
    tomllib.loads(after)


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
names = st.sampled_from(["a", "b", "store", "x y", "ä", "with.dot", 'quo"te', "[", "#"])
values = st.one_of(
    words.map(literal),
    st.integers(-9, 99).map(str),
    st.lists(words, max_size=3).map(lambda items: literal(tuple(items))),
    st.sampled_from(["[\n  1, # one\n  2,\n]", "'''\n[a]\nb = 1'''", '"""x"""', "true", "1979-05-27"]),
    st.dictionaries(names, st.integers(0, 9), max_size=2).map(
        lambda table: f"{{ {', '.join(f'{literal(key)} = {value}' for key, value in table.items())} }}"
    ),
)
comments = st.sampled_from(["", "  # said [so] = 1", "\n\n# alone\n"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """A valid file of tables with comments between."""
    text = ""
    for header in draw(st.lists(names, unique=True, max_size=3)):
        text += f"[{literal(header)}]{draw(comments)}\n"
        for name in draw(st.lists(names, unique=True, max_size=4)):
            text += f"{literal(name)} = {draw(values)}{draw(comments)}\n"
    return text if draw(st.booleans()) else text.replace("\n", "\r\n")


@settings(max_examples=300, deadline=None)
@given(files(), names, names, words)
def test_set_then_load_gives_the_value_and_all_else_stays(
    text: str, section: str, name: str, value: str
) -> None:
    before = tomllib.loads(text)
    after = put(text, (section, name), literal(value))
    wanted = {**before, section: {**before.get(section, {}), name: value}}
    assert tomllib.loads(after) == wanted
    old = name in before.get(section, {})
    if not old:
        came = len(after) - len(text)
        assert any(text == after[:at] + after[at + came :] for at in range(len(text) + 1))
        left = tomllib.loads(take(after, (section, name)))
        assert {key: item for key, item in left.items() if item or key in before} == before


@settings(max_examples=200, deadline=None)
@given(words)
def test_every_text_is_read_back_as_it_was(text: str) -> None:
    assert tomllib.loads(f"x = {literal(text)}")["x"] == text

"""``patterns.toml``: what a person declares is learned like anything else, what is wrong is told."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from transcript import habits

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.patterns_file import Declared, declare, load_patterns
from tacit.core.places import places

NOW = 1_767_607_200_000 + 30 * 86_400_000
LINTED = """
[[pattern]]
name = "lint, then mend"
actions = ["read *", "...", "ruff check failed", "edit *"]
project = "app"
"""


def write(text: str) -> Path:
    path = Path(places().patterns)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_there_need_be_no_file_and_an_empty_one_declares_nothing(own_home: Path):
    assert load_patterns(places().patterns) == ()
    assert load_patterns(str(write("# nothing yet\n"))) == ()
    assert places().patterns == str(own_home / "tacit" / "patterns.toml")


def test_every_key_is_read(own_home: Path):
    path = write(
        '[[pattern]]\nname = "a"\nactions = ["edit *", "...", "git commit"]\n'
        '[[pattern]]\nname = "b"\nproject = "x/y"\nlanguage = "go"\noutcome = "success"\n'
        'tool = "shell"\nerror = "lint failed"\nfiles = "*.go"\n'
    )
    assert load_patterns(str(path)) == (
        Declared("a", ("edit *", "...", "git commit")),
        Declared("b", (), "x/y", "go", "success", "shell", "lint failed", "*.go"),
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[pattern]]\nname = "a\n', 2, "not valid TOML"),
        ('[[patterns]]\nname = "a"\n', 1, "there is no 'patterns' here. Each pattern is a [[pattern]]."),
        ('[pattern]\nname = "a"\n', 1, "pattern is a list of tables. Write [[pattern]]."),
        ('[[pattern]]\ntool = "shell"\n', 1, 'this pattern has no name. Write name = "…".'),
        ('\n\n[[pattern]]\nname = "a"\n', 3, "names no step. Give it one of actions, tool, error, files."),
        (
            '[[pattern]]\nname = "a"\ntool = "shell"\n[[pattern]]\nname = "b"\naction = ["x"]\n',
            6,
            "Did you mean actions?",
        ),
        ('[[pattern]]\nname = "a"\n\ntool = "hammer"\n', 4, "“hammer”. It is one of read, edit,"),
        ('[[pattern]]\nname = "a"\nerror = "lint"\n', 3, "It is one of edit refused, file missing"),
        ('[[pattern]]\nname = "a"\noutcome = "good"\nfiles = "x"\n', 3, "It is one of success, partial"),
        ('[[pattern]]\nname = 3\nfiles = "x"\n', 2, 'name is a text. Write name = "…".'),
        ('[[pattern]]\nname = "a"\nfiles = " "\n', 3, "files is a text"),
        ('[[pattern]]\nname = "a\\u001b[2J"\nfiles = "x"\n', 2, "name is no plain line"),
        ('[[pattern]]\nname = "a"\nactions = "x"\n', 3, 'Write actions = ["edit *", "...", "git commit"].'),
        ('[[pattern]]\nname = "a"\nactions = []\n', 3, "Name 1 to 20 of them."),
        ('[[pattern]]\nname = "a"\nactions = ["x", "..."]\n', 3, "“...” stands between two actions"),
        ('[[pattern]]\nname = "a"\nactions = ["x", "...", "...", "y"]\n', 3, "stands between two actions"),
        (
            '[[pattern]]\nname = "a"\nfiles = "x"\n[[pattern]]\nfiles = "x"\nname = "a"\n',
            6,
            "'a' stands twice. Choose another name.",
        ),
        ('pattern = [{name = "a", tool = "x"}]\n', 1, "tool cannot be “x”"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_next_step(own_home: Path, text: str, line: int, said: str):
    path = write(text)
    with pytest.raises(Usage) as raised:
        load_patterns(str(path))
    assert str(path) in str(raised.value)
    assert f"line {line}" in str(raised.value)
    assert said in f"{raised.value} {raised.value.hint}"


def test_what_is_no_text_or_cannot_be_read_is_told_too(own_home: Path):
    path = write("")
    path.write_bytes(b"# fine\n\xff\xfe")
    with pytest.raises(Usage, match="line 2"):
        load_patterns(str(path))
    path.write_text("#" * 1_000_001)
    with pytest.raises(Usage, match="1,000,000"):
        load_patterns(str(path))
    with pytest.raises(Usage, match="cannot be read"):
        load_patterns(str(path.parent))


def test_a_declared_pattern_is_learned_with_its_numbers_and_evidence(tmp_path: Path):
    write(LINTED)
    habits(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        (pattern,) = [one for one in memory.patterns() if one.kind == "custom"]
        assert (pattern.title, pattern.uses, pattern.successes, pattern.failures) == (
            *("lint, then mend", 4),
            *(3, 1),
        )
        assert {(use.first, use.last) for use in memory.evidence(pattern.id)} == {(2, 5)}


def test_a_change_of_the_file_holds_for_what_is_imported_from_then_on(tmp_path: Path):
    early = habits(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths(early[:1])
        path = write(LINTED)
        memory.import_paths(early[1:])
        (pattern,) = [one for one in memory.patterns() if one.kind == "custom"]
        assert pattern.uses == 3
        path.write_text("[[pattern]]\n")
        os.utime(path, ns=(1, 1))
        with pytest.raises(Usage, match="has no name"):
            memory.import_paths([tmp_path])


def test_a_wrong_file_stops_an_import_before_anything_is_read(tmp_path: Path):
    write("[[pattern]]\n")
    habits(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        with pytest.raises(Usage, match="has no name"):
            memory.import_paths([tmp_path / "in"])
        assert not memory.sessions()


FIELDS = {"name": "mended “it”", "actions": ["edit *", "...", "* fmt"], "files": "*.go"}


def test_what_is_declared_is_added_behind_what_stands_there(own_home: Path):
    path = Path(places().patterns)
    one = declare(str(path), FIELDS)
    assert one == Declared("mended “it”", ("edit *", "...", "* fmt"), files="*.go")
    assert load_patterns(str(path)) == (one,)
    path.write_text(f"# mine\n{LINTED}# the end, without a line break", encoding="utf-8")
    path.chmod(0o640)
    before = path.read_text()
    declare(str(path), FIELDS)
    assert path.read_text().startswith(before)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [found.name for found in load_patterns(str(path))] == ["lint, then mend", "mended “it”"]
    assert [file.name for file in path.parent.iterdir()] == ["patterns.toml"]


def test_line_breaks_and_a_link_stay_what_they_are(own_home: Path, tmp_path: Path):
    real = tmp_path / "dotfiles.toml"
    real.write_bytes(LINTED.replace("\n", "\r\n").encode())
    path = Path(places().patterns)
    path.parent.mkdir(parents=True)
    path.symlink_to(real)
    declare(str(path), FIELDS)
    assert path.is_symlink()
    assert real.read_bytes().count(b"\n") == real.read_bytes().count(b"\r\n")
    assert len(load_patterns(str(real))) == 2


@pytest.mark.parametrize("text", ["say \"so\" \\ 'x' # [[pattern]]", "日本語 👍", "C:\\new", '"""'])
def test_any_plain_line_comes_back_as_it_was(own_home: Path, text: str):
    one = declare(places().patterns, {"name": text, "actions": [text, "...", text], "project": text})
    assert load_patterns(places().patterns) == (one,)
    assert one.actions == (text, "...", text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[pattern]\n", "not valid TOML"),
        ('[[pattern]]\nname = "x"\n', "line 1: this pattern names no step"),
        (
            'pattern = [{name = "a", tool = "edit"}]\n',
            "holds its patterns in one list. Write each as a table",
        ),
        ('[[pattern]]\nname = "mended “it”"\ntool = "edit"\n', "'mended “it”' stands twice"),
    ],
)
def test_a_file_that_cannot_be_added_to_is_left_alone(own_home: Path, text: str, said: str):
    path = write(text)
    with pytest.raises(Usage) as refused:
        declare(str(path), FIELDS)
    assert said in str(refused.value)
    assert path.read_text(encoding="utf-8") == text
    assert [file.name for file in path.parent.iterdir()] == ["patterns.toml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(own_home: Path):
    path = write(LINTED)
    path.parent.chmod(0o500)
    with pytest.raises(Usage, match="cannot be written"):
        declare(str(path), FIELDS)
    path.parent.chmod(0o700)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"actions": ["x"]}, 'This pattern has no name. Write name = "…".'),
        ({"name": "a"}, "This pattern names no step. Give it one of actions, tool, error, files."),
        ({"name": "a", "tool": "hammer"}, "Tool cannot be “hammer”. It is one of read, edit,"),
        ({"name": "a", "actions": ["x", "..."]}, "“...” stands between two actions"),
        ({"name": "a", "actions": ["x\x1b[2J"]}, "An action is no plain line. Make it one."),
        ({"name": "lint, then mend", "tool": "edit"}, "'lint, then mend' stands twice"),
    ],
)
def test_fields_are_checked_with_the_words_of_the_file(own_home: Path, fields: dict[str, object], said: str):
    path = write(LINTED)
    with pytest.raises(Usage) as refused:
        declare(str(path), fields)
    assert said in str(refused.value)
    assert path.read_text() == LINTED


def test_several_that_declare_at_once_lose_nothing(own_home: Path):
    path = write(LINTED)
    with ThreadPoolExecutor(2) as pool:
        for number in range(10):
            list(
                pool.map(
                    lambda name: declare(str(path), {"name": name, "tool": "edit"}),
                    (f"a{number}", f"b{number}"),
                )
            )
    assert len(load_patterns(str(path))) == 21

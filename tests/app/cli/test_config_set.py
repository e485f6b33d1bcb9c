"""``memory config set`` and ``unset``: checked before they write, and nothing else is changed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

Call = Any


def value_of(call: Call, key: str) -> Any:
    rows = call("config", "show", "--format", "json").json()["settings"]
    return next(row["value"] for row in rows if row["key"] == key)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("store.quota", "2GB", 2_000_000_000),
        ("record.buffer_steps", "12", 12),
        ("record.close_after", "36h", 36 * 3_600_000),
        ("optimize.auto", "merge, archive", ["merge", "archive"]),
        ("import.redact_allow", '["a,b", "c"]', ["a,b", "c"]),
        ("embedding.base_url", "http://localhost:11434/v1", "http://localhost:11434/v1"),
        ("embedding.model", '-x"y\\z\té', '-x"y\\z\té'),
        ("ui.theme", "light", "light"),
    ],
)
def test_what_is_set_is_what_is_loaded(call: Call, home: Path, key: str, text: str, value: Any) -> None:
    done = call("config", "set", "--", key, text)
    assert (done.code, done.out) == (0, "")
    assert f"{key}: not set → " in done.err
    assert value_of(call, key) == value
    assert stat.S_IMODE((home / "config.toml").stat().st_mode) == 0o600
    assert call("config", "unset", key).code == 0
    assert value_of(call, key) is None


def test_a_path_is_meant_from_where_it_is_typed(
    call: Call, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call("config", "set", "export.directory", "mirror")
    assert value_of(call, "export.directory") == str(tmp_path / "mirror")
    call("config", "set", "export.directory", "~/mirror")
    assert 'directory = "~/mirror"' in (home / "config.toml").read_text(encoding="utf-8")
    assert value_of(call, "export.directory") == str(home / "mirror")


def test_entries_of_a_table(call: Call, home: Path) -> None:
    assert call("config", "set", "projects.aliases.github.com/a/b", "new").code == 0
    assert call("config", "set", "ui.keys.delete", "x").code == 0
    assert value_of(call, "projects.aliases")["github.com/a/b"] == "new"
    assert value_of(call, "ui.keys") == {"delete": "x"}
    assert call("config", "unset", "projects.aliases.github.com/a/b").code == 0
    assert not value_of(call, "projects.aliases")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("ui.them", "x"), "ui.theme"),
        (("ui.theme", "blue"), "dark, light, plain"),
        (("store.quota", "much"), "500MB"),
        (("record.buffer_steps", "0"), "from 1 on"),
        (("record.buffer_time", "5"), "24h"),
        (("optimize.auto", "merge,magic"), "magic"),
        (("import.redact_allow", "[1]"), "list of texts"),
        (("import.redact_allow", '["a"'), "is no list"),
        (("embedding.model", ""), "wrong kind"),
        (("projects.aliases", "x"), "projects.aliases.NAME"),
        (("projects.aliases.old", ""), "wrong kind"),
        (("ui.keys.nothing", "x"), "no action"),
        (("store.path.x", "y"), "no setting"),
        (("embedding.base_url", "ftp://x"), "base_url"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_written(
    call: Call, home: Path, words: tuple[str, ...], why: str
) -> None:
    done = call("config", "set", *words)
    assert done.code == 2
    assert why in done.err
    assert not (home / "config.toml").exists()


def test_comments_order_mode_and_a_link_are_kept(call: Call, home: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n[ui]\ntheme = 'dark' # so\n\n[store]\nquota = '1GB'\n", encoding="utf-8")
    real.chmod(0o640)
    (home / "config.toml").symlink_to(real)
    done = call("config", "set", "ui.theme", "light")
    assert "ui.theme: dark → light" in done.err
    wanted = "# mine\n[ui]\ntheme = \"light\" # so\n\n[store]\nquota = '1GB'\n"
    assert real.read_text(encoding="utf-8") == wanted
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert (home / "config.toml").is_symlink()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".config")] == []


def test_a_file_that_is_no_toml_stays_as_it_is(call: Call, home: Path) -> None:
    for content in (b"[ui\n", b"\xff\xfe", b"a = 1\na = 2\n"):
        (home / "config.toml").write_bytes(content)
        for words in (("set", "ui.theme", "light"), ("unset", "ui.theme")):
            done = call("config", *words)
            assert done.code == 2
            assert "is not valid TOML" in done.err
        assert (home / "config.toml").read_bytes() == content


def test_a_wrong_value_can_be_mended_and_an_unknown_key_removed(call: Call, home: Path) -> None:
    (home / "config.toml").write_text("[ui]\ntheme = 'blue'\nthem = 1\n[odd]\nx = 1\n", encoding="utf-8")
    assert call("config").code == 2
    assert "still cannot be used" in call("config", "set", "ui.theme", "dark").err
    assert "still cannot be used" in call("config", "unset", "ui.them").err
    assert "still" not in call("config", "unset", "odd").err
    assert (home / "config.toml").read_text(encoding="utf-8") == '[ui]\ntheme = "dark"\n'


def test_nothing_to_take_away_is_said(call: Call) -> None:
    done = call("config", "unset", "ui.theme")
    assert (done.code, done.out) == (0, "")
    assert "is not set" in done.err
    assert call("config", "unset", "ui.them").code == 2
    assert call("config", "unset", "ui").code == 2


def test_a_variable_that_overrides_it_is_named(call: Call) -> None:
    done = call("config", "set", "ui.theme", "light", TACIT_UI_THEME="dark")
    assert "TACIT_UI_THEME in the environment overrides it" in done.err


def test_a_folder_that_cannot_be_written_is_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = call("config", "set", "ui.theme", "light", home=tmp_path / "file" / "home")
    assert done.code == 1
    assert "cannot be written" in done.err


def test_of_several_at_once_none_is_lost(home: Path) -> None:
    keys = ("record.buffer_steps", "learn.queue", "embedding.batch", "embedding.dimensions")

    def one(key: str) -> int:
        done = subprocess.run(
            [sys.executable, "-m", "tacit", "config", "set", key, "7"],
            env=os.environ | {"TACIT_HOME": str(home)},
            capture_output=True,
            check=False,
        )
        return done.returncode

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, keys)) == [0, 0, 0, 0]
    assert (home / "config.toml").read_text(encoding="utf-8").count("= 7") == 4


def test_keys_and_choices_are_completed(home: Path) -> None:
    def complete(words: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tacit"],
            env=os.environ
            | {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_MEMORY_COMPLETE": "bash_complete"},
            capture_output=True,
            text=True,
            check=False,
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert complete("memory config set ui.") == ["ui.theme", "ui.keys."]
    assert complete("memory config set ui.theme l") == ["light"]
    assert complete("memory config unset store.q") == ["store.quota"]

"""Help, version, configuration, completion, errors: the door itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tacit import __version__
from tacit.app.commands.logfile import LIMIT
from tacit.app.commands.root import COMMANDS, memory

Call = Any


def test_help_groups_the_commands_without_loading_them(call: Call) -> None:
    done = call("--help")
    assert done.code == 0
    for name, (_, text) in COMMANDS.items():
        assert name in done.out
        assert text in done.out
    assert done.out.index("See what was learned") < done.out.index("Look after it")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_the_short_help_of_the_list(call: Call, name: str) -> None:
    done = call(name, "-h")
    assert done.code == 0
    assert done.out.startswith(f"Usage: memory {name}")
    command = memory.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.get_short_help_str(200) == COMMANDS[name][1]


def test_version(call: Call) -> None:
    assert call("--version").out == f"tacit {__version__}\n"


def test_a_mistyped_command_names_its_neighbour(call: Call) -> None:
    done = call("patern")
    assert done.code == 2
    assert "memory patterns" in done.err


def test_common_options_stand_anywhere(call: Call, home: Path, tmp_path: Path) -> None:
    store = str(home / "store")
    elsewhere = tmp_path / "other"
    before = call("--store", store, "patterns", "--format", "json", home=elsewhere)
    behind = call("patterns", "--store", store, "--format", "json", home=elsewhere)
    named = call("patterns", "--format", "json", home=elsewhere, TACIT_STORE=store)
    assert before.json() == behind.json() == named.json()


def test_the_demo_store_says_that_it_is_one(call: Call, tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    done = call("--demo", "patterns", home=home)
    assert done.code == 0
    assert done.out
    assert "demo store" in done.err
    assert not (home / "store").exists()
    assert call("stats", "--demo", "--reset", home=home).code == 0


def test_config_shows_values_and_where_they_come_from(call: Call, home: Path) -> None:
    (home / "config.toml").write_text('[import]\nredact_allow = ["abc"]\n', encoding="utf-8")
    shown = call("config", "show", "--format", "json", TACIT_UI_THEME="light").json()
    settings = {row["key"]: row for row in shown["settings"]}
    assert settings["import.redact_allow"]["value"] == ["abc"]
    assert settings["import.redact_allow"]["origin"] == str(home / "config.toml")
    assert settings["ui.theme"] == {"key": "ui.theme", "value": "light", "origin": "TACIT_UI_THEME"}
    assert shown["places"]["store"] == str(home / "store")
    assert "redact_allow" in call("config").out
    assert call("config", "path").out.strip() == str(home / "config.toml")


def test_a_wrong_configuration_is_a_usage_error(call: Call, home: Path) -> None:
    (home / "config.toml").write_text("[import]\nredact_alow = []\n", encoding="utf-8")
    done = call("config", "show")
    assert done.code == 2
    assert "import.redact_allow" in done.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(call: Call, shell: str) -> None:
    done = call("completion", shell)
    assert done.code == 0
    assert "_MEMORY_COMPLETE" in done.out


def test_an_unforeseen_error_is_one_line_and_goes_to_the_log(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret text of a record")

    monkeypatch.setattr("tacit.memory.Memory.stats", fail)
    done = call("stats")
    assert done.code == 1
    assert "RuntimeError" in done.err
    assert "Traceback" not in done.err
    log = (home / "tacit.log").read_text(encoding="utf-8")
    assert "stats failed RuntimeError" in log
    assert "secret text" not in log + done.err
    assert "Traceback" in call("stats", "--verbose").err


def test_the_log_holds_verbs_and_counts_only(call: Call, home: Path) -> None:
    one = call("patterns", "--format", "jsonl").lines()[0]["id"]
    call("delete", one)
    log = (home / "tacit.log").read_text(encoding="utf-8")
    assert " delete done " in log
    assert one not in log
    assert (home / "tacit.log").stat().st_mode & 0o777 == 0o600


def test_the_log_does_not_grow_for_ever(call: Call, home: Path) -> None:
    (home / "tacit.log").write_text("x" * (LIMIT + 1), encoding="utf-8")
    call("export")
    assert (home / "tacit.log").stat().st_size < 1000
    assert (home / "tacit.log.1").stat().st_size > LIMIT


def test_a_log_that_cannot_be_written_stops_nobody(call: Call, home: Path) -> None:
    (home / "tacit.log").unlink()
    (home / "tacit.log").mkdir()
    assert call("export").code == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [(("--demo", "--store", "x"), "a store of its own"), (("--reset",), "the demo store anew")],
)
def test_options_that_do_not_go_together_are_an_error(call: Call, options: tuple[str, ...], why: str) -> None:
    done = call(*options, "patterns")
    assert done.code == 2
    assert why in done.err

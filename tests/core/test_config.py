from __future__ import annotations

import re
from pathlib import Path

import pytest

from tacit.core.config import SETTINGS, load
from tacit.core.errors import Usage
from tacit.core.places import Places


def write(home: Path, text: str) -> Places:
    (home / "config.toml").write_text(text, encoding="utf-8")
    return Places({"TACIT_HOME": str(home)})


def test_without_a_file_everything_is_the_default(tmp_path: Path) -> None:
    places = Places({"TACIT_HOME": str(tmp_path)})
    config = load(places)
    assert config.redact_allow == ()
    assert config.aliases == {}
    assert {item.origin for item in config.found} == {"default"}
    assert places.store == f"{tmp_path}/store"
    assert places.export == f"{tmp_path}/export"


def test_the_file_sets_every_setting(tmp_path: Path) -> None:
    places = write(
        tmp_path,
        """
        [store]
        path = "elsewhere"
        quota = "2GB"
        network = "allow"
        [import]
        redact_allow = ["EXAMPLE_KEY"]
        [record]
        buffer_steps = 10
        buffer_time = "2s"
        close_after = "30m"
        [learn]
        queue = 200
        [optimize]
        auto = ["merge", "archive"]
        archive_after = "26w"
        keep_time = "365d"
        keep_size = "2GB"
        [embedding]
        provider = "openai"
        model = "nomic-embed-text"
        base_url = "http://localhost:11434/v1"
        key_file = "key"
        dimensions = 512
        timeout = "10s"
        batch = 16
        [projects.aliases]
        "work/old" = "github.com/me/new"
        [export]
        directory = "/mirror"
        [ui]
        theme = "light"
        [ui.keys]
        delete = "x,ctrl+x"
        """,
    )
    config = load(places)
    assert config.store_path == f"{tmp_path}/elsewhere"
    assert (config.store_quota, config.network) == (2_000_000_000, "allow")
    assert config.redact_allow == ("EXAMPLE_KEY",)
    assert config.aliases == {"work/old": "github.com/me/new"}
    assert (config.buffer_steps, config.buffer_time, config.close_after) == (10, 2_000, 1_800_000)
    assert (config.queue, config.optimize_auto) == (200, ("merge", "archive"))
    assert config.archive_after == 26 * 7 * 86_400_000
    assert (config.keep_time, config.keep_size) == (365 * 86_400_000, 2_000_000_000)
    assert (config.provider, config.model) == ("openai", "nomic-embed-text")
    assert (config.base_url, config.key_file) == ("http://localhost:11434/v1", f"{tmp_path}/key")
    assert (config.dimensions, config.timeout, config.batch) == (512, 10_000, 16)
    assert places.export == "/mirror"
    assert config.theme == "light"
    assert config.keys == {"delete": "x,ctrl+x"}
    assert len(config.found) == len(SETTINGS)
    assert {item.origin for item in config.found} == {places.config}


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    write(tmp_path, '[import]\nredact_allow = ["a"]\n[ui]\ntheme = "light"\n')
    environ = {
        "TACIT_IMPORT_REDACT_ALLOW": "b, c",
        "TACIT_PROJECTS_ALIASES": "x=y,z=y",
        "TACIT_STORE_PATH": "/s",
    }
    places = Places(environ | {"TACIT_HOME": str(tmp_path)})
    config = load(places)
    assert config.redact_allow == ("b", "c")
    assert config.aliases == {"x": "y", "z": "y"}
    assert config.theme == "light"
    assert places.store == "/s"


def test_a_named_store_reads_no_configuration(tmp_path: Path) -> None:
    write(tmp_path, "not toml")
    assert Places({"TACIT_HOME": str(tmp_path)}, store="/here").store == "/here"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[stor]\npath='x'", "section [stor]", "store"),
        ("[import]\nredact_alow = []", "key import.redact_alow", "import.redact_allow"),
        ("[import]\nredact_allow = 'x'", "import.redact_allow", "list"),
        ("[import]\nredact_allow = [1]", "import.redact_allow", "list"),
        ("[projects]\naliases = ['x']", "projects.aliases", "table"),
        ("[ui]\ntheme = 3", "ui.theme", "text"),
        ("[ui]\ntheme = 'pink'", "ui.theme cannot be “pink”", "dark, light, plain"),
        ("[optimize]\nauto = ['merge', 'all']", "optimize.auto cannot be “all”", "archive, drop"),
        ("store = 'x'", "store is a section", "[store]"),
        ("[store", "not valid TOML", "Correct it"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, message: str, hint: str) -> None:
    places = write(tmp_path, text)
    with pytest.raises(Usage) as caught:
        load(places)
    assert places.config in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    places = Places({"TACIT_HOME": str(tmp_path)})
    Path(places.config).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Usage, match="not valid TOML"):
        load(places)


def test_a_value_that_cannot_be_is_named_in_the_environment_too(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="TACIT_UI_THEME cannot be “pink”"):
        load(Places({"TACIT_HOME": str(tmp_path), "TACIT_UI_THEME": "pink"}))


@pytest.mark.parametrize("name", ["TACIT_IMPORT_REDACT_ALOW", "TACIT_UI_THEM"])
def test_a_mistyped_variable_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(Usage, match=name):
        load(Places({"TACIT_HOME": str(tmp_path), name: "x"}))


def test_other_variables_of_tacit_are_no_settings(tmp_path: Path) -> None:
    environ = {"TACIT_HOME": str(tmp_path), "TACIT_STORE": "/x", "TACIT_WHATEVER": "y"}
    assert load(Places(environ)).found


def test_aliases_in_the_environment_are_pairs(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="not a table"):
        load(Places({"TACIT_HOME": str(tmp_path), "TACIT_PROJECTS_ALIASES": "x"}))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500MB", 500_000_000),
        ("1.5 GB", 1_500_000_000),
        ("2tb", 2 * 10**12),
        ("7kB", 7000),
        ("12", 12),
        ("9 B", 9),
    ],
)
def test_a_size_is_written_with_a_decimal_unit(tmp_path: Path, text: str, size: int) -> None:
    assert load(Places({"TACIT_HOME": str(tmp_path), "TACIT_STORE_QUOTA": text})).store_quota == size
    assert load(write(tmp_path, f'[store]\nquota = "{text}"')).store_quota == size


@pytest.mark.parametrize("text", ["", "much", "-1", "1.2.3", "2XB", "GB", "1e9", "²"])
def test_what_is_no_size_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(Usage, match="500MB"):
        load(Places({"TACIT_HOME": str(tmp_path), "TACIT_STORE_QUOTA": text}))


@pytest.mark.parametrize("value", ["true", "1.5", '["1MB"]'])
def test_a_size_of_another_kind_is_told(tmp_path: Path, value: str) -> None:
    with pytest.raises(Usage, match="500MB"):
        load(write(tmp_path, f"[store]\nquota = {value}"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[record]\nbuffer_time = "soon"', "a span of time"),
        ('[record]\nbuffer_time = "0s"', "a span of time"),
        ("[record]\nbuffer_steps = 0", "a whole number from 1 on"),
        ("[learn]\nqueue = true", "a whole number from 1 on"),
        ('[optimize]\nauto = ["merge", "burn"]', "One of|one of merge, archive, drop, retain"),
    ],
)
def test_counts_and_spans_that_make_no_sense_are_refused(tmp_path: Path, written: str, said: str):
    with pytest.raises(Usage) as refused:
        load(write(tmp_path, written))
    assert re.search(said, refused.value.hint)

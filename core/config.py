# ruff: noqa: PTH110, PTH123
"""The settings: what ``config.toml`` and the environment say, checked.

Each setting is one row of :data:`SETTINGS`. ``TACIT_<SECTION>_<NAME>`` in the environment beats the
file, the file beats the default. Lists in the environment are separated by commas, the pairs of a
table too: ``TACIT_PROJECTS_ALIASES=old=new,other=new``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from tacit.core.config_values import NUMBERS
from tacit.core.errors import Usage
from tacit.core.places import Places, absolute

Shape = Literal["text", "path", "url", "list", "table", "size", "count", "span"]
Value = str | int | tuple[str, ...] | dict[str, str] | None


class Setting(Struct, frozen=True):
    """One thing that can be set: ``section.name`` in the file."""

    section: str
    name: str
    shape: Shape
    help: str
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """As a person writes it, ``import.redact_allow``."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"TACIT_{self.section}_{self.name}".upper()


OPTIMIZE = ("merge", "archive", "drop", "retain")
"""What upkeep can do (see :mod:`tacit.core.optimize`)."""

PROVIDERS = ("local", "openai", "cohere", "hashing")
"""Who can turn text into vectors (see :mod:`tacit.core.embedding.choice`)."""

KEYS = ("TACIT_EMBEDDING_KEY",)
"""Variables that hold a secret: they are no settings, so that nothing ever shows them."""

SETTINGS = (
    Setting("store", "path", "path", "the directory of the store"),
    Setting("store", "quota", "size", "warn when the store takes more: 500MB, 2GB"),
    Setting(
        "store", "network", "text", "a store on a network file system: refuse or allow", ("refuse", "allow")
    ),
    Setting("import", "redact_allow", "list", "texts that look like secrets and are none"),
    Setting(
        "record", "buffer_steps", "count", "steps of a live episode held back before they are written: 50"
    ),
    Setting("record", "buffer_time", "span", "how long they are held back at most: 5s"),
    Setting("record", "close_after", "span", "when an episode left open is closed as unknown: 24h"),
    Setting("learn", "queue", "count", "episodes that may wait to be learned from: 1000"),
    Setting("optimize", "auto", "list", "what `memory optimize --auto` may do", OPTIMIZE),
    Setting("optimize", "archive_after", "span", "how long a pattern without proof goes unused: 180d"),
    Setting("optimize", "keep_time", "span", "sessions older than this are let go; none if not set: 365d"),
    Setting(
        "optimize", "keep_size", "size", "the oldest sessions are let go beyond this; none if not set: 2GB"
    ),
    Setting("embedding", "provider", "text", "who turns text into vectors: local, openai, …", PROVIDERS),
    Setting("embedding", "model", "text", "a local model's name, or what the remote provider calls it"),
    Setting("embedding", "base_url", "url", "a compatible server: http://localhost:11434/v1"),
    Setting("embedding", "key_file", "path", "a file of mode 0600 with the remote provider's key"),
    Setting("embedding", "dimensions", "count", "how long a remote provider's vectors are to be: 512"),
    Setting("embedding", "timeout", "span", "what one batch may take, its retries included: 30s"),
    Setting("embedding", "batch", "count", "texts in one request: 64"),
    Setting("projects", "aliases", "table", "other names of a project: alias = project"),
    Setting("export", "directory", "path", "the directory of the mirror"),
    Setting(
        "ui", "theme", "text", "the theme of the inspector: dark, light or plain", ("dark", "light", "plain")
    ),
    Setting("ui", "keys", "table", "other keys of the inspector: action = keys"),
)


class Found(Struct, frozen=True):
    """A setting, its value, and where that came from: ``default``, the file or a variable's name."""

    setting: Setting
    value: Value
    origin: str


class Config:
    """All settings of one process. Read them by their attributes."""

    def __init__(self, found: tuple[Found, ...]) -> None:
        self.found = found
        values: dict[str, Any] = {item.setting.key: item.value for item in found}
        self.store_path: str | None = values["store.path"]
        self.store_quota: int | None = values["store.quota"]
        self.network: str = values["store.network"] or "refuse"
        self.redact_allow: tuple[str, ...] = values["import.redact_allow"] or ()
        self.buffer_steps: int = _or(values["record.buffer_steps"], 50)
        self.buffer_time: int = _or(values["record.buffer_time"], 5_000)
        """Milliseconds, as every span."""
        self.close_after: int = _or(values["record.close_after"], 86_400_000)
        self.queue: int = _or(values["learn.queue"], 1_000)
        self.optimize_auto: tuple[str, ...] = values["optimize.auto"] or ()
        self.archive_after: int = _or(values["optimize.archive_after"], 180 * 86_400_000)
        self.keep_time: int | None = values["optimize.keep_time"]
        self.keep_size: int | None = values["optimize.keep_size"]
        self.provider: str | None = values["embedding.provider"]
        self.model: str | None = values["embedding.model"]
        self.base_url: str | None = values["embedding.base_url"]
        self.key_file: str | None = values["embedding.key_file"]
        self.dimensions: int | None = values["embedding.dimensions"]
        self.timeout: int = _or(values["embedding.timeout"], 30_000)
        self.batch: int = _or(values["embedding.batch"], 64)
        self.aliases: dict[str, str] = _short(values["projects.aliases"] or {})
        self.export_directory: str | None = values["export.directory"]
        self.theme: str | None = values["ui.theme"]
        self.keys: dict[str, str] = values["ui.keys"] or {}


def load(places: Places | None = None) -> Config:
    """Read the configuration file of these places, if there is one, and their environment.

    Raises:
        Usage: the file is no TOML, or a key or value is wrong; the message names file and key.
    """
    places = places or Places()
    written = _read(places.config)
    overrides = _overrides(places.environ)
    found: list[Found] = []
    for setting in SETTINGS:
        if setting.variable in overrides:
            value = from_text(setting, overrides[setting.variable])
            check(setting, value, setting.variable)
            found.append(Found(setting, value, setting.variable))
        elif setting.key in written:
            value = from_file(setting, written[setting.key], places.config)
            check(setting, value, f"{places.config}: {setting.key}")
            found.append(Found(setting, value, places.config))
        else:
            found.append(Found(setting, None, "default"))
    return Config(tuple(found))


def _read(path: str) -> dict[str, Any]:
    """``section.name`` to value, of a file that may not exist."""
    return _flat(parsed(path)[1], path) if os.path.exists(path) else {}


def parsed(path: str) -> tuple[str, dict[str, Any]]:
    """The text of a file, and what it says as TOML.

    Raises:
        Usage: it cannot be read, or is no TOML.
    """
    import tomllib

    try:
        with open(path, "rb") as file:
            text = file.read().decode()
        return text, tomllib.loads(text)
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Usage(f"{path} is not valid TOML: {error}.", "Correct it, or move it away.") from None


def _flat(content: dict[str, Any], path: str) -> dict[str, Any]:
    known = {setting.key for setting in SETTINGS}
    sections = {setting.section for setting in SETTINGS}
    flat: dict[str, Any] = {}
    for section, body in content.items():
        if section not in sections:
            raise unknown(f"section [{section}]", section, sections, path)
        if not isinstance(body, dict):
            raise Usage(f"{path}: {section} is a section.", f"Write [{section}] on a line of its own.")
        for name, value in body.items():
            key = f"{section}.{name}"
            if key not in known:
                raise unknown(f"key {key}", key, known, path)
            flat[key] = value
    return flat


def _overrides(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that set something; one of a known section that sets nothing is a mistake."""
    known = {setting.variable for setting in SETTINGS}
    sections = tuple({f"TACIT_{setting.section}_".upper() for setting in SETTINGS})
    mine = {name: value for name, value in environ.items() if name.startswith(sections) and name not in KEYS}
    for name in mine:
        if name not in known:
            raise unknown(f"setting {name}", name, known, "The environment")
    return mine


def unknown(what: str, name: str, names: set[str], where: str) -> Usage:
    """The error about a name that there is not, with the nearest there is."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(names), n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(names))}."
    return Usage(f"{where}: there is no {what}.", hint)


def from_text(setting: Setting, text: str) -> Value:
    """The value of a setting as the environment tells it.

    Raises:
        Usage: it is none.
    """
    if setting.shape == "path":
        return absolute(text)
    if setting.shape in {"text", "url"}:
        return text
    if setting.shape in NUMBERS:
        return NUMBERS[setting.shape](text, setting.variable)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if setting.shape == "list":
        return tuple(parts)
    pairs = [part.partition("=") for part in parts]
    if not all(alias and name for alias, _, name in pairs):
        raise Usage(f"{setting.variable} is not a table.", "Write alias=name,alias=name.")
    return {alias.strip(): name.strip() for alias, _, name in pairs}


def from_file(setting: Setting, value: Any, path: str) -> Value:
    """The value of a setting as the file tells it; a path is relative to the file it stands in.

    Raises:
        Usage: it is none.
    """
    if setting.shape == "list" and isinstance(value, list) and _all_text(value):
        return tuple(value)
    if setting.shape == "table" and isinstance(value, dict) and _all_text(value.values()):
        return value
    if setting.shape in NUMBERS and isinstance(value, (str, int)):
        return NUMBERS[setting.shape](str(value), f"{path}: {setting.key}")
    if setting.shape in {"text", "url", "path"} and isinstance(value, str) and value:
        return absolute(value, path.rpartition("/")[0]) if setting.shape == "path" else value
    wanted = {
        "list": 'a list of texts: ["…"]',
        "table": 'a table of texts: alias = "name"',
        "size": 'a size: "500MB"',
        "count": "a whole number: 50",
        "span": 'a span of time: "24h"',
    }
    needs = wanted.get(setting.shape, 'a text: "…"')
    raise Usage(f"{path}: {setting.key} has a value of the wrong kind.", f"It is {needs}.")


def _short(aliases: Mapping[str, str]) -> dict[str, str]:
    """The aliases with the names that projects have in a store; a long name also as it is written."""
    from tacit.core.learn.paths import short_name

    return {one: short_name(to) for name, to in aliases.items() for one in (name, short_name(name))}


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def check(setting: Setting, value: Value, where: str) -> None:
    """See that a value is one of the choices, and an address one that may be asked.

    Raises:
        Usage: it is not; the message says where it stands.
    """
    wrong = [one for one in (value if isinstance(value, tuple) else (value,)) if one not in setting.choices]
    if setting.choices and wrong:
        raise Usage(f"{where} cannot be “{wrong[0]}”.", f"It is one of {', '.join(setting.choices)}.")
    if setting.shape == "url" and isinstance(value, str):
        from tacit.core.embedding.address import check_address

        check_address(value, where)


def _all_text(values: Iterable[Any]) -> bool:
    return all(isinstance(item, str) and item for item in values)

# ruff: noqa: PTH100, PTH111, PTH118
"""Where things lie on this machine.

``TACIT_HOME=DIR`` puts everything under one directory; otherwise the platform's usual places for
"tacit" are taken. ``--store`` or ``TACIT_STORE`` moves the store alone. Places are text, not
``pathlib`` paths, and the platform is asked only for a place that is really needed: both are slow to
import and most commands need neither.
"""

from __future__ import annotations

import os
from collections.abc import Mapping


class Places:
    """The places of one process.

    Args:
        environ: the environment, for ``TACIT_HOME`` and ``TACIT_STORE``.
        store: where the store lies, if the command line says so.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ, store: str | None = None) -> None:
        self.environ = environ
        home = environ.get("TACIT_HOME")
        given = store or environ.get("TACIT_STORE")
        self._home = absolute(home) if home else None
        self.given_store = absolute(given) if given else None
        """The store that the command line or ``TACIT_STORE`` names, else ``None``."""

    @property
    def store(self) -> str:
        """The store's directory: as given, else what the configuration says, else the usual place.

        Raises:
            Usage: the configuration has to be read and is wrong.
        """
        if self.given_store:
            return self.given_store
        from tacit.core.config import load

        return load(self).store_path or f"{self._home or self._user('data')}/store"

    @property
    def export(self) -> str:
        """The directory of the mirror, the export that is kept up to date.

        Raises:
            Usage: the configuration is wrong.
        """
        from tacit.core.config import load

        return load(self).export_directory or f"{self._home or self._user('data')}/export"

    def mirror_of(self, store: str) -> str:
        """The directory of the mirror of a store: the usual one, or beside a store that lies elsewhere."""
        if self.given_store is None and store == self.store:
            return self.export
        return f"{store}-export"

    def backups_of(self, store: str) -> str:
        """The directory of the backups of a store: the usual one, or beside a store that lies elsewhere."""
        if self.given_store is None and store == self.store:
            return f"{self._home or self._user('data')}/backups"
        return f"{store}-backups"

    @property
    def config(self) -> str:
        """The configuration file, which may not exist."""
        return f"{self._home or self._user('config')}/config.toml"

    @property
    def patterns(self) -> str:
        """The file of declared patterns beside it, which may not exist."""
        return f"{self._home or self._user('config')}/patterns.toml"

    @property
    def cache(self) -> str:
        """What can be thrown away: the demo store, later compiled models."""
        return f"{self._home}/cache" if self._home else self._user("cache")

    @property
    def log(self) -> str:
        """The log file, which may not exist."""
        return f"{self._home or self._user('log')}/tacit.log"

    @property
    def inspector(self) -> str:
        """What the inspector remembers of how a person likes it, which may not exist."""
        return f"{self._home or self._user('data')}/inspector.json"

    @property
    def watcher(self) -> str:
        """What the watcher of this person holds a lock on, which may not exist; its notes lie beside it."""
        return f"{self._home or self._user('data')}/watcher"

    @property
    def token(self) -> str:
        """The file with the token of the server over HTTP, which may not exist."""
        return f"{self._home or self._user('data')}/token"

    def demo(self, version: str) -> str:
        """The directory of the demo store; a new version makes a new one."""
        return f"{self.cache}/demo-{version}"

    @staticmethod
    def _user(what: str) -> str:
        import platformdirs

        return {
            "data": platformdirs.user_data_dir,
            "config": platformdirs.user_config_dir,
            "cache": platformdirs.user_cache_dir,
            "log": platformdirs.user_log_dir,
        }[what]("tacit", appauthor=False)


def places() -> Places:
    """The places of this process, as its environment has them."""
    return Places()


def absolute(path: str, base: str = "") -> str:
    """The whole path of what a person wrote: ``~`` opened, relative to ``base`` or the working directory."""
    return os.path.abspath(os.path.join(base, os.path.expanduser(path)))


def short(path: str) -> str:
    """A path as it is told to a person: the home directory is ``~``."""
    home = os.path.expanduser("~")
    return f"~{path[len(home) :]}" if home != "/" and path.startswith(f"{home}/") else path

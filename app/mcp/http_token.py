"""The token that a client over HTTP has to send: 32 random bytes in a file that only its owner reads."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from contextlib import suppress

from tacit.core.errors import TacitError

_LEAST = 32
"""Characters: what is shorter was not made here."""

_MOST = 1_000


class Token:
    """The token in a file. A new one in its place holds from the next request on.

    Args:
        path: the file, which is there.

    Raises:
        TacitError: it cannot be used.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: tuple[int, ...] = ()
        self._value = b""
        self._value = read(path)

    def matches(self, given: bytes) -> bool:
        """Whether a client sent the token, found out in a time that does not tell how much of it is right."""
        self._look()
        return bool(self._value) and hmac.compare_digest(self._value, given)

    def _look(self) -> None:
        """Read the file anew where it changed; one that is gone or open to others lets nobody in."""
        try:
            found = os.stat(self._path, follow_symlinks=False)  # noqa: PTH116
            seen = (found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode, found.st_uid)
            if seen != self._seen:
                self._seen, self._value = seen, read(self._path)
        except (OSError, TacitError):
            self._seen, self._value = (), b""


def read(path: str) -> bytes:
    """The token in a file.

    Raises:
        TacitError: there is none, or it is somebody else's or may be read by others.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _unusable(path, f"it cannot be opened ({error.strerror})") from None
    try:
        _check(path, os.fstat(handle))
        value = os.read(handle, _MOST).strip()
    finally:
        os.close(handle)
    if len(value) < _LEAST:
        raise _unusable(path, "it is too short")
    return value


def _check(path: str, found: os.stat_result) -> None:
    """See that a file is one that nobody else can read or has written.

    Raises:
        TacitError: it is not.
    """
    if not stat.S_ISREG(found.st_mode):
        raise _unusable(path, "it is no file")
    if found.st_uid != os.geteuid():
        raise _unusable(path, "it belongs to somebody else")
    if found.st_mode & 0o077:
        raise TacitError(
            f"The token {path} may be read by others.",
            f"`chmod 600 {path}`; `memory mcp --http --new-token` makes another one.",
        )


def ensure(path: str, *, anew: bool = False) -> None:
    """Make the token unless it is there, or in any case; of two processes that do, both have the same.

    Raises:
        TacitError: it cannot be written.
    """
    if not anew and os.path.lexists(path):
        return
    folder = os.path.dirname(path)  # noqa: PTH120
    beside = f"{path}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_urlsafe(32).encode() + b"\n")
            _place(beside, path, anew=anew)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(beside)  # noqa: PTH108
    except OSError as error:
        raise _unusable(path, f"it cannot be written ({error.strerror})") from None


def _place(beside: str, path: str, *, anew: bool) -> None:
    if anew:
        os.replace(beside, path)  # noqa: PTH105
        return
    with suppress(FileExistsError):  # somebody else's came first and holds
        os.link(beside, path)


def _unusable(path: str, why: str) -> TacitError:
    return TacitError(
        f"The token {path} cannot be used: {why}.", "`memory mcp --http --new-token` makes another one."
    )

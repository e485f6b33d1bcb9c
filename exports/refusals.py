"""Why a file of a tree that comes back cannot be used, in one small set of reasons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from tacit.core.jsonform import SCHEMA
from tacit.exports.files import open_regular

if TYPE_CHECKING:
    from mmap import mmap

Reason = Literal["unreadable", "too large", "not JSON", "newer", "wrong form", "wrong id", "twice"]

NO_FILE = "no regular file, or not ours to read"


class FormError(Exception):
    """A file cannot be used."""

    def __init__(self, reason: Reason, why: str = "") -> None:
        super().__init__(why)
        self.reason: Reason = reason
        self.why = why


@contextmanager
def form_errors() -> Iterator[None]:
    """Turn what decoding and checking a file raises into the reason why it cannot be used.

    Raises:
        FormError: anything was wrong with it.
    """
    try:
        yield
    except RecursionError:
        raise FormError("wrong form", "nested too deep") from None
    except (msgspec.ValidationError, UnicodeDecodeError) as error:
        raise FormError("wrong form", str(error)) from None
    except msgspec.DecodeError as error:
        raise FormError("not JSON", str(error)) from None
    except (ValueError, OverflowError) as error:
        raise FormError("wrong form", str(error)) from None


def whole_file(path: Path, most: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        FormError: there is none, or it holds more than ``most`` bytes.
    """
    file = open_regular(path)
    if file is None:
        raise FormError("unreadable", NO_FILE)
    with file:
        content = file.read(most + 1)
    if len(content) > most:
        raise FormError("too large", f"more than {most} bytes")
    return content


def check_version(content: bytes | mmap) -> None:
    """See that the file's ``schema`` is none of a newer Tacit.

    Raises:
        FormError: it is.
        msgspec.DecodeError: it cannot be told.
    """
    if msgspec.json.decode(content, type=_Version).schema > SCHEMA:
        raise FormError("newer", "a newer Tacit wrote it")


class _Version(Struct):
    schema: int

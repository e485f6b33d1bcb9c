"""The records of a file of JSON Lines, or the one value of a JSON file, typed: for readers of any agent.

Raw fields of what is decoded are slices of the file's buffer, not copies: a reader may keep all of them and
look at their text when it is wanted. Every line that cannot be used is counted by its reason, a torn or
glued line gives back the records in it that are whole, a half-written last line is left for next time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from tacit.core.readers.base import ReadTally, Unreadable
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import FLAWS
from tacit.core.readers.mapped import MappedFile

T = TypeVar("T")
_LARGEST_REPAIR = 16_000_000
_MOST_RECORDS = 16


def records(file: MappedFile, decoder: msgspec.json.Decoder[T], tally: ReadTally) -> Iterator[T]:
    """Every record of a file of JSON Lines, in its order."""
    for offset, length, ended in file.spans():
        raw = file.view[offset : offset + length]
        if length < _LARGEST_REPAIR and not bytes(raw[:64]).strip() and not bytes(raw).strip():
            tally.read_to = offset + length + ended
            continue
        tally.lines += 1
        tally.read_to = offset + length + ended
        try:
            record = decoder.decode(raw)
        except FLAWS as flaw:
            found = list(_repaired(raw, decoder, flaw, tally))
            if not found and not ended and _is_begun(flaw):
                tally.lines -= 1
                tally.read_to = offset
            elif not found:
                tally.skip(_reason(flaw, raw))
            yield from found
        else:
            yield record


def heads(head: bytes, decoder: msgspec.json.Decoder[T]) -> Iterator[T]:
    """The whole records among the first bytes of a file, to recognise it by."""
    for raw in head.removeprefix(b"\xef\xbb\xbf").splitlines():
        try:
            yield decoder.decode(raw)
        except FLAWS:
            continue


def whole(file: MappedFile, path: Path, decoder: msgspec.json.Decoder[T], tally: ReadTally) -> T:
    """The one value of a JSON file.

    Raises:
        Unreadable: it is not as the decoder wants it; half written it is read again when it is whole.
    """
    raw = file.view[file.start :]
    tally.lines += 1
    try:
        found = decoder.decode(raw)
    except FLAWS as flaw:
        mended = _mended(raw, decoder) if isinstance(flaw, msgspec.DecodeError) else None
        if mended is None:
            raise Unreadable(path, _reason(flaw, raw)) from flaw
        found = mended
    tally.read_to = file.size
    return found


def value(raw: bytes | memoryview, decoder: msgspec.json.Decoder[T], tally: ReadTally) -> T | None:
    """One record that stands alone, as in a row of a database; counted where nothing can be made of it."""
    view = memoryview(raw)
    tally.lines += 1
    try:
        return decoder.decode(view)
    except FLAWS as flaw:
        mended = _mended(view, decoder) if _is_begun(flaw) else None
        if mended is None:
            tally.skip(_reason(flaw, view))
        return mended


def _mended(raw: memoryview, decoder: msgspec.json.Decoder[T]) -> T | None:
    """What is right but for halves of surrogate pairs."""
    try:
        return decoder.decode(without_lone_surrogates(bytes(raw)))
    except FLAWS:
        return None


def _repaired(
    raw: memoryview, decoder: msgspec.json.Decoder[T], flaw: Exception, tally: ReadTally
) -> Iterator[T]:
    """What can be had of a line that is not as it should be."""
    if len(raw) >= _LARGEST_REPAIR or not _is_begun(flaw):
        return
    mended = _mended(raw, decoder)
    if mended is not None:
        yield mended
        return
    for piece in _pieces(bytes(raw).decode("utf-8", "replace")):
        found = _mended(memoryview(piece.encode()), decoder)
        if found is not None:
            tally.recovered += 1
            yield found


def _pieces(text: str) -> Iterator[str]:
    """Every whole record in a torn or glued line, at most 16.

    What stands inside of a torn record is none: it follows a colon, a comma or a bracket, or something that
    is no record follows it.
    """
    scan = json.JSONDecoder().raw_decode
    at = text.find('{"')
    for _ in range(_MOST_RECORDS):
        if at < 0:
            return
        try:
            _, end = scan(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            inside = text[:at].rstrip()[-1:] in {":", ",", "["}
            if not inside and text[end:].lstrip()[:1] in {"", "{"}:
                yield text[at:end]
        at = text.find('{"', end)


def _is_begun(flaw: Exception) -> bool:
    """Whether it is no JSON as it stands, so that it may be torn, glued or half written."""
    return isinstance(flaw, msgspec.DecodeError) and not isinstance(flaw, msgspec.ValidationError)


def _reason(flaw: Exception, raw: memoryview) -> str:
    if isinstance(flaw, RecursionError):
        return "too deep"
    if isinstance(flaw, UnicodeDecodeError):
        return "wrong encoding"
    if isinstance(flaw, msgspec.ValidationError):
        return "unexpected fields" if bytes(raw[:64]).lstrip()[:1] == b"{" else "not an object"
    return "not JSON"

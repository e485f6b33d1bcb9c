"""The JSON form of what one memory shares with others, both ways.

``{"format": "tacit-shareable", "version": 1, "source", "shared_at", "patterns": [...]}``; see
``exports/schema/shareable.json``. Whoever hands us such a file may have made it by hand, or to do harm: a
pattern that is not sound is left out and counted, ids and titles are made here, of kind and key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Raw, Struct

from tacit.core.clock import DAY, parse_time, rfc3339
from tacit.core.errors import NothingUsable
from tacit.core.ids import pattern_id
from tacit.core.jsonform import Json, rounded, without_hash
from tacit.core.learn.statistics import interval, rate
from tacit.core.learn.strata import OWN_JUDGEMENT
from tacit.core.learn.titles import title_of
from tacit.core.loop.records import Shared
from tacit.core.model import Kind, Pattern, Verdict
from tacit.core.sharing import Parcel
from tacit.core.sharing_checks import MOST_USES, fault_of, secret_in, usable_name
from tacit.core.untrusted import LAST_TIME

FORMAT = "tacit-shareable"
VERSION = 1
UNNAMED = "unnamed"

MOST_BYTES = 10_000_000
MOST = 10_000
"""Patterns of one file."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOSE = 1e-6
Redact = Callable[[str], str]


def shareable_json(patterns: Iterable[Pattern | Shared], source: str, at: int) -> Json:
    """The file of some patterns, as a source shares them at a time, in milliseconds."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "shared_at": rfc3339(at - at % 1000),
        "patterns": [_pattern_json(one) for one in patterns],
    }


def _pattern_json(one: Pattern | Shared) -> Json:
    """Kind, key and numbers; the time of a use by its day."""
    low, high = interval(one.successes, one.judged)
    return {
        "kind": one.kind,
        "key": list(one.key),
        "title": title_of(one.kind, one.key),
        "verdict": one.verdict,
        **{name: getattr(one, name) for name in ("uses", "judged", "successes", "failures", "partial")},
        "rate": rounded(rate(one.successes, one.judged)),
        "low": rounded(low),
        "high": rounded(high),
        **{name: getattr(one, name) for name in ("episodes", "sessions", "projects")},
        "first_used": rfc3339(one.first_used)[:10],
        "last_used": rfc3339(one.last_used)[:10],
    }


class _Mark(Struct):
    format: str = ""
    version: int = 0


class _File(Struct):
    source: str
    shared_at: str
    patterns: list[Raw]


class _Entry(Struct):
    """A pattern of a file. What is not named is passed over."""

    kind: Kind
    key: tuple[str, ...]
    title: str
    verdict: Verdict | None
    uses: int
    judged: int
    successes: int
    failures: int
    partial: int
    rate: float | None
    low: float | None
    high: float | None
    episodes: int
    sessions: int
    projects: int
    first_used: str
    last_used: str


class _Fault(Exception):
    """Why a pattern cannot be used."""


def is_shareable(content: bytes) -> bool:
    """Whether some bytes are a file of this form, of any version."""
    try:
        return msgspec.json.decode(content, type=_Mark).format == FORMAT
    except (ValueError, RecursionError):
        return False


def parcel_from(content: bytes, redact: Redact, *, now: int, source: str = "", where: str = "It") -> Parcel:
    """What a file tells.

    Args:
        content: its bytes.
        redact: finds secrets; a pattern that holds one is left out.
        now: milliseconds; nothing can have been shared later, but for a day that clocks may differ.
        source: what to call the source, whatever the file does.
        where: what the file is called in messages.

    Raises:
        NothingUsable: it is no such file, of a newer version, too large, or nothing in it can be used.
    """
    file = _file_of(content, where)
    name = source or without_hash(redact(file.source))
    if not usable_name(name):
        raise NothingUsable(f"{where} has no usable name of its source.", "Give it one with --name.")
    at = _time(file.shared_at)
    if at is None:
        raise NothingUsable(f"{where} does not say when it was shared.", _HINT)
    if at > now + DAY:
        raise NothingUsable(f"{where} says it was shared in the future.", "Check both clocks.")
    skipped: Counter[str] = Counter()
    found: dict[str, Shared] = {}
    for raw in file.patterns:
        try:
            one = _shared(raw, redact, name, at, now)
        except _Fault as fault:
            skipped[str(fault)] += 1
            continue
        if one.id in found:
            skipped["told twice"] += 1
        found.setdefault(one.id, one)
    if skipped and not found:
        reasons = ", ".join(f"{number} {why}" for why, number in skipped.most_common())
        raise NothingUsable(f"Nothing in {where} can be used: {reasons}.", _HINT)
    ordered = tuple(found[id_] for id_ in sorted(found))
    return Parcel(name, at, ordered, dict(sorted(skipped.items())))


_HINT = "Such a file is written by `memory export --shareable`."


def _file_of(content: bytes, where: str) -> _File:
    if len(content) > MOST_BYTES:
        raise NothingUsable(f"{where} is larger than {MOST_BYTES // 1_000_000} MB.", _HINT)
    try:
        mark = msgspec.json.decode(content, type=_Mark)
        if mark.format != FORMAT:
            raise NothingUsable(f"{where} is no file of shared patterns.", _HINT)
        if mark.version != VERSION:
            known = f"its version is {mark.version}, this Tacit knows {VERSION}"
            raise NothingUsable(f"{where} cannot be read: {known}.", "Update Tacit, or have it shared again.")
        file = msgspec.json.decode(content, type=_File)
    except RecursionError:
        raise NothingUsable(f"{where} is nested too deep.", _HINT) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NothingUsable(f"{where} is no file of shared patterns.", _HINT) from None
    if len(file.patterns) > MOST:
        raise NothingUsable(f"{where} holds more than {MOST:,} patterns.", "Have a part of them shared.")
    return file


def _shared(raw: Raw, redact: Redact, source: str, at: int, now: int) -> Shared:
    """One pattern of a file, every field looked at."""
    try:
        told = msgspec.json.decode(raw, type=_Entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Fault("not in the form of a pattern") from None
    if fault := fault_of(told.kind, told.key):
        raise _Fault(f"with {fault}")
    if secret_in(told.key, redact):
        raise _Fault("with a secret")
    _check_numbers(told)
    first, last = _day(told.first_used), _day(told.last_used)
    if first is None or last is None or not first <= last <= at + DAY:
        raise _Fault("with times that cannot be")
    counts = {name: getattr(told, name) for name in _COUNTS}
    return Shared(
        id=pattern_id(told.kind, told.key),
        kind=told.kind,
        key=told.key,
        source=source,
        shared_at=at,
        taken_at=now,
        **counts,
        first_used=first,
        last_used=last,
        verdict=told.verdict,
    )


_ENDS = ("successes", "failures", "partial")
_COUNTS = ("uses", "judged", *_ENDS, "episodes", "sessions", "projects")


def _check_numbers(told: _Entry) -> None:
    """Counts add up, what follows from them does, and only a kind that has a verdict has one."""
    counts = [getattr(told, name) for name in _COUNTS]
    low, high = (None, None)
    sound = min(counts) >= 0 and max(counts) <= MOST_USES
    sound = sound and told.judged == told.successes + told.failures + told.partial <= told.uses
    sound = sound and 0 < told.sessions <= told.episodes <= told.uses and 0 < told.projects <= told.episodes
    if sound:
        low, high = interval(told.successes, told.judged)
        sound = _same((told.rate, told.low, told.high), (rate(told.successes, told.judged), low, high))
    if not sound:
        raise _Fault("with numbers that do not add up")
    if (told.verdict is None) != (told.kind in OWN_JUDGEMENT):
        raise _Fault("with a verdict that its kind does not have")


def _same(told: Sequence[float | None], meant: Sequence[float | None]) -> bool:
    """Whether numbers are those that follow from the counts, as far as they are written."""
    missing = [one is None for one in told] == [one is None for one in meant]
    return missing and all(
        abs((one or 0) - (two or 0)) < _CLOSE for one, two in zip(told, meant, strict=True)
    )


def _day(text: str) -> int | None:
    return _time(text) if _DAY.fullmatch(text) else None


def _time(text: str) -> int | None:
    try:
        at = parse_time(text[:40])
    except (ValueError, OverflowError):
        return None
    return at if 0 <= at <= LAST_TIME else None

"""By what the evidence of a store was derived: the rules, the declared patterns, the plug-ins.

A change of any of them takes effect for what is derived from then on. What was derived before stands until
everything is derived anew, so a store remembers what it was derived by.
"""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from tacit.core.learn.extractors.registry import OWN, REGISTRY
from tacit.core.tables import CONTRIBUTIONS, STATE
from tacit.store.reading import Read
from tacit.store.transaction import Write

RULES = 1
"""Goes up when an extractor of Tacit's own finds something else in an episode than before."""

_KEY = b"derived by"


def fingerprint() -> bytes:
    """What everything is derived by now, in 16 bytes.

    Once something was derived in this process it reads no file, so a write transaction may ask for it.

    Raises:
        Usage: ``patterns.toml`` is wrong.
    """
    declared = sorted(REGISTRY.declared(), key=lambda one: one.name)
    return blake2b(
        msgspec.msgpack.encode((RULES, sorted(OWN), declared, REGISTRY.plugins())), digest_size=16
    ).digest()


def note_derivers(write: Write) -> None:
    """Remember that all evidence is derived by what is in effect now."""
    write.set_value(STATE, _KEY, fingerprint())


def note_first_derivers(write: Write) -> None:
    """The same where nothing was learned yet; call it before something is."""
    if not _any(write):
        note_derivers(write)


def outdated(read: Read) -> bool:
    """Whether some of the evidence was derived by something else than is in effect now.

    So was what an older Tacit derived that did not remember by what.

    Raises:
        Usage: ``patterns.toml`` is wrong.
    """
    return _any(read) and read.value(STATE, _KEY) != fingerprint()


def unnoted(read: Read) -> bool:
    """Whether an older Tacit derived the evidence, which did not remember by what."""
    return _any(read) and read.value(STATE, _KEY) is None


def _any(read: Read) -> bool:
    return next(read.keys(CONTRIBUTIONS), None) is not None

"""The JSON form of what was found of another memory's store."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.core.clock import rfc3339
from tacit.core.jsonform import Json, rounded
from tacit.core.notes.audit import LEAVING, Example, Finding, Place, StoreAudit


def audit_json(found: StoreAudit) -> Json:
    """What is told of the whole store, beside its findings."""
    return {
        "store": found.store,
        "source": found.source,
        "notes": found.notes,
        "bytes": found.bytes,
        "largest": found.largest,
        "stale_before": rfc3339(found.stale_before),
        "unreadable": dict(found.unreadable),
        "left": found.left,
    }


def findings_json(findings: Iterable[Finding]) -> list[Json]:
    """Each finding with its examples."""
    return [
        {
            "finding": one.name,
            "notes": one.notes,
            "share": rounded(one.share),
            "left": one.left,
            "leaves": one.name in LEAVING,
            "kinds": dict(one.kinds),
            "examples": list(map(_example_json, one.examples)),
        }
        for one in findings
    ]


def _example_json(one: Example) -> Json:
    return {
        **_place_json(one.note),
        "text": one.text,
        "other": None if one.other is None else _place_json(one.other),
        "more": one.more or None,
        "likeness": one.likeness,
        "dated": None if one.dated is None else rfc3339(one.dated),
    }


def _place_json(one: Place) -> Json:
    return {"number": one.number, "native": one.native, "title": one.title}

"""Compares a compiled model with its original, and makes the folder that will be its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from msgspec.structs import replace

from tacit.core.clock import rfc3339, system_clock
from tacit.core.embedding.card import MODEL, TOKENIZER, Card, Checks, digest, write_card
from tacit.core.embedding.check_texts import check_texts
from tacit.core.embedding.compile_job import Facts, Job, Refused
from tacit.core.embedding.local import LocalProvider
from tacit.core.embedding.registry import BuiltModel

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

WORST = 0.985
"""The lowest cosine between the vectors of one text by the compiled model and by its original."""

NEIGHBOURS = 0.9
"""The least mean share of the ten nearest texts that both agree on."""


def settle(job: Job, facts: Facts, folder: Path) -> None:
    """Make the folder ``ready``: the int8 form where it is near enough to the original, else float32.

    Raises:
        Refused: neither is near enough.
    """
    refused: Checks | None = None
    for weights, file in (("int8", "int8.onnx"), ("float32", "exported.onnx")):
        card = _laid(job, facts, folder, weights, file)
        checks = _compare(folder, card)
        if checks.worst >= WORST and checks.neighbours >= NEIGHBOURS:
            write_card(folder / "laid", replace(card, checks=checks, refused=refused))
            (folder / "laid").rename(folder / "ready")
            return
        refused = checks
    assert refused is not None
    raise Refused(
        f"The compiled model differs from its original: worst cosine {refused.worst:.3f}, "
        f"{refused.neighbours:.0%} of the nearest ten the same.",
        "This model cannot be compiled; take another one.",
    )


def compare(ours: NDArray[float32], theirs: NDArray[float32]) -> Checks:
    """How near two sets of unit vectors ``(n, d)`` of the same texts are."""
    cosines = (ours * theirs).sum(1)
    mine, other = _nearest(ours), _nearest(theirs)
    same = [len(set(one) & set(two)) / len(one) for one, two in zip(mine, other, strict=True)]
    return Checks(
        len(ours),
        round(float(cosines.min()), 4),
        round(float(cosines.mean()), 4),
        round(float(np.mean(same)), 4),
    )


def _nearest(vectors: NDArray[float32]) -> list[list[int]]:
    """The numbers of the ten nearest rows of each row, itself left out."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -2.0)
    rows: list[list[int]] = np.argsort(-cosines, axis=1, kind="stable")[:, :10].tolist()
    return rows


def _compare(folder: Path, card: Card) -> Checks:
    """The checks of what lies in ``laid``, as it will be run; the worse of both roles."""
    model = BuiltModel(card.name, str(folder / "laid"), card.space, card.dimensions, card)
    provider = LocalProvider(model)
    with np.load(folder / "reference.npz") as reference:
        both = [
            compare(provider.embed(check_texts(), role), reference[role]) for role in ("document", "query")
        ]
    provider.close()
    return min(both, key=lambda checks: (checks.worst, checks.neighbours))


def _laid(job: Job, facts: Facts, folder: Path, weights: str, file: str) -> Card:
    """Put the files of one form into ``laid``."""
    laid = folder / "laid"
    shutil.rmtree(laid, ignore_errors=True)
    laid.mkdir()
    for name, origin in ((MODEL, file), (TOKENIZER, "tokenizer.json")):
        shutil.copyfile(folder / origin, laid / name)
        with (laid / name).open("rb") as written:
            os.fsync(written.fileno())
    return Card(
        name=job.name,
        source=job.source,
        dimensions=facts.dimensions,
        tokens=facts.tokens,
        pad=facts.pad,
        weights=weights,
        bytes=(laid / MODEL).stat().st_size,
        model_sum=digest((laid / MODEL).read_bytes()),
        tokenizer_sum=digest((laid / TOKENIZER).read_bytes()),
        prompts=facts.prompts,
        checks=Checks(0, 0.0, 0.0, 0.0),
        versions={**facts.versions, "onnxruntime": onnxruntime.__version__},
        made=rfc3339(system_clock() // 1000 * 1000),
    )

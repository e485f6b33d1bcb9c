from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tacit.core.embedding import hashing
from tacit.core.embedding.hashing import HashingProvider

ODD = ["", " ", "\0", "\ud800", "🦀" * 1_000, "مرحبا", "İstanbul", "word " * 10_000]


def test_rows_are_of_length_one_whatever_the_text() -> None:
    rows = HashingProvider().embed(ODD)
    assert rows.shape == (len(ODD), 256)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)


def test_the_same_text_is_the_same_row_in_every_process() -> None:
    code = (
        "from tacit.core.embedding.hashing import *; print(HashingProvider(16).embed(['run tests']).tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(HashingProvider(16).embed(["run tests"], "query").tolist())


def test_texts_that_share_words_are_nearer_than_others() -> None:
    asked, near, far = HashingProvider().embed(
        ["run the unit tests", "the unit tests run slowly", "deploy a container"]
    )
    assert asked @ near > asked @ far + 0.3


def test_no_texts_are_no_rows() -> None:
    assert HashingProvider(8).embed([]).shape == (0, 8)


def test_its_space_tells_what_it_is() -> None:
    provider = HashingProvider(64)
    provider.close()
    provider.close()
    assert (provider.space, provider.dimensions) == ("hashing/64", 64)


@pytest.mark.parametrize("text", [hashing.__doc__ or "", HashingProvider.__doc__ or "", hashing.NO_MEANING])
def test_it_says_that_it_has_no_meaning(text: str) -> None:
    assert "no meaning" in text.lower()

"""The sentences of a reflection, asked for by their kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tacit.core.learn.reflection import reflect


@pytest.fixture
def said(steps, episode) -> Callable[..., list[str]]:
    """The sentences of one kind about an episode of some calls."""

    def sentences(kind, *calls, known=(), complexity=None, **fields):
        made = steps(*calls)
        reflection = reflect(episode(made, **fields)[1], made, known, complexity)
        return [remark.sentence for remark in getattr(reflection, kind)]

    return sentences

"""Groups by density: the method against its definition, the labels, and real patterns by a real model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from labelled_rows import OTHER, SAME
from numpy import float32
from numpy.typing import NDArray
from transcript import habits

from tacit import Memory
from tacit.core.config import load
from tacit.core.embedding.choice import provider_of
from tacit.core.learn.titles import title_of
from tacit.core.model import JUDGED_LABELS
from tacit.core.recall.clusters import LEAST, MEMBERS
from tacit.core.recall.clusters_dbscan import NOISE, dbscan, pairs_above
from tacit.core.recall.clusters_words import labels_of, word_vectors, words_of
from tacit.core.recall.near_errors import NEAR, codes_of


def units(*angles: float) -> NDArray[float32]:
    return np.array([(np.cos(angle), np.sin(angle)) for angle in angles], float32)


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_those_of_the_definition(seed: int):
    """Cores that can reach each other are one group; whoever is near no core is noise."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(120, 3)).astype(float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near = vectors @ vectors.T >= 0.96
    np.fill_diagonal(near, True)
    core = near.sum(axis=1) >= MEMBERS
    reach = near & core[:, None] & core[None, :]
    for _ in range(7):
        reach = (reach.astype(int) @ reach.astype(int)) > 0
    groups = np.array(dbscan(vectors, 0.96, MEMBERS))
    for one in np.flatnonzero(core):
        assert ((groups == groups[one]) & core == reach[one]).all()
    by_a_core = (near & core[None, :]).any(axis=1)
    assert ((groups != NOISE) == by_a_core).all()
    for one in np.flatnonzero(by_a_core):
        assert groups[one] in groups[near[one] & core]


def test_two_dense_places_are_two_groups_and_what_is_alone_is_noise():
    vectors = units(0, 0.05, 0.1, 0.15, 1.5, 1.55, 1.6, 3)
    assert dbscan(vectors, 0.995, 3) == [0, 0, 0, 0, 1, 1, 1, NOISE]
    assert dbscan(vectors[:0], 0.9, 3) == []


def test_more_vectors_than_are_compared_at_once_give_the_same(monkeypatch: pytest.MonkeyPatch):
    vectors = units(*np.linspace(0, 3, 37), 5, 5.01, 5.02)
    whole, pairs = dbscan(vectors, 0.99, 3), pairs_above(vectors, 0.99)
    monkeypatch.setattr("tacit.core.recall.clusters_dbscan.BLOCK", 7)
    assert dbscan(vectors, 0.99, 3) == whole
    assert [pair[1:] for pair in pairs_above(vectors, 0.99)] == [pair[1:] for pair in pairs]
    assert all(one < other for _, one, other in pairs)


def test_a_label_names_what_sets_a_group_apart():
    groups = [
        ["edit *.rs → cargo clippy", "cargo clippy failed → edit *.rs", "read *.rs → cargo test"],
        ["npm run build failed → edit *.ts", "edit *.ts → npm run build"],
        ["<path>:<n>: <name> → <name>"],
    ]
    labels = labels_of(groups)
    assert labels[0].split()[-2:] == ["cargo", "clippy"]
    assert labels[1] == "npm run build"
    assert labels[2] == groups[2][0], "without a word it is the title"
    assert words_of("after <n> in [REDACTED:key:12ab]: edit *.rs") == ["edit", "rs"]


def test_vectors_of_words_are_of_unit_length_and_none_of_no_words():
    vectors = word_vectors(["cargo test", "cargo clippy", "<n>"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0])
    assert vectors[0] @ vectors[1] < 0.5


def test_without_a_model_the_groups_are_those_of_words_and_say_so(memory: Memory):
    found = memory.clusters()
    assert found.by == "words"
    assert "models build" in found.note
    assert found.near == ()
    assert sum(len(one.patterns) for one in found.clusters) + found.noise == found.looked_at > 0


@pytest.fixture
def meaning(with_model: Path, tmp_path: Path) -> Iterator[Memory]:
    """A memory with vectors of a real model."""
    habits(tmp_path / "in", 6)
    with Memory.open(tmp_path / "store") as opened:
        opened.import_paths([tmp_path / "in"])
        yield opened


def test_with_a_model_they_are_those_of_meaning(meaning: Memory):
    found = meaning.clusters()
    assert (found.by, found.waiting, found.note) == ("meaning", 0, "")
    assert sum(len(one.patterns) for one in found.clusters) + found.noise == found.looked_at
    for group in found.clusters:
        assert len(group.patterns) >= MEMBERS
        assert group.label
        used = {use.episode for one in group.patterns for use in meaning.evidence(one.id)}
        ends = [meaning.get(episode).outcome.label for episode in used]  # type: ignore[union-attr]
        assert group.judged == sum(end in JUDGED_LABELS for end in ends)
        assert group.successes == ends.count("success")
    assert all(pair.cosine >= NEAR and pair.one.kind == pair.other.kind for pair in found.near)


def test_episodes_that_ask_for_the_same_are_alike_by_meaning(meaning: Memory):
    episode = meaning.episodes(limit=1)[0]
    found = meaning.related(episode.id)
    assert found.by == "meaning"  # type: ignore[union-attr]
    assert len(found.alike) == 5  # type: ignore[union-attr]
    assert all(0.9 < one.likeness <= 1.0001 for one in found.alike)  # type: ignore[union-attr]


def test_neither_one_group_nor_noise_is_all_of_what_was_labelled(with_model: Path):
    found = re.findall(r"^(\w+): (.+) — (.+?)(?: apart)?$", SAME + OTHER, re.MULTILINE)
    keys = {(kind, one.partition(" = ")[0]) for kind, *both in found for one in both}
    titles = sorted(title_of(kind, tuple(part.strip() for part in key.split("|"))) for kind, key in keys)
    provider = provider_of(load())
    groups = dbscan(provider.embed(titles), LEAST["meaning"], MEMBERS)
    provider.close()
    sizes = [groups.count(number) for number in set(groups) - {NOISE}]
    assert len(sizes) >= 8
    assert max(sizes) <= len(titles) / 4
    assert groups.count(NOISE) <= len(titles) / 2


def test_codes_of_errors_are_what_tells_them_apart():
    assert codes_of("error[E0432]: unresolved import <name>") == {"E0432"}
    assert codes_of("ModuleNotFoundError: No module named <name>") == {"ModuleNotFoundError"}
    assert codes_of("<path>(<n>): error TS2345: Argument of type <name>") == {"TS2345"}
    assert codes_of("File has not been read yet.") == frozenset()

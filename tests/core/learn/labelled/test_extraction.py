"""Precision, recall and F1 of extraction against what a person found."""

import re
from collections import Counter

import pytest
from labelled_episodes import DECLARED, EPISODES

from tacit.core.learn.extractors.custom import CustomExtractor
from tacit.core.learn.extractors.hybrid import HybridExtractor
from tacit.core.learn.extractors.registry import own_extractors
from tacit.core.model import KINDS

Found = tuple[str, tuple[str, ...], int, int]
EXTRACTOR = HybridExtractor((*own_extractors(), CustomExtractor(DECLARED)))


def labels_of(text: str) -> set[Found]:
    found = re.findall(r"^\s*(\w+): (.+) @ (\d+)-(\d+)$", text, re.MULTILINE)
    assert len(found) == len(text.strip().splitlines())
    return {(kind, tuple(key.split(" | ")), int(first), int(last)) for kind, key, first, last in found}


def found_in(steps, episode, told) -> set[Found]:
    made = steps(*told.calls)
    _, built = episode(made, **told.fields)
    return {
        (use.kind, use.key, use.first, use.last)
        for use in EXTRACTOR.extract(built, made)
        if use.key[0] != "exact"
    }


@pytest.mark.parametrize("told", EPISODES, ids=lambda told: told.name)
def test_what_a_person_finds_in_an_episode_is_found(steps, episode, told):
    wanted, found = labels_of(told.labels), found_in(steps, episode, told)
    assert (sorted(wanted - found), sorted(found - wanted)) == ([], [])


def test_precision_recall_and_f1_by_kind(steps, episode, record_property):
    right, wanted, found = Counter(), Counter(), Counter()
    for told in EPISODES:
        labels, uses = labels_of(told.labels), found_in(steps, episode, told)
        wanted.update(kind for kind, *_ in labels)
        found.update(kind for kind, *_ in uses)
        right.update(kind for kind, *_ in labels & uses)
    assert all(wanted[kind] for kind in KINDS)
    for kind in KINDS:
        precision, recall = right[kind] / found[kind], right[kind] / wanted[kind]
        f1 = 2 * precision * recall / (precision + recall)
        record_property(kind, f"precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}")
        assert f1 >= 0.95, (kind, precision, recall)

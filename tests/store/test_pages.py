"""A page whose nodes do not fill it as LMDB fills pages is found, and no sound page is called damaged."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from lmdb.verify import verify as walk
from store_sample import NOTES, STATE, Note, opened

from tacit.store.errors import StoreDamaged
from tacit.store.keys import u64
from tacit.store.pages import faults
from tacit.store.transaction import Write
from tacit.store.verify import structure

PAGE = 4096
BRANCH, LEAF = 1, 2


def filled(place: Path) -> bytearray:
    """A store with branches, a free list and long values; its data file."""
    with opened(place) as store:
        notes = ((u64(n), Note(f"note {n}" * 20, n)) for n in range(400))
        store.write(lambda write: write.put_many(NOTES, notes))
        store.write(lambda write: write.set_value(STATE, b"long", bytes(30_000)))
        store.write(lambda write: write.delete_many(NOTES, [u64(n) for n in range(0, 400, 5)]))
    return bytearray((place / "data.mdb").read_bytes())


def newest(data: bytearray) -> int:
    """Where the header page of the last commit begins."""
    return max((0, PAGE), key=lambda at: int(struct.unpack_from("=Q", data, at + 144)[0]))


def pages(data: bytearray) -> Iterator[tuple[int, int]]:
    """(offset, kind) of every page of the main tree."""
    waiting = [struct.unpack_from("=Q", data, newest(data) + 128)[0]]
    while waiting:
        at = waiting.pop() * PAGE
        kind = struct.unpack_from("=H", data, at + 10)[0]
        yield at, kind
        if kind == BRANCH:
            for node in nodes(data, at):
                low, high, top = struct.unpack_from("=HHH", data, node)
                waiting.append(low | high << 16 | top << 32)


def nodes(data: bytearray, at: int) -> list[int]:
    """Offsets of the nodes of a page."""
    count = (struct.unpack_from("=H", data, at + 12)[0] - 16) // 2
    return [at + place for place in struct.unpack_from(f"={count}H", data, at + 16)]


def flips(data: bytearray, kind: int, field: int, bit: int) -> Iterator[tuple[int, int]]:
    """(offset, bit) in the header of every node of one kind of page."""
    for at, own in pages(data):
        if own == kind:
            yield from ((node + field, bit) for node in nodes(data, at)[1:])


def flipped(data: bytearray, at: int, bit: int) -> bytearray:
    other = data[:]
    other[at] ^= 1 << bit
    return other


SIZES = {"key": (6, 4), "value": (0, 3), "value, less": (0, 1), "value, far": (1, 1), "long value": (4, 0)}


@pytest.mark.parametrize("what", SIZES)
def test_a_node_that_swallows_its_neighbour_or_leaves_a_gap_is_found(place: Path, what: str) -> None:
    data = filled(place)
    file = place / "data.mdb"
    unseen = 0
    for at, bit in list(flips(data, LEAF, *SIZES[what]))[::7]:
        file.write_bytes(flipped(data, at, bit))
        unseen += not walk(str(file), subdir=False)  # type: ignore[no-untyped-call]
        assert structure(place), f"bit {bit} of byte {at}"
    assert unseen or what in ("value, far", "long value"), "or this says nothing of the look at pages"


def key(data: bytearray, node: int) -> bytes:
    return bytes(data[node + 8 : node + 8 + struct.unpack_from("=H", data, node + 6)[0]])


def least(data: bytearray, node: int) -> bytes:
    """The first key under a node of a branch."""
    low, high, top = struct.unpack_from("=HHH", data, node)
    at = (low | high << 16 | top << 32) * PAGE
    first = nodes(data, at)[0]
    return least(data, first) if struct.unpack_from("=H", data, at + 10)[0] == BRANCH else key(data, first)


def test_a_parting_key_that_leads_astray_is_found_and_no_other(place: Path) -> None:
    data = filled(place)
    seen = set()
    for at, kind in list(pages(data)):
        for node in nodes(data, at)[1:] if kind == BRANCH else ():
            other = data[:]
            other[node + 8 + len(key(data, node)) - 1] ^= 1
            wrong = key(other, node) > least(data, node)
            (place / "data.mdb").write_bytes(other)
            if wrong or key(other, node) > key(data, node):
                assert bool(structure(place)) == wrong
                seen.add(wrong)
    assert True in seen


@pytest.mark.parametrize(("tree", "bit"), [(92, 1), (92, 2), (92, 3), (44, 3), (44, 1)])
def test_a_tree_that_would_be_ordered_otherwise_is_found(place: Path, tree: int, bit: int) -> None:
    data = filled(place)
    (place / "data.mdb").write_bytes(flipped(data, newest(data) + tree, bit))
    assert structure(place)


def test_what_is_found_is_refused_before_the_file_is_mapped(place: Path) -> None:
    data = filled(place)
    at, bit = list(flips(data, LEAF, *SIZES["value, less"]))[40]
    (place / "data.mdb").write_bytes(flipped(data, at, bit))
    with pytest.raises(StoreDamaged, match=r"main tree: page \d+: "):
        opened(place)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_written_the_pages_are_sound(place: Path, seed: int) -> None:
    dice = random.Random(seed)

    def job(write: Write) -> None:
        for _ in range(dice.randrange(1, 60)):
            key = u64(dice.randrange(600))
            if dice.random() < 0.45:
                write.delete(NOTES, key)
            else:
                write.put(NOTES, key, Note("x" * dice.randrange(1, 1_500), dice.randrange(200), ("t", "u")))
            name = dice.randbytes(dice.choice((1, 2, 7, 60, 400)))
            write.set_value(STATE, name, dice.randbytes(dice.choice((0, 1, 900, 5_000, 20_000))))
        if dice.random() < 0.1:
            write.clear(STATE)

    with opened(place) as store:
        for turn in range(90):
            store.write(job)
            if turn % 6 == 0:
                assert structure(place) == []
    assert faults(str(place / "data.mdb")) == []

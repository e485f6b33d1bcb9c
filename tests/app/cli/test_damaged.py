"""Damaged stores as a person meets them: every command ends with a code that is documented, none by a signal.

Reading and writing commands end with 0 (what they need is sound, or can be done without), or 3 (the
store cannot be used); `memory doctor` with 0 (sound), 1 (damaged) or 3 (there is no store).
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tacit import Memory
from tacit.store.transaction import Write

PAGE = 4096
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))

READS = (["patterns"], ["stats"], ["search", "parser"], ["sessions"], ["export", "OUT"])


class Result(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


def process(*args: str, home: Path) -> Result:
    """Run ``memory`` as its own process, without a terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "COLUMNS"))}
    done = subprocess.run(
        [sys.executable, "-m", "tacit", *args],
        env=kept | {"TACIT_HOME": str(home), "HOME": str(home), "TZ": "UTC"},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
        text=True,
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def chance() -> random.Random:
    print(f"SEED={SEED}")
    return random.Random(SEED)


def run_all(home: Path, store: Path, sources: Path, keep: Path) -> dict[str, Result]:
    """Every class of command on a store of its own that is damaged alike."""
    results = {}
    for args in (*READS, ["show", "e-0000"], ["import", str(sources)], ["doctor"], ["doctor", "--repair"]):
        for place in (store, keep / "out"):
            if place.is_symlink() or place.is_file():
                place.unlink()
            shutil.rmtree(place, ignore_errors=True)
        if (keep / "store").is_dir():
            shutil.copytree(keep / "store", store, symlinks=True)
        elif (keep / "store").is_file():
            shutil.copy2(keep / "store", store)
        words = [str(keep / "out") if word == "OUT" else word for word in args]
        results[" ".join(args[:1] if args[0] != "doctor" else args)] = process(*words, home=home)
    return results


def judge(results: dict[str, Result]) -> set[int]:
    """Every command ended as it may; the codes of those that only read."""
    for name, result in results.items():
        said = (name, result)
        assert result.code in {0, 1, 3}, said
        assert "Traceback" not in result.err, said
        assert "unforeseen" not in result.err, said
        if result.code == 3:
            assert re.search(r"^error: ", result.err, re.MULTILINE), said
            assert re.search(r"^hint: ", result.err, re.MULTILINE), said
    for name in ("patterns", "stats", "search", "sessions", "export", "import"):
        assert results[name].code in {0, 3}, (name, results[name])
    return {results[name].code for name in ("patterns", "stats", "search", "sessions", "export")}


def cut(length: float) -> Callable[[Path, random.Random], None]:
    def harm(store: Path, _: random.Random) -> None:
        data = (store / "data.mdb").read_bytes()
        (store / "data.mdb").write_bytes(data[: int(len(data) * length)])

    return harm


def patched(change: Callable[[bytearray, random.Random], None]) -> Callable[[Path, random.Random], None]:
    def harm(store: Path, chance: random.Random) -> None:
        data = bytearray((store / "data.mdb").read_bytes())
        change(data, chance)
        (store / "data.mdb").write_bytes(data)

    return harm


def page(content: Callable[[random.Random], bytes]) -> Callable[[bytearray, random.Random], None]:
    def change(data: bytearray, chance: random.Random) -> None:
        at = root(data) if chance.random() < 0.3 else chance.randrange(2, len(data) // PAGE) * PAGE
        data[at : at + PAGE] = content(chance)

    return change


def root(data: bytearray) -> int:
    """Where the page lies through which every read goes."""
    newest = max((0, PAGE), key=lambda at: struct.unpack_from("<Q", data, at + 144)[0])
    number: int = struct.unpack_from("<Q", data, newest + 128)[0]
    return number * PAGE


def flips(data: bytearray, chance: random.Random) -> None:
    for _ in range(40):
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)


def another(data: bytearray, chance: random.Random) -> None:
    one, two = (chance.randrange(2, len(data) // PAGE) * PAGE for _ in range(2))
    data[one : one + PAGE] = data[two : two + PAGE]


def lost(name: str) -> Callable[[Path, random.Random], None]:
    return lambda store, _: (store / name).unlink()


def instead(name: str) -> Callable[[Path, random.Random], None]:
    def harm(store: Path, _: random.Random) -> None:
        (store / name).unlink()
        (store / name).mkdir()

    return harm


def linked(target: str) -> Callable[[Path, random.Random], None]:
    def harm(store: Path, _: random.Random) -> None:
        (store / "data.mdb").rename(store.parent / "elsewhere.mdb")
        (store / "data.mdb").symlink_to(target)

    return harm


DAMAGED = {
    "cut to nothing": cut(0),
    "cut to a tenth": cut(0.1),
    "cut to a half": cut(0.5),
    "cut near its end": cut(0.97),
    "zeroed": patched(lambda data, _: data.__setitem__(slice(None), bytes(len(data)))),
    "half zeroed": patched(
        lambda data, _: data.__setitem__(slice(len(data) // 2, None), bytes(len(data) // 2))
    ),
    "text": lambda store, _: (store / "data.mdb").write_text("hello\n" * 10_000),
    "no data": lost("data.mdb"),
    "a folder as data": instead("data.mdb"),
    "a link to nothing": linked("/nowhere/data.mdb"),
    "a damaged marker": lambda store, _: (store / "tacit-store").write_bytes(b"tacit stXre 1\n"),
}
DOUBTFUL = {
    "a random page": patched(page(lambda chance: chance.randbytes(PAGE))),
    "a page of zeros": patched(page(lambda _: bytes(PAGE))),
    "another page": patched(another),
    "flipped bits": patched(flips),
}
HARMLESS = {
    "no lock file": lost("lock.mdb"),
    "no note": lost("sound"),
    "no presence": lost("presence"),
    "copied": patched(lambda data, _: None),
}
ABSENT = {
    "no marker": lost("tacit-store"),
    "a file as store": lambda store, _: (shutil.rmtree(store), store.write_text("hello")),
    "an empty folder": lambda store, _: (shutil.rmtree(store), store.mkdir()),
    "nothing": lambda store, _: shutil.rmtree(store),
}


def harmed(
    home: Path, tmp_path: Path, harm: Callable[[Path, random.Random], object], by: random.Random
) -> Path:
    """A folder ``keep`` with a damaged store in it; the store's own place is free."""
    keep = tmp_path / "keep"
    keep.mkdir()
    shutil.move(home / "store", keep / "store")
    harm(keep / "store", by)
    return keep


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_store_is_refused_and_the_doctor_says_so(
    home: Path, sources: Path, tmp_path: Path, how: str, chance: random.Random
) -> None:
    keep = harmed(home, tmp_path, DAMAGED[how], chance)
    results = run_all(home, home / "store", sources, keep)
    assert judge(results) == {3}
    for name in ("doctor", "doctor --repair"):
        assert results[name].code == 1 or how == "a folder as data", (name, results[name])
        assert results[name].code == 3 or "memory backup restore" in results[name].out
    assert results["import"].code == 3


@pytest.mark.parametrize("how", DOUBTFUL)
def test_a_page_that_was_changed_ends_no_process(
    home: Path, sources: Path, tmp_path: Path, how: str, chance: random.Random
) -> None:
    keep = harmed(home, tmp_path, DOUBTFUL[how], chance)
    results = run_all(home, home / "store", sources, keep)
    codes = judge(results)
    assert codes == {0} or results["doctor"].code == 1
    assert results["doctor"].code in {0, 1}
    if "data.mdb:" in results["doctor"].out:
        assert codes == {3}


@pytest.mark.parametrize("how", HARMLESS)
def test_what_can_be_done_without_is(
    home: Path, sources: Path, tmp_path: Path, how: str, chance: random.Random
) -> None:
    keep = harmed(home, tmp_path, HARMLESS[how], chance)
    results = run_all(home, home / "store", sources, keep)
    assert judge(results) == {0}
    assert {results[name].code for name in ("import", "doctor", "doctor --repair")} == {0}


@pytest.mark.parametrize("how", ABSENT)
def test_where_there_is_no_store_none_is_made_up(
    home: Path, sources: Path, tmp_path: Path, how: str, chance: random.Random
) -> None:
    keep = harmed(home, tmp_path, ABSENT[how], chance)
    results = run_all(home, home / "store", sources, keep)
    assert judge(results) == {3}
    assert (results["doctor"].code, results["doctor --repair"].code) == (3, 3)
    assert results["import"].code == (0 if how in {"nothing", "an empty folder"} else 3)


def test_a_link_to_the_data_is_followed(
    home: Path, sources: Path, tmp_path: Path, chance: random.Random
) -> None:
    keep = harmed(home, tmp_path, linked(str(tmp_path / "keep" / "elsewhere.mdb")), chance)
    assert judge(run_all(home, home / "store", sources, keep)) == {0}


def harm_records(home: Path, *spaces: str) -> None:
    """Flip a bit in a value of each space."""

    def job(write: Write) -> None:
        for space in spaces:
            key, value = next(iter(write.kv.scan(space)))
            write.kv.put(space, key, value[:-1] + bytes((value[-1] ^ 1,)))

    with Memory.open(home / "store") as memory:
        memory._store.write(job)


def test_damaged_records_are_left_out_and_that_is_said_once(home: Path) -> None:
    harm_records(home, "table.patterns", "table.episodes")
    for args in (["patterns"], ["episodes", "--format", "json"], ["stats"], ["search", "parser"]):
        result = process(*args, home=home)
        assert result.code == 0
        left_out = re.findall(r"(\d) damaged records? (?:was|were) left out; run `memory doctor`", result.err)
        assert len(left_out) == (args != ["stats"]), result


def test_a_damaged_record_cannot_be_shown(home: Path) -> None:
    (first, *_) = process("patterns", "--format", "json", home=home).json()["patterns"]
    with Memory.open(home / "store") as memory:
        memory._store.write(
            lambda write: [
                write.kv.put("table.patterns", key, value[:-1] + bytes((value[-1] ^ 1,)))
                for key, value in list(write.kv.scan("table.patterns"))
            ]
        )
    result = process("show", first["id"], home=home)
    assert result.code == 3
    assert "in table patterns is damaged" in result.err
    assert "`memory doctor --repair`" in result.err


def test_the_doctor_repairs_and_tells_it_in_numbers(home: Path, sources: Path) -> None:
    before = process("patterns", "--format", "json", home=home).json()
    harm_records(home, "table.steps", "table.episodes", "tally.candidates", "counters")
    found = process("doctor", home=home)
    assert found.code == 1
    assert "`memory doctor --repair` mends it." in found.out
    done = process("doctor", "--repair", home=home)
    assert done.code == 0, done
    assert "damaged records set aside (1 of candidates, 1 of episodes, 1 of steps)" in done.err
    assert "made to agree with the rest" in done.err
    assert "derived anew" in done.err
    assert "The store is sound." in done.err
    assert "were set aside: 1 of episodes, 1 of steps (2)" in done.out
    again = process("doctor", "--repair", home=home)
    assert again.code == 0
    assert "Nothing to repair." in again.err
    process("import", str(sources), home=home)
    assert process("patterns", "--format", "json", home=home).json() == before
    assert process("trash", "purge", "--yes", home=home).code == 0
    assert "set aside" not in process("doctor", home=home).out


def test_what_the_doctor_did_is_there_for_programs(home: Path) -> None:
    harm_records(home, "table.patterns")
    form = process("doctor", "--repair", "--format", "json", home=home).json()
    assert form["repair"]["aside"] == {"patterns": 1}
    assert form["repair"]["rebuilt"] == ["patterns"]
    assert {one["level"] for one in form["findings"]} == {"ok", "warning"}
    assert "repair" not in process("doctor", "--format", "json", home=home).json()


def test_to_repair_is_to_change(home: Path) -> None:
    result = process("doctor", "--repair", "--readonly", home=home)
    assert (result.code, "--readonly forbids it" in result.err) == (3, True)

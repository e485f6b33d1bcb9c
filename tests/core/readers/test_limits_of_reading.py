"""Large lines and long episodes: cut, marked, counted, and memory stays flat."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tacit.core import limits


def size(text):
    return len(text.encode())


def test_long_texts_are_cut_around_a_mark_and_counted(log, read):
    log.prompt("a" * 9_000 + "é" * 9_000 + "what now?")
    log.step("c1", "Exit code 1\n" + "x" * 50_000 + "\n3 failed", error=True)
    reading = read(log)
    prompt, step = reading.episodes[0].prompt, reading.steps[0]
    assert size(prompt) <= 10_000
    assert prompt.endswith("what now?")
    assert size(step.observation) <= 10_000
    assert step.observation.startswith("Exit code 1\nxxx")
    assert step.observation.endswith("xxx\n3 failed")
    assert "bytes cut] …" in step.observation
    assert step.status == "error"
    assert step.cut
    assert reading.tally.cut == {"prompt": 1, "observation": 1}


def test_the_mark_tells_how_much_is_missing(log, read):
    log.prompt("print a lot")
    log.step("c1", "x" * 20_000)
    text = read(log).steps[0].observation
    told = int(text.split("… [")[1].split(" bytes")[0])
    assert told == 20_000 - text.count("x")


def test_a_secret_on_the_edge_of_a_cut_is_replaced_whole(log, read):
    key = "AKIAABCDEFGH12345678"
    for room in range(3_980, 4_004):
        log.step(f"c{room}", "-" * room + key + "-" * 20_000)
    for room in range(5_940, 5_970):
        log.step(f"d{room}", "-" * 20_000 + key + "-" * room)
    everything = json.dumps([step.observation for step in read(log).steps])
    assert not any(key[:length] in everything for length in range(8, 20))
    assert not any(key[-length:] in everything for length in range(8, 20))


def test_large_parameters_stay_json(log, read):
    log.prompt("write it")
    log.step("c1", body="y" * 1_500_000, file_path="/home/dev/app/a.txt", lines=[1] * 20_000)
    step = read(log).steps[0]
    parameters = json.loads(step.parameters)
    assert size(step.parameters) <= 1_000_000
    assert parameters["file_path"] == "/home/dev/app/a.txt"
    assert parameters["body"].startswith("yyy")
    assert "bytes cut" in parameters["lines"]
    assert step.cut


def test_huge_strings_keep_head_and_tail_between_escapes(log, read):
    text = "begin " + 'é\n"\\😀' * 60_000 + " end"
    log.prompt(text)
    log.step("c1", [{"type": "text", "text": text}, {"type": "text", "text": "and more"}])
    reading = read(log)
    assert reading.episodes[0].prompt.startswith("begin é\n")
    assert reading.episodes[0].prompt.endswith(" end")
    assert reading.steps[0].observation.startswith('begin é\n"\\😀é')
    assert reading.steps[0].observation.endswith(" end\nand more")


def test_a_long_episode_keeps_its_first_400_and_last_600_steps(log, read):
    log.prompt("a very long task")
    for number in range(1_234):
        log.step(f"c{number}")
    episode = read(log).episodes[0]
    assert (len(episode.steps), episode.cut_steps) == (1_000, 234)
    assert [episode.steps[place].n for place in (0, 399, 400, -1)] == [1, 400, 635, 1_234]


def test_an_episode_stays_within_its_bytes(log, read):
    log.prompt("write large files")
    for number in range(30):
        log.step(f"c{number}", body="z" * 900_000)
    reading = read(log)
    taken = sum(size(step.parameters) + size(step.observation) for step in reading.steps)
    assert taken <= limits.EPISODE_BYTES
    assert len(reading.steps) == 30
    assert all(json.loads(step.parameters) for step in reading.steps)
    assert reading.tally.cut["episode"] > 0


MEASURE = """
import sys
from pathlib import Path
from tacit.core.readers.base import Source
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor

def own():
    for line in open("/proc/self/status"):
        if line.startswith("RssAnon"):
            return int(line.split()[1])

small, large = map(Path, sys.argv[1:])
for path in (small, large):
    before = own()
    steps = sum(len(e.steps) for e in ClaudeCodeReader().read(Source(path), Redactor(b"k")).episodes())
    print(steps, own() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_does_not_grow_with_the_file(log, new_log, tmp_path):
    for place, picture in (("small", 10), ("large", 40_000_000)):
        one = new_log()
        one.prompt([{"type": "text", "text": "look"}, {"type": "image", "source": {"data": "A" * picture}}])
        one.step("c1", [{"type": "image", "source": {"data": "B" * picture}}])
        one.call("c2")
        one.result("c2", "C" * picture, toolUseResult={"stdout": "D" * picture})
        one.save(tmp_path / place / f"{one.session}.jsonl")
    files = [str(next((tmp_path / place).iterdir())) for place in ("small", "large")]
    done = subprocess.run([sys.executable, "-c", MEASURE, *files], capture_output=True, text=True, check=True)
    (_, _), (steps, grown) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert steps == 2
    assert grown < 8_000

"""A second, plain reading of the rules in ``docs/learning.md``, over the exported JSON alone.

The recount calls nothing of the extractors or of the review: what they find and list must come out of
it again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tacit import Memory
from tacit.core.demo.transcripts import write_transcripts
from tacit.core.jsonback import episode_from, step_from
from tacit.core.learn.extractors.registry import extract

NOW = 1_767_607_200_000
SAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "sessions" / "claude-code"
PLANS = {"plan", "ask"}
EDITS = {"edit", "write"}
WRITERS = {
    *("sed -i", "gsed -i", "perl -i", "cat >", "echo >", "printf >", "patch", "git apply", "tee"),
    "apply_patch",
}
WORDS = {"read", "edit", "write", "search", "web", "agent", "plan", "ask"}
ORDER = ("uses", "judged", "successes", "failures", "partial", "episodes", "sessions")
LEAST = {
    **dict.fromkeys(("tool_sequence", "decision_point", "context", "file_group"), (3, 2, 0)),
    "error_recovery": (2, 1, 2),
    "heuristic": (2, 1, 0),
}
PHASES = {"read": "explore", "search": "explore", "web": "explore", "agent": "explore"} | dict.fromkeys(
    EDITS, "edit"
)
LOOKING = {"cat", "head", "tail", "ls", "find", "grep", "rg", "tree", "wc", "git log", "git show"}
SCRATCH = ("/tmp/", "/private/tmp/", "/var/tmp/", "/var/folders/", "/private/var/", "/dev/", "~/.claude/")

Json = dict[str, Any]
Key = tuple[str, ...]


class Seen(NamedTuple):
    """One use as this recount sees it."""

    episode: str
    session: str
    result: str
    at: int
    first: int
    last: int


class Tree(NamedTuple):
    """An exported tree, what the memory shows as evidence of its patterns, and the recount."""

    episodes: dict[str, Json]
    steps: dict[str, list[Json]]
    patterns: list[Json]
    evidence: dict[str, list[Seen]]
    uses: dict[str, dict[Key, list[Seen]]]


@pytest.fixture(scope="module", params=["demo", "samples"])
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder = tmp_path_factory.mktemp(request.param)
    source = SAMPLES
    if request.param == "demo":
        source = folder / "in"
        write_transcripts(source, NOW)
    elif not source.is_dir():
        pytest.skip("the sample transcripts are not here")
    with Memory.open(folder / "store", clock=lambda: NOW) as memory:
        memory.import_paths([source])
        memory.export(folder / "out")
        return tree_of(memory, folder / "out")


def tree_of(memory: Memory, out: Path) -> Tree:
    """What a memory exported to a folder, and the recount of it."""
    evidence = {
        pattern.id: [
            Seen(use.episode, use.session, use.result, use.at, use.first, use.last)
            for use in memory.evidence(pattern.id)
        ]
        for pattern in memory.patterns()
    }
    told = [one for path in (out / "sessions").glob("*.json") for one in read(path)["episodes"]]
    episodes = {one["episode"]["id"]: one["episode"] for one in told}
    steps = {one["episode"]["id"]: one["steps"] for one in told}
    patterns = [read(path) for path in (out / "patterns").rglob("*.json")]
    return Tree(episodes, steps, patterns, evidence, recount(episodes, steps))


def read(path: Path) -> Json:
    return json.loads(path.read_text(encoding="utf-8"))


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def label(action: Json) -> str:
    return action["name"] + " failed" * (action["status"] == "failed")


def ran(step: Json) -> list[Json]:
    """The actions of a step that really happened."""
    if step["kind"] in PLANS or step["status"] not in {"ok", "error"}:
        return []
    some = [action for action in step["actions"] if action["status"] != "skipped"]
    if step["status"] == "ok":
        return some
    return [one for at, one in enumerate(some) if at == 0 or one["status"] != "unknown"]


def edits(step: Json) -> bool:
    if step["kind"] in EDITS:
        return step["status"] == "ok" and not (step["target"] or "").startswith(SCRATCH)
    return any(one["name"] in WRITERS and one["status"] != "failed" for one in ran(step))


def shadowed(episode: Json, steps: list[Json]) -> set[int]:
    """Steps of the evidence, and all between the last edit and them; a mark rests on no step."""
    hidden: set[int] = set()
    if episode["outcome"]["source"] in {"mark", "label"}:
        return hidden
    for evidence in episode["outcome"]["evidence"]:
        n = evidence["step"]
        while n and n not in hidden:
            hidden.add(n)
            before = [step for step in steps if step["n"] < n]
            if not before or edits(before[-1]):
                break
            n = before[-1]["n"]
    return hidden


def sequences(episode: Json, steps: list[Json]) -> Iterator[tuple[Key, Seen]]:
    main = [step for step in steps if step["agent"] is None and not step["left"]]
    hidden = shadowed(episode, main)
    stretches: list[list[tuple[str, int, int]]] = [[]]
    for step in main:
        if step["n"] in hidden:
            stretches.append([])
            continue
        for name in map(label, ran(step)):
            if stretches[-1] and stretches[-1][-1][0] == name:
                stretches[-1][-1] = (name, stretches[-1][-1][1], step["n"])
            else:
                stretches[-1].append((name, step["n"], step["n"]))
    where: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for stretch in stretches:
        for start in range(len(stretch)):
            for size in range(2, 6):
                for rest in combinations(stretch[start + 1 : start + size + 1], size - 1):
                    chosen = [stretch[start], *rest]
                    places = [stretch.index(one, start) for one in chosen]
                    if places[-1] - start > size or any(a[0] == b[0] for a, b in pairwise(chosen)):
                        continue
                    where[tuple(one[0] for one in chosen)].append((chosen[0][1], chosen[-1][2]))
    result = episode["outcome"]["label"]
    for key, spans in where.items():
        yield key, Seen(episode["id"], episode["session"], result, ms(episode["ended"]), *min(spans))


def decisions(episode: Json, steps: list[Json]) -> Iterator[tuple[Key, Seen]]:
    main = [step for step in steps if step["agent"] is None and not step["left"]]
    hidden = shadowed(episode, main)
    where: dict[Key, tuple[int, int]] = {}
    deeds = [step for step in main if ran(step) or step["n"] in hidden]
    for step, later in pairwise(deeds):
        if step["n"] in hidden or later["n"] in hidden:
            continue
        last = ran(step)[-1]
        failed = last["status"] == "failed"
        told = ms(step["at"]) + round(1000 * (step["seconds"] or 0))
        if not failed and (
            last["status"] != "ok" or last["intent"] not in {"test", "build", "check", "lint"}
        ):
            continue
        if not ms(step["at"]) <= ms(later["at"]) < told:
            key = (word(last["name"]) + " failed" * failed, word(ran(later)[0]["name"]))
            where.setdefault(key, (step["n"], later["n"]))
    for key, span in where.items():
        end = ms(episode["ended"])
        yield key, Seen(episode["id"], episode["session"], episode["outcome"]["label"], end, *span)


def contexts(episode: Json, steps: list[Json]) -> Iterator[tuple[Key, Seen]]:
    main = [step for step in steps if step["agent"] is None and not step["left"]]
    until = min(shadowed(episode, main), default=1_000_000)
    seen: dict[str, int] = {}
    for step in main:
        for name in phases([step]) if step["n"] < until else ():
            seen.setdefault(name, step["n"])
    if len(seen) > 1:
        key = (episode["project"], episode["language"] or "", episode["task_type"], " → ".join(seen))
        span = (min(seen.values()), max(seen.values()))
        end = ms(episode["ended"])
        yield key, Seen(episode["id"], episode["session"], episode["outcome"]["label"], end, *span)


def phases(steps: list[Json]) -> list[str]:
    found: dict[str, None] = {}
    for one in (action for step in steps if step["agent"] is None for action in ran(step)):
        first = word(one["name"])
        phase = one["intent"] or PHASES.get(first, "")
        if not phase and first not in {*WORDS, "tool"}:
            phase = "edit" if one["name"] in WRITERS else "explore" if one["name"] in LOOKING else ""
        if phase:
            found.setdefault(phase)
    return list(found)


def file_groups(episode: Json, steps: list[Json]) -> Iterator[tuple[Key, Seen]]:
    changed: dict[str, int] = {}
    for step in steps:
        if step["kind"] in EDITS and step["status"] == "ok" and not step["left"]:
            changed.setdefault(step["target"], step["n"])
    pairs = combinations(sorted(episode["files"]), 2) if len(episode["files"]) <= 30 else ()
    for one, other in pairs:
        span = sorted((changed[one], changed[other]))
        end = ms(episode["ended"])
        use = Seen(episode["id"], episode["session"], episode["outcome"]["label"], end, *span)
        yield (episode["project"], one, other), use


def lift(tree: Tree, key: Key) -> float:
    """Of the project's episodes that changed up to 30 files: together against what chance would give."""
    told = [
        set(one["files"])
        for one in tree.episodes.values()
        if one["project"] == key[0] and one["unworthy"] is None and 0 < len(one["files"]) <= 30
    ]
    names = {*key[1:]}
    both = sum(names <= files for files in told)
    splits = [
        (sum(one in files for files in told), sum(names - {one} <= files for files in told)) for one in names
    ]
    return both * len(told) / max(one * others for one, others in splits)


def uses_of(tree: Tree, pattern: Json) -> list[Seen]:
    """The uses of a row; of more than two files the episodes that all of its pairs share."""
    key = tuple(pattern["key"])
    if pattern["kind"] != "file_group" or len(key) == 3:
        return tree.uses[pattern["kind"]].get(key, [])
    told: dict[str, list[Seen]] = defaultdict(list)
    pairs = [(key[0], *pair) for pair in combinations(key[1:], 2)]
    for pair in pairs:
        for use in tree.uses["file_group"].get(pair, []):
            told[use.episode].append(use)
    return [
        uses[0]._replace(first=min(use.first for use in uses), last=max(use.last for use in uses))
        for uses in told.values()
        if len(uses) == len(pairs)
    ]


def word(name: str) -> str:
    first = name.split(" ", maxsplit=1)[0]
    return first if first in WORDS else name


def aim(action: Json) -> str:
    name = action["intent"] or word(action["name"])
    return "edit" if name == "write" else name


def command(step: Json) -> str | None:
    try:
        return json.loads(step["parameters"]).get("command") if step["kind"] == "shell" else None
    except ValueError:
        return None


def same_call(one: Json, other: Json) -> bool:
    if one["tool"] != other["tool"]:
        return False
    said = command(one)
    return one["parameters"] == other["parameters"] or (said is not None and said == command(other))


def recoveries(episode: Json, steps: list[Json]) -> Iterator[tuple[Key, Seen]]:
    runs = defaultdict(list)
    for step in steps:
        if not step["left"]:
            runs[step["agent"]].append(step)
    for run in runs.values():
        for place, step in enumerate(run):
            if step["error"] is None or step["kind"] in PLANS:
                continue
            failed = [one for one in step["actions"] if one["status"] == "failed"]
            if not failed and len(step["actions"]) > 1:
                continue
            wanted = "edit" if step["kind"] in EDITS else aim((failed or step["actions"])[0])
            told = ms(step["at"]) + round(1000 * (step["seconds"] or 0))
            seen = answer(step, wanted, told, run[place + 1 :])
            if seen is None:
                continue
            action, last, result = seen
            stopped = {one["source"] for one in episode["outcome"]["evidence"]} & {
                "rejection",
                "interruption",
            }
            if result == "failure" and len(run) - place - 1 <= 8 and stopped:
                result = "unknown"
            use = Seen(episode["id"], episode["session"], result, ms(step["at"]), step["n"], last)
            yield ("exact", step["error"]["line"], action, wanted), use
            if step["error"]["family"] != "other":
                yield ("class", step["error"]["family"], action, wanted), use


def answer(step: Json, wanted: str, told: int, after: list[Json]) -> tuple[str, int, str] | None:
    """The first action that went well, the last step, and whether the error was left behind in 8 steps."""
    action, last, doubt = None, 0, False
    for distance, later in enumerate(after, 1):
        if distance > 8 and action is not None:
            break
        if later["kind"] in PLANS or ms(step["at"]) <= ms(later["at"]) < told:
            continue
        well = [one for one in later["actions"] if one["status"] == "ok"]
        if action is None and not same_call(step, later) and well and later["status"] in {"ok", "error"}:
            action, last = word(well[0]["name"]), later["n"]
        ours = [one for one in later["actions"] if aim(one) == wanted]
        if distance > 8 or not ours or not same_target(step, later):
            continue
        if any(one["status"] == "ok" for one in ours):
            return None if action is None else (action, later["n"], "success")
        hidden = later["status"] == "ok" and any(one["status"] == "unknown" for one in ours)
        stopped = later["status"] in {"rejected", "cancelled", "interrupted", "unfinished"}
        doubt = doubt or hidden or stopped
    return None if action is None else (action, last, "unknown" if doubt else "failure")


def same_target(step: Json, later: Json) -> bool:
    if step["kind"] == "shell" or not step["target"]:
        return True
    if not later["target"]:
        return False
    names = [path.rstrip("/").split("/")[-1] for path in (step["target"], later["target"])]
    return step["target"] == later["target"] or (step["kind"] != "search" and names[0] == names[1])


def heuristics(episode: Json, steps: list[Json]) -> Iterator[tuple[Key, Seen]]:
    results = {"ok": "success", "failed": "failure", "unknown": "unknown"}
    for step in steps:
        if step["left"] or step["kind"] != "shell":
            continue
        for action in step["actions"]:
            if action["intent"] in {"", "commit"} or action["status"] == "skipped":
                continue
            use = Seen(
                *(episode["id"], episode["session"], results[action["status"]]),
                *(ms(step["at"]), step["n"], step["n"]),
            )
            yield (episode["project"], action["intent"], action["name"]), use


OF_A_PROJECT = frozenset(("context", "file_group", "heuristic"))


def recount(episodes: dict[str, Json], steps: dict[str, list[Json]]) -> dict[str, dict[Key, list[Seen]]]:
    found: dict[str, dict[Key, list[Seen]]] = {kind: defaultdict(list) for kind in LEAST}
    for public, episode in episodes.items():
        if episode["unworthy"] is None:
            rules = (sequences, decisions, contexts, file_groups, recoveries, heuristics)
            for kind, rule in zip(LEAST, rules, strict=True):
                if kind in OF_A_PROJECT and episode["project"] == "unknown":
                    continue
                for key, use in rule(episode, steps[public]):
                    found[kind][key].append(use)
    return found


def counts(uses: list[Seen]) -> Json:
    results = [use.result for use in uses]
    told = {
        name: results.count(result)
        for name, result in (("successes", "success"), ("failures", "failure"), ("partial", "partial"))
    }
    return {
        "uses": len(uses),
        "judged": sum(told.values()),
        **told,
        "episodes": len({use.episode for use in uses}),
        "sessions": len({use.session for use in uses}),
    }


def step_set(kind: str, key: Key) -> frozenset[str]:
    if kind == "error_recovery":
        return frozenset(key[1:3])
    if kind == "context":
        return frozenset(f"{key[:3]} {phase}" for phase in key[3].split(" → "))
    if kind == "file_group":
        return frozenset(f"{key[0]} {name}" for name in key[1:])
    if kind == "decision_point":
        return frozenset([f"after {key[0]}", key[1]])
    return frozenset(key) if kind == "tool_sequence" else frozenset([" ".join(key)])


def close(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= len(one | other)


def inside(short: Key, long: Key) -> bool:
    rest = iter(long)
    return len(short) < len(long) and all(name in rest for name in short)


def test_every_number_of_every_row_comes_out_again(tree: Tree):
    assert tree.patterns
    for pattern in tree.patterns:
        uses = uses_of(tree, pattern)
        assert {name: pattern[name] for name in ORDER} == counts(uses), pattern["title"]
        assert pattern["projects"] == len({tree.episodes[use.episode]["project"] for use in uses})
        assert ms(pattern["first_used"]) == min(use.at for use in uses)
        assert ms(pattern["last_used"]) == max(use.at for use in uses)
        assert sorted(tree.evidence[pattern["id"]]) == sorted(uses), pattern["title"]


def test_every_use_of_every_candidate_comes_out_again(tree: Tree):
    """Not only of those that are rows: the extractors, over the exported tree, against this recount."""
    found: dict[str, dict[Key, list[Seen]]] = {kind: defaultdict(list) for kind in LEAST}
    for public, told in tree.episodes.items():
        episode = episode_from(told)
        steps = [step_from(step) for step in tree.steps[public]]
        for use in extract(episode, steps) if episode.unworthy is None else ():
            seen = Seen(episode.id, episode.session, use.result, use.at, use.first, use.last)
            found[use.kind][use.key].append(seen)
    for kind in LEAST:
        assert found[kind].keys() == tree.uses[kind].keys()
        assert [key for key in found[kind] if sorted(found[kind][key]) != sorted(tree.uses[kind][key])] == []


def test_every_row_has_its_support(tree: Tree):
    for pattern in tree.patterns:
        uses = uses_of(tree, pattern)
        episodes, sessions, successes = LEAST[pattern["kind"]]
        good = [use.episode for use in uses if use.result == "success"]
        assert len({use.episode for use in uses}) >= episodes
        assert len({use.session for use in uses}) >= sessions
        assert not successes or (len(good) >= successes and len(set(good)) >= episodes), pattern["title"]
        if pattern["kind"] == "file_group":
            assert lift(tree, tuple(pattern["key"])) >= 2
        if pattern["kind"] == "decision_point":
            assert [key for key in tree.uses["decision_point"] if key[0] == pattern["key"][0]][1:]


def test_nothing_with_support_is_missing(tree: Tree):
    """Whatever has support and is no row is generic, explained by another one, or close to a row."""
    rows = {kind: {tuple(one["key"]) for one in tree.patterns if one["kind"] == kind} for kind in LEAST}
    for kind, (episodes, sessions, successes) in LEAST.items():
        able = {}
        for key, uses in tree.uses[kind].items():
            good = [use.episode for use in uses if use.result == "success"]
            enough = len({use.episode for use in uses}) >= episodes
            enough = enough and len({use.session for use in uses}) >= sessions
            if enough and (not successes or len(set(good)) >= episodes):
                able[key] = uses
        for key, uses in able.items():
            if key in rows[kind]:
                continue
            generic = kind == "tool_sequence" and all(
                name.split(" ")[0] in WORDS and not name.endswith(" failed") for name in key
            )
            generic = generic or (kind == "context" and {*key[3].split(" → ")} <= {"explore", "edit"})
            alone = kind == "decision_point" and not [one for one in able if one[0] == key[0] and one != key]
            weak = alone or (kind == "file_group" and lift(tree, key) < 2)
            places = {(use.episode, use.first) for use in uses}
            spans = {use.episode: (use.first, use.last) for use in uses}
            explained = any(
                (kind == "tool_sequence" and inside(key, other) and covers(able[other], spans))
                or (
                    kind == "error_recovery"
                    and (key[0], other[0]) == ("class", "exact")
                    and key[2:] == other[2:]
                    and places == {(use.episode, use.first) for use in able[other]}
                )
                for other in able
            )
            explained = explained or any(
                kind == "file_group" and inside(key, row) and spans.keys() == in_episodes(tree, row)
                for row in rows[kind]
            )
            near = any(close(step_set(kind, key), step_set(kind, row)) for row in rows[kind])
            assert generic or weak or explained or near, (kind, key)


def in_episodes(tree: Tree, row: Key) -> set[str]:
    """The episodes that changed all files of a row."""
    return {use.episode for use in uses_of(tree, {"kind": "file_group", "key": row})}


def covers(long: list[Seen], short: dict[str, tuple[int, int]]) -> bool:
    spans = {use.episode: (use.first, use.last) for use in long}
    return spans.keys() == short.keys() and all(
        spans[one][0] <= first and last <= spans[one][1] for one, (first, last) in short.items()
    )


def test_no_two_rows_of_a_kind_share_half_of_their_steps(tree: Tree):
    for kind in LEAST:
        rows = [step_set(kind, tuple(one["key"])) for one in tree.patterns if one["kind"] == kind]
        assert not [pair for pair in combinations(rows, 2) if close(*pair)]


def test_the_evidence_of_every_row_really_holds_it(tree: Tree):
    for pattern in tree.patterns:
        key = pattern["key"]
        for use in tree.evidence[pattern["id"]]:
            episode = tree.episodes[use.episode]
            span = [step for step in tree.steps[use.episode] if use.first <= step["n"] <= use.last]
            assert span[0]["n"] == use.first
            assert span[-1]["n"] == use.last
            assert not span[0]["left"]
            assert use.session == episode["session"]
            if pattern["kind"] == "heuristic":
                assert key[0] == episode["project"]
                assert (key[1], key[2]) in {(one["intent"], one["name"]) for one in span[0]["actions"]}
            elif pattern["kind"] == "error_recovery":
                error = span[0]["error"]
                assert key[1] == (error["line"] if key[0] == "exact" else error["family"])
                well = [one for step in span[1:] for one in step["actions"] if one["status"] == "ok"]
                assert key[2] in {word(one["name"]) for one in well}
                assert use.result != "success" or key[3] in {aim(one) for one in span[-1]["actions"]}
            elif pattern["kind"] == "decision_point":
                last, then = ran(span[0])[-1], ran(span[-1])[0]
                assert key == [
                    word(last["name"]) + " failed" * (last["status"] == "failed"),
                    word(then["name"]),
                ]
            elif pattern["kind"] == "context":
                assert key[:3] == [episode["project"], episode["language"] or "", episode["task_type"]]
                assert phases(span) == key[3].split(" → ")
            elif pattern["kind"] == "file_group":
                assert {*key[1:]} <= {step["target"] for step in span if edits(step)}
            else:
                done = iter([label(one) for step in span if step["agent"] is None for one in ran(step)])
                assert all(name in done for name in key), (pattern["title"], use)


def test_no_routine_holds_evidence_of_an_outcome_it_is_judged_by(tree: Tree):
    for pattern in tree.patterns:
        if pattern["kind"] not in {"tool_sequence", "decision_point", "context"}:
            continue
        for use in tree.evidence[pattern["id"]]:
            outcome = tree.episodes[use.episode]["outcome"]
            spoke = {one["step"] for one in outcome["evidence"]}
            assert not spoke & set(range(use.first, use.last + 1)), (pattern["title"], use)


def test_no_key_is_a_fragment_of_a_heredoc_or_of_a_quoted_text(tree: Tree):
    names = [
        name for uses in (tree.uses["tool_sequence"], tree.uses["heuristic"]) for key in uses for name in key
    ]
    names += [part for key in tree.uses["error_recovery"] for part in key[2:]]
    names += [action["name"] for steps in tree.steps.values() for step in steps for action in step["actions"]]
    assert names
    for name in set(names):
        assert name.isprintable()
        assert "EOF" not in name
        assert not set(name.removesuffix(" >")) & set("\"'`(){}<;|&\\"), name

"""The JSON forms: stable keys, plain values, nothing of one store, and a strict way back."""

import json
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.ids import episode_id, pattern_id, session_id
from tacit.core.jsonback import episode_from, session_from, step_from
from tacit.core.jsonform import (
    encode,
    episode_json,
    evidenced_json,
    list_json,
    pattern_json,
    session_json,
    step_json,
    without_hash,
)
from tacit.core.model import (
    Action,
    Episode,
    Evidence,
    Evidenced,
    Outcome,
    Pattern,
    Session,
    Signature,
    Step,
    Tally,
)

PATTERN_KEYS = """
    id kind title key verdict uses judged successes failures partial rate low high expected episodes
    sessions projects files first_used last_used learned_at claim since offered variants pinned archived
    elsewhere
"""

KEY = ("edit refused", "read")
PATTERN = Pattern(
    id=pattern_id("error_recovery", KEY),
    kind="error_recovery",
    title="edit refused → read",
    key=KEY,
    uses=7,
    judged=7,
    successes=4,
    failures=3,
    partial=0,
    episodes=5,
    sessions=4,
    first_used=1_770_203_455_700,
    last_used=1_770_289_855_000,
    learned_at=1_770_203_455_700,
    rate=4 / 7,
    low=0.25045,
    high=0.84178,
    projects=2,
    files=tuple(f"src/{n}.go" for n in range(9)),
    claim=Tally(3, 3, 2, 2 / 3),
    weeks=((1_769_990_400_000, 7, 7, 4),),
)
STEP = Step(
    n=3,
    call="toolu_1",
    tool="Edit",
    kind="edit",
    parameters='{"file_path":"a.go","new_string":"[REDACTED:aws-key:0f3a]"}',
    observation="String to replace not found",
    status="error",
    at=1_770_203_455_700,
    actions=(Action("edit *.go", "failed"),),
    target="a.go",
    error=Signature("String to replace not found", "edit refused"),
    seconds=0.25,
)
EPISODE = Episode(
    id=episode_id("claude-code", "u1"),
    session=session_id("claude-code", "n1"),
    native="u1",
    project="shop",
    agent="claude-code",
    prompt="make the tests pass",
    started=1_770_203_455_000,
    ended=1_770_203_500_000,
    outcome=Outcome("success", 1.0, "test", (Evidence("test", "success", "12 passed", 9),)),
    steps=9,
    errors=1,
    tools=(("Edit", 4, 1), ("Bash", 5, 0)),
    files=("a.go",),
    followups=("thanks",),
    digest="abc",
)
SESSION = Session(
    id=session_id("claude-code", "n1"),
    native="n1",
    agent="claude-code",
    project="shop",
    title="make the tests pass",
    directory="/home/x/shop",
    started=1_770_203_455_000,
    ended=1_770_203_500_000,
    episodes=3,
    outcomes=(("failure", 1), ("success", 2)),
)


def through_json(form):
    return json.loads(encode(form))


def test_a_pattern_has_exactly_the_published_keys_in_their_order():
    assert list(pattern_json(PATTERN)) == PATTERN_KEYS.split()


def test_times_are_rfc3339_and_rates_have_six_decimals():
    form = pattern_json(PATTERN)
    assert form["first_used"] == "2026-02-04T11:10:55.700Z"
    assert form["rate"] == 0.571429
    assert form["claim"] == {"uses": 3, "judged": 3, "successes": 2, "rate": 0.666667}
    assert form["since"] is None
    assert form["expected"] is None


def test_only_the_five_most_frequent_files_are_named():
    assert pattern_json(PATTERN)["files"] == [f"src/{n}.go" for n in range(5)]


def test_a_rate_of_one_stays_a_float():
    form = pattern_json(msgspec.structs.replace(PATTERN, rate=1.0))
    assert b'"rate":1.0' in encode(form)


def test_every_key_is_there_even_when_all_is_default():
    bare = Step(n=1, call="", tool="", kind="other", parameters="", observation="", status="ok", at=0)
    assert list(step_json(bare)) == list(step_json(STEP))
    assert step_json(bare)["error"] is None


def test_a_list_says_its_total_and_whether_it_was_cut():
    form = list_json("patterns", iter([pattern_json(PATTERN)]), 12, True)
    assert list(form) == ["schema", "total", "truncated", "patterns"]
    assert (form["schema"], form["total"], form["truncated"]) == (1, 12, True)


def test_a_use_names_its_episode_and_steps():
    use = Evidenced("e-1", "s-1", "shop", "success", 1_770_203_455_000, 2, 5)
    assert evidenced_json(use)["at"] == "2026-02-04T11:10:55Z"
    assert list(evidenced_json(use)) == ["episode", "session", "project", "result", "at", "first", "last"]


def test_forms_read_back_give_the_same_records():
    assert session_from(through_json(session_json(SESSION))).outcomes == (("success", 2), ("failure", 1))
    again = session_from(through_json(session_json(SESSION)))
    assert session_json(again) == session_json(SESSION)
    assert episode_from(through_json(episode_json(EPISODE))) == msgspec.structs.replace(EPISODE, digest="")
    assert step_json(step_from(through_json(step_json(STEP)))) == step_json(STEP)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key [REDACTED:aws-key:0f3a] here", "key [REDACTED:aws-key] here"),
        ("cut [REDACTED:aws-key:0f", "cut [REDACTED:aws-key"),
        ("cut [REDACTED:aws-key:", "cut [REDACTED:aws-key"),
        ("[REDACTED:token]", "[REDACTED:token]"),
        ("[REDACTED:kind:words]", "[REDACTED:kind:words]"),
        ("[REDACTED:a:0f3a][REDACTED:b:11ff]", "[REDACTED:a][REDACTED:b]"),
        ("plain :0f3a]", "plain :0f3a]"),
    ],
)
def test_a_mark_loses_its_hash(text, expected):
    assert without_hash(text) == expected


@given(st.text(alphabet=":[]ab0-_ zR") | st.from_regex(r"(\[REDACTED:[a-z0-9:_-]{0,12}\]?){0,4}"))
def test_losing_the_hash_twice_is_losing_it_once(text):
    assert without_hash(without_hash(text)) == without_hash(text)


def test_no_form_holds_a_hash_anywhere():
    mark = "[REDACTED:token:beef]"
    forms = [
        pattern_json(msgspec.structs.replace(PATTERN, title=mark, key=(mark,), files=(mark,))),
        session_json(msgspec.structs.replace(SESSION, title=mark, directory=mark, branch=mark, project=mark)),
        episode_json(
            msgspec.structs.replace(
                EPISODE,
                prompt=mark,
                followups=(mark,),
                files=(mark,),
                outcome=Outcome("success", 1.0, "test", (Evidence("test", "success", mark),)),
            )
        ),
        step_json(
            msgspec.structs.replace(
                STEP,
                parameters=mark,
                observation=mark,
                target=mark,
                actions=(Action(mark, "ok"),),
                error=Signature(mark, "other"),
            )
        ),
    ]
    assert b"beef" not in encode(forms)
    assert b"[REDACTED:token]" in encode(forms)


@given(st.text())
def test_encoded_json_drives_no_terminal_and_keeps_its_value(text):
    encoded = encode({"text": text})
    assert json.loads(encoded) == {"text": text}
    assert not set(encoded.decode()) & set("\x1b\x7f\x85\x9b\u2028\u2029\u202e\u2066\ufeff\x00\n")


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("n", 0, "$.n"),
        ("n", "3", "$.n"),
        ("n", True, "$.n"),
        ("n", 1 << 40, "$.n"),
        ("n", -1, "$.n"),
        ("at", 17, "$.at"),
        ("at", "yesterday", "$.at"),
        ("at", "1800-01-01T00:00:00Z", "$.at"),
        ("status", "fine", "$.status"),
        ("seconds", float("nan"), "$.seconds"),
        ("seconds", float("inf"), "$.seconds"),
        ("observation", "x" * 20_000, "$.observation"),
        ("parameters", "x" * 1_100_000, "$.parameters"),
        ("actions", [{"name": 1, "status": "ok"}], "$.actions[0].name"),
        ("actions", [[[[[[[[[1]]]]]]]]], "$.actions"),
        ("error", [], "$.error"),
        ("left", None, "$.left"),
    ],
)
def test_a_wrong_step_is_refused_by_path(name, value, where):
    with pytest.raises(ValueError, match=r"\$") as caught:
        step_from(step_json(STEP) | {name: value})
    assert str(caught.value).startswith(where)


@pytest.mark.parametrize("value", [None, 1, "x", [], [1]])
def test_what_is_no_object_is_no_record(value):
    for read in (session_from, episode_from, step_from):
        with pytest.raises(ValueError, match=r"^\$\.here: not an object"):
            read(value, "$.here")


def test_a_missing_key_is_named():
    form = step_json(STEP)
    del form["call"]
    with pytest.raises(ValueError, match="call"):
        step_from(form)


@pytest.mark.parametrize(
    ("change", "where"),
    [({"tools": [1]}, "tools"), ({"tools": {}}, "tools"), ({"outcome": {"label": "great"}}, "outcome.label")],
)
def test_a_wrong_episode_is_refused_by_path(change, where):
    with pytest.raises(ValueError, match=where):
        episode_from(episode_json(EPISODE) | change)


def test_wrong_outcome_counts_are_refused():
    with pytest.raises(ValueError, match="outcomes"):
        session_from(session_json(SESSION) | {"outcomes": [1]})
    with pytest.raises(ValueError, match="outcomes"):
        session_from(session_json(SESSION) | {"outcomes": {"success": "2"}})


def test_the_module_is_light():
    code = (
        "import sys, tacit.core.jsonform;"
        "print(sorted({'json','datetime','dataclasses','logging','asyncio'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

"""Where the time and the effort went."""

from msgspec.structs import replace

from tacit.core.learn.reflection import reflect

ROOT = "/home/dev/app"
A, B = f"{ROOT}/a.go", f"{ROOT}/b.go"


def timed(*seconds):
    return [("Bash", f"make step{n}", "", "ok", {"seconds": one}) for n, one in enumerate(seconds)]


def test_the_slowest_step_takes_over_three_times_the_mean_and_over_a_second(said):
    assert said("insights", *timed(1.0, 1.0, 1.0, 20.0)) == [
        "`make step3` took 20.0 s, 87 % of the time spent in calls (step 4)."
    ]
    assert said("insights", *timed(1.0, 1.0, 1.0, 4.0)) == []
    assert said("insights", *timed(0.01, 0.01, 0.01, 0.01, 0.9)) == [
        "5 shell calls: `make step0`, `make step1`, `make step2` and 2 more (steps 1–5)."
    ]


def test_a_slow_edit_is_a_wait(said):
    found = said("insights", *timed(0.1, 0.1, 0.1), ("Edit", A, "", "ok", {"seconds": 125.0}))
    assert found == [
        "An edit of a.go took 2 min 5 s, nearly all of it waiting (for an answer or a hook) (step 4)."
    ]


def test_a_long_episode_names_its_longest_pause(steps, episode):
    one, two, three = steps(("Read", A, "", "ok", {"seconds": 2.0}), ("Read", B), ("Read", A))
    late = [one, two, replace(three, at=900_000)]
    built = episode(late, ended=1_000_000)[1]
    expected = "It took 16 min 40 s, of which 14 min 58 s passed between steps 2 and 3 (steps 2–3)."
    assert [remark.sentence for remark in reflect(built, late).insights] == [expected]


def test_a_long_episode_without_a_pause_tells_its_length(said):
    assert said("insights", ("Read", A), ("Read", B), ended=1_000_000) == ["It took 16 min 40 s (steps 1–2)."]
    assert said("insights", ("Read", A), ("Read", B), ended=600_000) == []


def test_a_tool_used_five_times_names_what_it_was_used_on(said):
    assert said("insights", *[("Read", A)] * 4, ("Read", B)) == ["5 reads, 4 of them of a.go (steps 1–4)."]
    assert said("insights", *[("Read", A)] * 4) == []
    searches = [("Grep", ROOT)] * 5
    assert said("insights", *searches, ("Edit", A)) == [
        "5 searches, all of them before the first edit (steps 1–5)."
    ]


def test_tokens_and_length_against_what_is_expected(said):
    reads = [("Read", f"{ROOT}/{n}.go") for n in range(6)]
    found = said("insights", *reads, tokens=120_000, complexity="simple")
    assert "6 steps, where a simple task stays within 5 (steps 1–6)." in found
    assert "120,000 tokens were used, 20,000 a step (steps 1–6)." in found
    assert not any("stays within" in one for one in said("insights", *reads))

"""The rewards of the page, and what must hold of any."""

from math import exp

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tacit.core.learn.reward import COMPLEXITY_BONUS, Course, course_of, efficiency, quality, reward
from tacit.core.model import Outcome

EDIT = ("Edit", "/home/dev/app/a.go")
OK = True
BAD = False
VECTORS = [
    (Course("success", (OK,) * 3, 3, "simple", 10.0), 1.390376, 1.10, 0.35),
    (Course("success", (OK,) * 10, 5, "moderate", 60.0), 1.106531, 1.10, 0.35),
    (
        Course("success", (OK,) * 20, 5, "complex", 300.0, 0, 0, ("a.py", "test_b.py", "c.py"), 85.0, 0),
        0.724982,
        1.45,
        0.35,
    ),
    (Course("success", (OK, BAD, OK, OK, OK), 2, "moderate", 45.0), 1.233045, 0.90, 0.15),
    (Course("partial", (OK, OK, BAD, BAD, OK, OK), 3, "moderate", 120.0, 2, 1), 1.054349, 0.80, 0.25),
]
ONE_IN_TWENTY = Course("success", (OK, BAD, *(OK,) * 18), 1, "simple")
labels = st.sampled_from(("success", "partial", "failure", "abstained"))
courses = st.builds(
    Course,
    label=labels,
    ok=st.lists(st.booleans(), max_size=60).map(tuple),
    tools=st.integers(0, 10),
    complexity=st.sampled_from(tuple(COMPLEXITY_BONUS)),
    seconds=st.none() | st.floats(0, 1e6),
    completed=st.integers(0, 9),
    failed=st.integers(0, 9),
    artifacts=st.lists(st.sampled_from(("a.py", "test_a.py", "b.md")), max_size=5).map(tuple),
    coverage=st.none() | st.floats(0, 100),
    lint_warnings=st.none() | st.integers(0, 9),
    learned=st.integers(0, 9),
)


@pytest.mark.parametrize(("course", "pace", "good", "learning"), VECTORS)
def test_the_vectors_of_the_page(course, pace, good, learning):
    found = reward(course)
    assert found.efficiency == pytest.approx(pace, abs=5e-7)
    assert found.quality == pytest.approx(good)
    assert found.learning == pytest.approx(learning)


def test_the_first_vector_multiplied_out():
    assert reward(VECTORS[0][0]).value == pytest.approx(2.064708, abs=1e-6)


@pytest.mark.parametrize(
    ("label", "completed", "failed", "base"),
    [
        ("success", 0, 0, 1),
        ("partial", 2, 1, 2 / 3),
        ("partial", 0, 0, 0.5),
        ("partial", 0, 3, 0),
        ("abstained", 0, 0, 0.3),
        ("failure", 0, 0, 0),
    ],
)
def test_the_base(label, completed, failed, base):
    assert reward(Course(label, (), 0, "simple", None, completed, failed)).base == pytest.approx(base)


def test_what_nobody_judged_has_no_reward():
    assert reward(Course("unknown", (OK,), 1, "simple")) is None


def test_the_pace_of_no_time_no_end_and_no_steps():
    assert efficiency(0.0, 0) == 1.0  # (1.5 + 0.5) / 2
    assert efficiency(None, 0) == 0.75
    assert efficiency(None, 20) == pytest.approx((1.0 + 0.5 + exp(-1)) / 2)


def test_patterns_newly_learned_count_up_to_three():
    course = Course("success", (OK,), 1, "simple", 60.0)
    assert [round(reward(replace(course, learned=n)).learning, 9) for n in range(5)] == [
        0,
        0.1,
        0.2,
        0.3,
        0.3,
    ]


@pytest.mark.parametrize(
    "name", ["a_test.go", "tests/a.py", "FooTest.java", "conftest.py", "coverage.xml", "fix the tests"]
)
def test_an_artifact_that_names_tests_adds_a_tenth(name):
    assert quality(replace(ONE_IN_TWENTY, artifacts=(name,))) == pytest.approx(1.10)


@pytest.mark.parametrize("name", ["latest.go", "contest.py", "attestation.rs", "Testament.md"])
def test_a_name_that_only_holds_the_letters_adds_nothing(name):
    assert quality(replace(ONE_IN_TWENTY, artifacts=(name,))) == pytest.approx(1.0)


@settings(deadline=None)
@given(courses)
def test_every_part_keeps_its_bounds(course):
    found = reward(course)
    assert 0 <= found.base <= 1
    assert 0.5 <= found.efficiency <= 1.5
    assert 0.5 <= found.quality <= 1.5
    assert 0 <= found.learning <= 0.5
    product = found.base * found.efficiency * (1 + found.complexity) * found.quality * (1 + found.learning)
    assert found.value == pytest.approx(product)
    assert 0 <= found.value <= 1.5 * 1.3 * 1.5 * 1.5


@settings(deadline=None)
@given(courses, st.floats(0.1, 1e4))
def test_longer_is_never_better(course, more):
    assume(course.seconds is not None)
    assert reward(replace(course, seconds=course.seconds + more)).value <= reward(course).value


@settings(deadline=None)
@given(courses)
def test_a_success_is_worth_no_less_than_the_same_course_ending_otherwise(course):
    best = reward(replace(course, label="success")).value
    assert reward(course).value <= best + 1e-12


@settings(deadline=None)
@given(courses, st.integers(1, 5))
def test_learning_more_is_never_worse(course, more):
    assert reward(replace(course, learned=course.learned + more)).value >= reward(course).value


def test_the_course_of_an_episode(steps, episode):
    made = steps(
        ("Read", "/home/dev/app/a.go"),
        EDIT,
        ("Bash", "pytest -q | tail -3", "1 failed in 0.1s"),  # its exit status is hidden, its failure is not
        ("Write", "/home/dev/app/a_test.go"),
        ("Bash", "golangci-lint run", "0 issues."),
        ("Bash", "pytest -q --cov", "TOTAL   10   2   80%\n3 passed in 0.1s"),
        ("Read", "/x", "", "ok", {"agent": "sub", "parent": 1}),
        ("Read", "/x", "", "ok", {"left": True}),
    )
    course = course_of(episode(made, started=1000, ended=3500)[1], made, learned=2)
    assert course == Course(
        "success", (OK, OK, BAD, OK, OK, OK), 4, "moderate", 2.5, 0, 0, ("a.go", "a_test.go"), 80.0, 0, 2
    )


def test_what_a_person_stopped_is_no_failed_step(steps, episode):
    made = steps(
        EDIT,
        ("Edit", "/home/dev/app/a.go", "no", "rejected"),
        ("Bash", "ls", "", "cancelled"),
        ("Bash", "ls", "", "interrupted"),
        ("Bash", "ls", "Exit code 1", "error"),
    )
    course = course_of(episode(made)[1], made)
    assert (course.ok, course.tools, course.complexity) == ((OK, BAD), 2, "simple")


def test_a_declared_complexity_and_the_parts_of_a_partial_outcome_are_taken(steps, episode):
    built = replace(episode(steps(EDIT))[1], outcome=Outcome("partial", 0.5))
    course = course_of(built, steps(EDIT), complexity="expert", completed=2, failed=1)
    assert (course.complexity, reward(course).base) == ("expert", pytest.approx(2 / 3))


@pytest.mark.parametrize(
    ("started", "ended", "call", "seconds"),
    [
        (1000, 1250, EDIT, 0.25),
        (5000, 5000, (*EDIT, "", "ok", {"seconds": 2.5}), 2.5),  # no time of its own: that of its steps
        (0, 0, EDIT, None),  # no times were kept
        (9000, 1000, EDIT, None),  # the clock ran backwards
        (1000, 9000, (*EDIT, "", "unfinished"), None),
    ],
)
def test_how_long_it_took(steps, episode, started, ended, call, seconds):
    made = steps(call)
    assert course_of(episode(made, started=started, ended=ended)[1], made).seconds == seconds

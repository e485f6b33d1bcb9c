from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from tacit.core.embedding.breaker import FAILURES, PAUSE, Breaker
from tacit.core.embedding.provider import EmbeddingError


class Now:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = 1_000_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def breaker(now: Now) -> Breaker:
    return Breaker("there", now)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(EmbeddingError, match="broken"), breaker.attempt():
            raise EmbeddingError("broken")


def succeed(breaker: Breaker) -> None:
    with breaker.attempt():
        pass


def refused(breaker: Breaker) -> EmbeddingError:
    with pytest.raises(EmbeddingError, match="paused until") as caught, breaker.attempt():
        pytest.fail("it went through")
    return caught.value


def test_five_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, FAILURES)
    error = refused(breaker)
    assert "there failed 5 times in a row and is paused until 00:17:10" in error.message
    assert "broken" in error.hint


def test_a_success_in_between_begins_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    succeed(breaker)
    fail(breaker, FAILURES - 1)
    succeed(breaker)


def test_it_stays_open_to_the_last_millisecond(breaker: Breaker, now: Now) -> None:
    fail(breaker, FAILURES)
    now.at += PAUSE - 1
    refused(breaker)
    now.at += 1
    succeed(breaker)


def test_a_trial_that_goes_well_closes_it(breaker: Breaker, now: Now) -> None:
    fail(breaker, FAILURES)
    now.at += PAUSE
    succeed(breaker)
    fail(breaker, FAILURES - 1)
    succeed(breaker)


def test_a_trial_that_fails_opens_it_for_as_long_again(breaker: Breaker, now: Now) -> None:
    fail(breaker, FAILURES)
    now.at += PAUSE
    fail(breaker)
    now.at += PAUSE - 1
    assert "failed 6 times" in refused(breaker).message
    now.at += 1
    succeed(breaker)


def test_only_one_is_tried_at_a_time(breaker: Breaker, now: Now) -> None:
    fail(breaker, FAILURES)
    now.at += PAUSE
    with breaker.attempt():
        refused(breaker)
    succeed(breaker)


def test_what_is_no_failure_of_the_provider_counts_for_nothing(breaker: Breaker, now: Now) -> None:
    fail(breaker, FAILURES)
    now.at += PAUSE
    with pytest.raises(KeyboardInterrupt), breaker.attempt():
        raise KeyboardInterrupt
    succeed(breaker)


def test_a_clock_that_is_set_back_does_not_keep_it_open(breaker: Breaker, now: Now) -> None:
    fail(breaker, FAILURES)
    now.at -= 86_400_000
    succeed(breaker)


def test_threads_that_fail_together_are_counted_one_by_one(breaker: Breaker) -> None:
    together = threading.Barrier(FAILURES)

    def run() -> None:
        with suppress(EmbeddingError), breaker.attempt():
            together.wait(120)
            raise EmbeddingError("broken")

    threads = [threading.Thread(target=run) for _ in range(FAILURES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "failed 5 times" in refused(breaker).message

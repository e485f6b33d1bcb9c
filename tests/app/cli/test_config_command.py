from __future__ import annotations

from typing import Any


def test_counts_spans_and_sizes_are_shown_as_what_they_are(call: Any) -> None:
    shown = call(
        "config",
        TACIT_RECORD_BUFFER_STEPS="1500",
        TACIT_EMBEDDING_TIMEOUT="90s",
        TACIT_STORE_QUOTA="2GB",
    ).out
    rows = {line.split()[0]: " ".join(line.split()[1:6]) for line in shown.splitlines() if line.strip()}
    assert rows["record.buffer_steps"].startswith("1,500 TACIT_")
    assert rows["embedding.timeout"].startswith("1 min 30 s TACIT_")
    assert rows["store.quota"].startswith("2.0 GB TACIT_")


def test_it_says_when_texts_leave_the_machine_and_never_shows_a_key(call: Any) -> None:
    assert call("config").err == ""
    for form in ("table", "json"):
        done = call(
            "config",
            "show",
            "--format",
            form,
            TACIT_EMBEDDING_PROVIDER="cohere",
            TACIT_EMBEDDING_KEY="k-secret",
        )
        assert "Texts leave this machine" in done.err
        assert "to api.cohere.com" in done.err
        assert "k-secret" not in done.out + done.err

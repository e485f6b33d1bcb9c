"""What the small fixtures of other agents hold, counted by hand as :mod:`hand_counts` says."""

from __future__ import annotations

from hand_counts import HASH, NO_TRANSCRIPT, NOTHING, Folder, Hand

_STAGES = "other-agents/agent-sessions-fixtures/stage0/agents"

_OTHERS = {
    "antigravity": ("cli_schema_drift.jsonl", "cli_small.jsonl", "small.md"),
    "droid": tuple(
        f"{form}_{which}.jsonl"
        for form in ("session_store", "stream_json")
        for which in ("large", "schema_drift", "small")
    ),
    "grok": ("chat_history.jsonl", "summary.json", "subagent/chat_history.jsonl", "subagent/summary.json"),
    "hermes": ("large.json", "schema_drift.json", "small.json"),
    "kimi": (
        "assistant_tools.jsonl",
        "assistant_tools.state.json",
        "small.jsonl",
        "state.json",
        "subagent_agent-0.jsonl",
    ),
    "openclaw": ("large.jsonl", "schema_drift.jsonl", "small.jsonl"),
    "pi": ("small.jsonl",),
    "qwen": (
        *(f"019f0000-0000-7000-8000-{number:012d}.jsonl" for number in (1, 2, 4, 5)),
        "019f0000000070008000000000000003.jsonl",
        "system_telemetry.jsonl",
    ),
}
"""The files of agents that there is no reader of."""

FIXTURES: dict[str, Folder] = {
    f"{_STAGES}/claude": Folder(
        "claude-code",
        {
            "large.jsonl": (Hand("ses_stage0_large", "/tmp/large", 4, 1),),
            # its one prompt has the id of one in large.jsonl; the other came from a task; the call is drift
            "schema_drift.jsonl": (Hand("ses_stage0_drift", "/tmp/project", 0, copies=1),),
            # all but one call stands in a sidechain, or has the same trimmed id as a line before
            "small.jsonl": (Hand("ses_stage0_small", "/tmp", 1, 1, subagent=(1, 0), tokens=15),),
            "subagent/0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f.jsonl": (
                Hand(
                    "0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f",
                    "/tmp",
                    1,
                    1,
                    subagent=(1, 0),
                    beside=("subagent/0a1b2c3d-4e5f-4061-8071-2a3b4c5d6e7f/subagents/*",),
                ),
            ),
        },
        drift={"unknown record type tool_use": 1, "unknown record type tool_result": 1},
    ),
    f"{_STAGES}/codex": Folder(
        "codex",
        {
            # six prompts, the first told twice; its call and result are of no kind that Codex has
            "large.jsonl": (Hand("019b2ea4-aaaa-bbbb-cccc-58208e1f0000", "/tmp/large", 6, tokens=1_393),),
            # three prompts and six reviews; six calls and one more, as which all with a trimmed id count
            "small.jsonl": (
                Hand("019fc8be-3658-7ca3-9e29-000000000000", "example.invalid/repo", 9, 7, tokens=12_838),
            ),
        },
        {"schema_drift.jsonl": NOTHING},
        {"result without its call": 1},  # line 28 of small.jsonl stands before any call
        {
            "unknown item tool_call": 1,
            "unknown item tool_result": 1,
            "missing field function_call.name": 1,
            "unknown item function_result": 1,
            "unknown record type": 2,  # lines of a role without a type
        },
    ),
    f"{_STAGES}/copilot": Folder(
        "copilot",
        {
            "large.jsonl": (Hand("copilot_stage0_large", "/tmp/large", 3, 2),),
            "schema_drift.jsonl": (Hand("copilot_stage0_drift", "/tmp/drift", 1, 1),),  # no prompt in it
            "small.jsonl": (
                Hand("copilot_stage0_small", "github.com/example/repo", 2, 1, subagent=(1, 1), tokens=12 + 3),
            ),
            "subdir_v1/aaaabbbb-1111-2222-3333-ccccddddeeee/events.jsonl": (
                Hand("aaaabbbb-1111-2222-3333-ccccddddeeee", "github.com/example/repo", 1, 1, tokens=12 + 14),
            ),
        },
        lines={"result without its call": 2},  # call_2 of the drifted one, and the first trimmed one
    ),
    f"{_STAGES}/cursor": Folder(
        "cursor",
        {
            "large.jsonl": (Hand("", "unknown", 2, 2),),  # the third prompt is "Thanks."
            "schema_drift.jsonl": (Hand("", "unknown", 1, 1),),
            "small.jsonl": (Hand("", "unknown", 2, 1),),
            "subagent/parent.jsonl": (Hand("", "unknown", 1, 1, beside=("subagent/subagents/child.jsonl",)),),
        },
        drift={"unknown part custom_block": 1},
    ),
    f"{_STAGES}/gemini": Folder(
        "gemini",
        {
            "jsonl_v040.jsonl": (Hand("gemini_stage0_jsonl", HASH["0b7d"], 1, 1, tokens=11_936 + 714),),
            "large.json": (Hand("session-2025-12-16T23-47-b4f17607", HASH["2050"], 2, 2, 1, tokens=110),),
            "small.json": (Hand("session-2026-01-16T18-34-3739ef95", HASH["0b7d"], 1, tokens=15),),
        },
        {"schema_drift.json": NO_TRANSCRIPT},  # neither messages nor any id of a session
    ),
    f"{_STAGES}/opencode": Folder(
        "opencode",
        {
            "storage_legacy/session/proj_test/ses_s_stage0_drift.json": (
                Hand(
                    "s_stage0_drift",
                    "/tmp/drift",
                    1,
                    1,
                    beside=("storage_legacy/message/s_stage0_drift/*", "storage_legacy/part/*"),
                ),
            ),
            "storage_v2/session/proj_test/ses_s_stage0_large.json": (
                Hand(
                    "s_stage0_large",
                    "/tmp/large",
                    2,
                    1,
                    1,  # its command ended with 1
                    tokens=120 + 16,
                    beside=("storage_v2/message/s_stage0_large/*", "storage_v2/part/*_large_*/*"),
                ),
            ),
            "storage_v2/session/proj_test/ses_s_stage0_small.json": (
                Hand(
                    "s_stage0_small",
                    "/tmp/repo",
                    1,
                    1,
                    beside=("storage_v2/message/s_stage0_small/*", "storage_v2/part/*_small/*"),
                ),
            ),
        },
        {"storage_v2/migration": NO_TRANSCRIPT},
        drift={"unknown status success": 1},
    ),
} | {
    f"{_STAGES}/{agent}": Folder("", refused=dict.fromkeys(files, NO_TRANSCRIPT))
    for agent, files in _OTHERS.items()
}

LOOSE = Folder(
    "codex",
    refused={
        "codex_050_legacy.jsonl": NOTHING,
        "codex_051_usage.jsonl": NOTHING,
        "codex_052_raw.jsonl": NOTHING,
        "codex_053_rate_limit.jsonl": NOTHING,
        "session_branch.jsonl": NO_TRANSCRIPT,
        "session_simple.jsonl": NO_TRANSCRIPT,
        "session_toolcall.jsonl": NO_TRANSCRIPT,
    },
    drift={
        "unknown event turn.completed": 2 + 2 + 2,
        "unknown event codex/event/raw_item": 3,
        "unknown event account/rateLimits/updated": 1,
    },
)
"""The files beside the folders of the agents: heads and events of Codex, and chats that are nobody's."""

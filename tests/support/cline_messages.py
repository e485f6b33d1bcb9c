"""Messages of Cline, one call of a function each."""

from __future__ import annotations

from typing import Any

DETAILS = (
    "<environment_details>\n# Current Time\n1/5/2026, 10:00 AM\n\n"
    "# Current Working Directory (/w/shop) Files\n"
)

Message = dict[str, Any]


def user(*texts: Any, **more: Any) -> Message:
    """A message in the user's place; a text or a block each."""
    blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in texts]
    return {"role": "user", "content": blocks} | more


def model(*texts: Any, **more: Any) -> Message:
    """A message of the model."""
    return user(*texts) | {"role": "assistant"} | more


def first(prompt: str = "Fix it") -> Message:
    """How every task begins."""
    return user(f"<task>\n{prompt}\n</task>", f"{DETAILS}src/\n</environment_details>")


def call(tool: str, /, **fields: str) -> Message:
    """A call written as tags."""
    body = "".join(f"<{name}>{value}</{name}>\n" for name, value in fields.items())
    return model(f"I will.\n\n<{tool}>\n{body}</{tool}>")

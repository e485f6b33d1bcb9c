"""Commands in processes of their own: what they find around them."""

from __future__ import annotations

import os
from pathlib import Path


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment in which all lies below a folder, and nothing says anything of Tacit but this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TACIT_", "COLUMNS"))}
    return kept | {"TACIT_HOME": str(home), "HOME": str(home), "TZ": "UTC"} | more

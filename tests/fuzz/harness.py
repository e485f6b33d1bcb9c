"""Coverage-guided fuzzing of the codec, the readers and what unpacks archives, where atheris is installed.

python tests/fuzz/harness.py codec -max_total_time=60
python tests/fuzz/harness.py archive -max_total_time=60
python tests/fuzz/harness.py import -max_total_time=60
python tests/fuzz/harness.py reader -max_total_time=60 CORPUS

What libFuzzer takes may follow the target; a folder keeps the inputs it found worth keeping.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

with atheris.instrument_imports(include=["tacit"]):
    import fuzz_imports
    import fuzz_targets


def main(arguments: list[str]) -> None:
    """Run the target that is named until libFuzzer has had enough."""
    name, *rest = arguments
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)

        def one(data: bytes) -> None:
            if name == "codec":
                fuzz_targets.codec(data)
            elif name == "archive":
                fuzz_imports.archive(data, place)
            elif name == "import":
                with tempfile.TemporaryDirectory() as own:
                    fuzz_imports.imported(int.from_bytes(data[:8], "big"), Path(own))
            elif data[:1] == b"m" and len(data) >= 5:
                fuzz_targets.reader(fuzz_targets.mutated(int.from_bytes(data[1:5], "big")), place)
            else:
                fuzz_targets.reader(data, place)

        atheris.Setup([sys.argv[0], *rest], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])

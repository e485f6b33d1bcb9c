"""Types that several threads read for the first time at the same moment."""

from __future__ import annotations

import subprocess
import sys

RACE = """
import sys, threading, types
from tacit.store.typed import decoder_of

sys.setswitchinterval(1e-6)
source = "from __future__ import annotations\\nfrom msgspec import Struct\\n"
source += "class L0(Struct):\\n    a: int = 0\\n"
for n in range(1, 30):
    source += f"class L{n}(Struct):\\n    a: int\\n    b: list[L{n - 1}]\\n"
    source += f"    c: dict[str, L{n - 1}] | None = None\\n"
raw = b"\\x82\\xa1a\\x01\\xa1b\\x91\\x82\\xa1a\\x02\\xa1b\\x90"
for n in range(150):
    module = sys.modules[f"m{n}"] = types.ModuleType(f"m{n}")
    exec(source, module.__dict__)
    together = threading.Barrier(6)
    def work():
        together.wait()
        decoder_of(module.L29)(raw)
    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("done", sys.getswitchinterval() < 1e-3)
"""


def test_a_type_that_threads_read_for_the_first_time_at_once_ends_no_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RACE], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "done True\n"), done.stderr

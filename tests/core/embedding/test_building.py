"""Building a model for real: to the end, killed at each stage, refused, and where it cannot be done."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from compiled import lend
from tiny import tiny_model

from tacit.core.embedding.card import MODEL
from tacit.core.embedding.compile_job import STAGES
from tacit.core.embedding.compiling import build
from tacit.core.embedding.local import LocalProvider
from tacit.core.embedding.packaged import missing, packaged_folder
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.registry import BUILDING, BuiltModel, built, models_folder
from tacit.core.places import Places

pytestmark = pytest.mark.skipif(
    bool(missing()) or packaged_folder() is None, reason="the extra `models` is not installed"
)

HALF = f"{BUILDING}tiny"
CODE = """
import sys
from tacit.core.embedding.compiling import build
from tacit.core.embedding.provider import EmbeddingError
try:
    build("tiny", sys.argv[1], told=lambda stage: print(stage, flush=True))
except EmbeddingError as error:
    sys.exit(f"{error.message} {error.hint}")
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("original") / "tiny")


@pytest.fixture(scope="module")
def met(tiny, tmp_path_factory) -> tuple[Path, dict[str, list[str]]]:
    """The folder of models of a build that was killed at each stage in turn, and the stages each came to."""
    home = tmp_path_factory.mktemp("killed")
    places = Places({"TACIT_HOME": str(home)})
    found = {}
    for stage in STAGES:
        found[stage] = killed_at(stage, tiny, home)
        assert built("tiny", places) is None
    return models_folder(places), found


@pytest.fixture(scope="module")
def unchecked(met) -> Path:
    """What a build leaves that was killed before it was compared with the original."""
    return met[0] / HALF


@pytest.fixture(scope="module")
def once(tiny, unchecked, tmp_path_factory) -> Path:
    """The folder of models with the small one built."""
    places = Places({"TACIT_HOME": str(tmp_path_factory.mktemp("once"))})
    shutil.copytree(unchecked, models_folder(places) / HALF)
    build("tiny", str(tiny), places)
    return models_folder(places)


@pytest.fixture
def small(once, own_home) -> BuiltModel:
    """The small one, built, in the home of this test."""
    lend(once, own_home / "tacit")
    return built("tiny")


@pytest.fixture
def half(unchecked, own_home) -> Path:
    """What was left unchecked, in the home of this test."""
    return shutil.copytree(unchecked, models_folder() / HALF)


def start(tiny, code=CODE, home=None):
    run = [sys.executable, "-c", code, str(tiny)]
    env = {**os.environ} if home is None else {**os.environ, "TACIT_HOME": str(home)}
    return subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def finish(tiny, code=CODE):
    with start(tiny, code) as run:
        out, err = run.communicate()
    return run.returncode, out.split(), err.strip()


def free_again(models: Path) -> None:
    """Wait until the worker of a killed build is gone, which holds the lock as long as it lives."""
    import fcntl

    with (models / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def killed_at(stage, tiny, home=None) -> list[str]:
    """Kill a build once a stage begins, and wait until nothing of it is left; the stages it came to."""
    said = []
    with start(tiny, home=home) as run:
        for line in iter(run.stdout.readline, ""):
            said.append(line.strip())
            if said[-1] == stage:
                run.kill()
    assert run.returncode == -signal.SIGKILL, (said, run.returncode)
    free_again(models_folder(None if home is None else Places({"TACIT_HOME": str(home)})))
    return said


LIMITED = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
{CODE}"""


def test_a_build_without_room_says_so(tiny):
    code, _, err = finish(tiny, LIMITED)
    assert code == 1
    assert "has too little room to build the model. Make room and build again" in err
    assert built("tiny") is None


def test_a_build_that_is_killed_at_any_stage_goes_on_and_is_never_half_there(tiny, met, half, once):
    assert "exporting" not in met[1]["quantising"], "what was exported is kept"
    old = shutil.copytree(once / "tiny", models_folder() / "tiny")
    before = built("tiny")
    code, stages, err = finish(tiny)
    assert (code, err) == (0, "")
    assert "exporting" not in stages
    after = built("tiny")
    assert (after.folder, after.space) == (str(old), before.space)
    assert after.card.made >= before.card.made
    assert LocalProvider(after).embed(["a"]).shape == (1, 64)
    assert sorted(entry.name for entry in models_folder().iterdir()) == [".lock", "tiny"]


def test_where_int8_is_far_from_the_original_float32_is_taken(tiny, half):
    import onnx
    from onnx import numpy_helper

    model = onnx.load(half / "int8.onnx")
    words = max(model.graph.initializer, key=lambda one: len(one.raw_data))
    words.CopyFrom(numpy_helper.from_array(np.roll(numpy_helper.to_array(words), 1, axis=0), words.name))
    onnx.save(model, half / "int8.onnx")
    card = build("tiny", str(tiny)).card
    assert card.weights == "float32"
    assert card.refused.neighbours < 0.9 <= card.checks.neighbours
    assert card.bytes == len((models_folder() / "tiny" / MODEL).read_bytes())
    assert LocalProvider(built("tiny")).embed(["a"]).shape == (1, 64)


def test_a_model_that_differs_from_its_original_is_refused_and_not_built(tiny, half):
    with np.load(half / "reference.npz") as found:
        others = {role: found[role][::-1] for role in ("document", "query")}
    np.savez(half / "reference.npz", **others)
    with pytest.raises(EmbeddingError, match="The compiled model differs from its original") as caught:
        build("tiny", str(tiny))
    assert caught.value.hint == "This model cannot be compiled; take another one."
    assert built("tiny") is None


def test_prompts_are_kept_and_asked_questions_get_theirs(small):
    assert small.card.prompts == {"query": "question: "}
    provider = LocalProvider(small)
    asked, told = provider.embed(["why"], "query"), provider.embed(["question: why"], "document")
    assert np.array_equal(asked, told)
    assert not np.array_equal(asked, provider.embed(["why"], "document"))


def test_an_original_that_is_cut_short_is_told_and_the_built_model_stays(tiny, small, tmp_path):
    short = shutil.copytree(tiny, tmp_path / "short")
    with (short / "model.safetensors").open("r+b") as file:
        file.truncate(100_000)
    with pytest.raises(EmbeddingError, match=rf"The model in {short} cannot be loaded: ") as caught:
        build("tiny", str(short))
    assert "Check that the folder is whole" in caught.value.hint
    assert built("tiny") == small


def test_a_name_that_is_nowhere_is_told_without_a_network(own_home, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with pytest.raises(EmbeddingError, match="“nobody/nothing” is no folder, and no model of that name"):
        build("nothing", "nobody/nothing")


def test_two_builds_do_not_meet(tiny):
    with start(tiny) as first:
        assert first.stdout.readline() == "loading\n"
        with pytest.raises(EmbeddingError, match=rf"Process {first.pid} is building tiny"):
            build("tiny", str(tiny))
        first.kill()
    free_again(models_folder())


FOUND = "import sys; from tacit.core.embedding.compile_source import found; print(found(sys.argv[1]))"


@pytest.mark.parametrize("name", ["someone/small", "tidy"])
def test_a_name_is_looked_for_in_the_cache_of_hugging_face(monkeypatch, tmp_path, name):
    full = name if "/" in name else f"sentence-transformers/{name}"
    folder = tmp_path / f"models--{full.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("3f9k2m")
    (folder / "snapshots" / "3f9k2m").mkdir(parents=True)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", FOUND, name], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(folder / "snapshots" / "3f9k2m")


def test_a_model_too_large_for_one_file_is_refused_before_it_is_loaded(own_home, tmp_path):
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(EmbeddingError, match="is too large to be compiled") as caught:
        build("large", str(tmp_path))
    assert caught.value.hint == "Take one below 1.9 GB."


def test_what_was_half_taken_over_from_elsewhere_is_built_from_the_beginning(own_home):
    ready = models_folder() / f"{BUILDING}nothing" / "ready"
    ready.mkdir(parents=True)
    with pytest.raises(EmbeddingError, match="“nobody/nothing” is no folder"):
        build("nothing", "nobody/nothing")


@pytest.mark.parametrize("gone", ["sentence_transformers", "onnx"])
def test_without_the_extra_it_says_how_to_get_it(gone):
    code, stages, err = finish("x", f"import sys\nsys.modules[{gone!r}] = None\n{CODE}")
    assert (code, stages) == (1, [])
    assert err == f"Building a model needs {gone}. Install it with: pip install 'tacit[models]'"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told(own_home):
    place = models_folder()
    place.mkdir(parents=True, mode=0o500)
    with pytest.raises(EmbeddingError, match="cannot be written: Permission denied"):
        build("x", "x")


def test_interrupting_the_build_ends_its_worker(tiny):
    with start(tiny) as run:
        assert run.stdout.readline() == "loading\n"
        run.send_signal(signal.SIGINT)
        run.communicate()
    free_again(models_folder())

"""The packaged model, compiled: what it answers, and what is said when it cannot."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest

from tacit.core.embedding.card import CARD, MODEL, TOKENIZER
from tacit.core.embedding.check_texts import check_texts
from tacit.core.embedding.local import LocalProvider
from tacit.core.embedding.packaged import PACKAGED
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.registry import built


@pytest.fixture
def provider(with_model):
    made = LocalProvider(built())
    yield made
    made.close()


def test_near_in_meaning_is_near_without_a_common_word(provider):
    texts = ["The car will not start", "My automobile does not turn on", "How to bake bread with rye flour"]
    rows = provider.embed(texts)
    assert rows.dtype == np.float32
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.1


def test_rows_come_in_the_order_of_the_texts_whatever_their_length(provider):
    texts = check_texts()
    together, alone = provider.embed(texts), np.vstack([provider.embed([text]) for text in texts])
    assert (together @ alone.T).argmax(1).tolist() == list(range(len(texts)))
    assert (together * alone).sum(1).min() > 0.98


def test_the_compiled_model_was_found_near_its_original(with_model):
    card = built().card
    assert card.weights == "int8"
    assert card.checks.texts == len(check_texts())
    assert card.checks.worst >= 0.985
    assert card.checks.neighbours >= 0.9


ODD = [
    "",
    " ",
    "\x00\x1b]52;c;aGk=\x07",
    "\ud800 lone",
    "🚀" * 300,
    "\u202eمرحبا",
    "x" * 2_000_000,
    "a b " * 500_000,
]


def test_any_text_gets_a_unit_vector(provider):
    rows = provider.embed(ODD)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_row(provider):
    assert provider.embed([]).shape == (0, 384)


def test_many_threads_get_what_one_gets(provider):
    texts = check_texts()[:24]
    wanted = [provider.embed([text]) for text in texts]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda text: provider.embed([text]), texts * 3))
    assert all(np.array_equal(one, wanted[n % 24]) for n, one in enumerate(found))


def test_a_closed_provider_closes_again_and_answers_again(provider):
    before = provider.embed(["one"])
    provider.close()
    provider.close()
    assert np.array_equal(before, provider.embed(["one"]))


def spoil(path, content):
    """Replace a file, whose other links stay as they are."""
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize("file", [MODEL, TOKENIZER])
def test_a_file_with_one_other_byte_is_damaged(with_model, file):
    path = with_model / PACKAGED / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    spoil(path, bytes(content))
    with pytest.raises(
        EmbeddingError, match=rf"{PACKAGED} is damaged: {file} is not what was built"
    ) as caught:
        LocalProvider(built()).embed(["x"])
    assert f"memory models build {PACKAGED}" in caught.value.hint


def test_a_missing_file_is_damage(with_model):
    (with_model / PACKAGED / MODEL).unlink()
    with pytest.raises(EmbeddingError, match=r"model\.onnx cannot be read \(No such file"):
        LocalProvider(built()).embed(["x"])


def test_a_file_that_is_no_model_but_fits_its_card_is_damage(with_model):
    from tacit.core.embedding.card import digest, read_card, write_card

    folder = with_model / PACKAGED
    spoil(folder / MODEL, b"no model")
    card = msgspec.structs.replace(read_card(folder), model_sum=digest(b"no model"))
    (folder / CARD).unlink()
    write_card(folder, card)
    with pytest.raises(EmbeddingError, match="it does not load"):
        LocalProvider(built()).embed(["x"])


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff\xfe"])
def test_a_card_that_cannot_be_read_is_told(with_model, content):
    spoil(with_model / PACKAGED / CARD, content)
    with pytest.raises(EmbeddingError, match="its card cannot be read"):
        built()


HEAVY = ("torch", "sentence_transformers", "transformers", "onnx", "onnxscript", "huggingface_hub")


def test_embedding_imports_nothing_of_what_built_the_model(with_model):
    code = (
        "import sys\n"
        "from tacit.core.embedding.registry import built\n"
        "from tacit.core.embedding.local import LocalProvider\n"
        "model = built()\n"
        "assert not {'numpy', 'onnxruntime', 'tokenizers'} & sys.modules.keys()\n"
        "LocalProvider(model).embed(['a question'], 'query')\n"
        f"print(*sorted({{*{HEAVY!r}}} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


def test_a_search_imports_nothing_of_what_built_the_model(with_model, memory):
    memory.embed()
    code = (
        "import sys\n"
        "from tacit import Memory\n"
        "with Memory.open(sys.argv[1]) as memory:\n"
        "    memory.search('tests that fail')\n"
        f"print('onnxruntime' in sys.modules, *sorted({{*{HEAVY!r}}} & sys.modules.keys()))"
    )
    run = [sys.executable, "-c", code, str(memory.path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_nearness_is_told_by_the_worst_text_and_by_shared_neighbours():
    from tacit.core.embedding.compile_check import compare

    spots = np.random.default_rng(3).normal(size=(60, 16)).astype(np.float32)
    spots /= np.linalg.norm(spots, axis=1, keepdims=True)
    same = compare(spots, spots)
    assert (same.texts, same.worst, same.neighbours) == (60, 1.0, 1.0)
    bent = spots.copy()
    bent[7] = spots[8]
    other = compare(bent, spots)
    assert other.worst == pytest.approx(float(spots[7] @ spots[8]), abs=1e-4)
    assert other.mean > 0.95
    assert 0.5 < other.neighbours < 1

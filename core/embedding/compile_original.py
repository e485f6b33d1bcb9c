"""Loads the original of a model and writes it down as ONNX, with the vectors it gives.

Runs only in the process that builds a model: it imports torch and sentence-transformers.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sentence_transformers
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.export import Dim

from tacit.core.embedding.check_texts import check_texts
from tacit.core.embedding.compile_job import Facts, Refused
from tacit.core.embedding.compile_smooth import smooth

TOKENS = 512
"""Longer texts are cut here even where the model would read on: no text that Tacit embeds is longer."""


def export(folder: Path, into: Path) -> Facts:
    """Write ``exported.onnx``, ``tokenizer.json`` and ``reference.npz`` of the model in a folder.

    Raises:
        Refused: the folder holds no model that can be compiled.
    """
    torch.set_num_threads(min(4, os.cpu_count() or 1))
    model = _load(folder)
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise Refused(f"The model in {folder} has no fast tokenizer.", "Only models with one can be built.")
    (into / "tokenizer.json").write_text(tokenizer.to_str(), "utf-8")
    vectors = _reference(model, into / "reference.npz")
    _export(model, into / "exported.onnx")
    return Facts(
        dimensions=vectors,
        tokens=min(model.max_seq_length or TOKENS, TOKENS),
        pad=model.tokenizer.pad_token_id or 0,
        prompts={role: text for role in ("query", "document") if (text := _prompt(model, role))},
        versions={
            "torch": str(torch.__version__),
            "sentence-transformers": sentence_transformers.__version__,
        },
    )


def _load(folder: Path) -> Any:
    try:
        model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
        )
    except Exception as error:  # a damaged folder shows itself in many ways
        raise Refused(
            f"The model in {folder} cannot be loaded: {_first(error)}.",
            "Check that the folder is whole: modules.json, config.json, weights and tokenizer.json.",
        ) from error
    return model.float().train(False)


def _prompt(model: Any, role: str) -> str:
    """What the model wants before the texts of a role."""
    prompts = model.prompts
    return prompts.get(role) or prompts.get(model.default_prompt_name or "") or ""


def _reference(model: Any, path: Path) -> int:
    """Keep the vectors of the fixed texts by the original; gives how long one is."""
    texts = list(check_texts())
    rows = {
        role: model.encode(
            [_prompt(model, role) + text for text in texts],
            prompt="",
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        for role in ("document", "query")
    }
    if not all(np.isfinite(row).all() for row in rows.values()):
        raise Refused("The original gives numbers that are none.", "Its weights are damaged.")
    np.savez(path, document=rows["document"], query=rows["query"])
    return int(rows["document"].shape[1])


class _Whole(nn.Module):
    """The model from tokens to unit vectors: transformer, pooling and all that follows."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.train(False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(texts, tokens) twice → (texts, dimensions)."""
        features: dict[str, Tensor] = {"input_ids": input_ids, "attention_mask": attention_mask}
        for module in self.model:
            features = module(features)
        vectors = features["sentence_embedding"][:, : self.model.truncate_dim]
        return nn.functional.normalize(vectors, p=2, dim=1)


def _export(model: Any, path: Path) -> None:
    whole = _Whole(model)

    def run(texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        tokens = model.tokenizer(
            list(texts), padding=True, truncation=True, max_length=64, return_tensors="pt"
        )
        return tokens["input_ids"], tokens["attention_mask"]

    shape = {0: Dim("texts"), 1: Dim("tokens")}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            smooth(model, lambda texts: whole(*run(texts)))
            torch.onnx.export(
                whole,
                run(["run the tests", "mend the build of the server, please"]),
                str(path),
                dynamo=True,
                input_names=["input_ids", "attention_mask"],
                output_names=["vectors"],
                dynamic_shapes={"input_ids": shape, "attention_mask": shape},
                external_data=False,
                verbose=False,
            )
        except OSError:
            raise
        except Exception as error:
            raise Refused(
                f"The model cannot be exported: {_first(error)}.",
                "Only models of one transformer with pooling can be built.",
            ) from error


def _first(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[0][:200].rstrip(".")

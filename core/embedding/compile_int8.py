"""The steps from an exported model to its int8 form. Runs only in the process that builds a model."""

from __future__ import annotations

from pathlib import Path

from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process


def prepare(exported: Path, into: Path) -> None:
    """Fold constants and infer shapes, which quantising needs.

    Symbolic inference is left out: it gives up at ``min(512, tokens)``, and nothing here needs it.
    """
    quant_pre_process(str(exported), str(into), skip_symbolic_shape=True)


def quantise(prepared: Path, into: Path) -> None:
    """Dynamic int8, one scale for each column of a weight (per tensor it is far from the original)."""
    quantize_dynamic(str(prepared), str(into), per_channel=True, weight_type=QuantType.QInt8)

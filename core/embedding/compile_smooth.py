"""Makes a model bear int8: large activations are moved into the weights before it is exported.

Int8 activations share one scale, so a few channels a hundred times larger than the others leave those
no room. Dividing each channel of a layer's input by a factor, and multiplying the weights that meet it,
changes nothing in exact arithmetic and evens the channels out (Xiao et al. 2023, "SmoothQuant",
equation 4). On the packaged model the worst cosine rose from 0.957 to 0.989.

Runs only in the process that builds a model, which has torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

ALPHA = 0.65
"""How much of the difference goes into the weights; of 0.5 to 0.9 this was best for the packaged model."""

SEEN = """
Run the unit tests of the parser and show me which ones fail
cannot open shared object file: No such file or directory
Why does the second request return an old answer although the cache was cleared a minute ago?
edit the configuration, restart the server, look at the log
thanks
src/components/Table.vue, src/store/rows.ts
find . -name '*.log' -mtime +30 -delete
Add a button that copies the address of the current page to the clipboard, with a short notice.
ValueError: invalid literal for int() with base 10: 'twelve'
The release went out at noon and the number of errors doubled; compare both versions and tell me why.
!!
for (const row of rows) { total += row.price; }
Remplacez la bibliothèque de dates par celle du langage.
用户无法重置密码
Write a migration that splits the address into street, number, postal code and town, and keeps the old
warning: unused variable: `count`, help: if this is intentional, prefix it with an underscore: `_count`
"""


def smooth(model: Any, embed: Any) -> None:
    """Even out the inputs of every linear layer of a model, in place.

    Args:
        model: a sentence-transformers model on the CPU.
        embed: runs the model on a list of texts, all of them at once.
    """
    layers = {name: layer for name, layer in model.named_modules() if type(layer) is nn.Linear}
    peaks: dict[str, Tensor] = {}
    groups: dict[int, list[str]] = {}
    with _watched(layers, peaks, groups):
        embed(SEEN.strip().splitlines())
    for names in groups.values():
        weights = torch.stack([layers[name].weight.abs().amax(0) for name in names]).amax(0)
        peak = torch.stack([peaks[name] for name in names]).amax(0)
        factor = peak.clamp(min=1e-5) ** ALPHA / weights.clamp(min=1e-5) ** (1 - ALPHA)
        inverse = nn.Parameter((1 / factor.clamp(min=1e-4)).detach())
        for name in names:
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, _Smooth(layers[name], inverse))


class _Smooth(nn.Module):
    """A linear layer whose input is divided and whose weights are multiplied by the same factors."""

    def __init__(self, layer: nn.Linear, inverse: nn.Parameter) -> None:
        super().__init__()
        self.inverse = inverse
        self.weight = nn.Parameter((layer.weight / inverse).detach())
        self.bias = layer.bias

    def forward(self, inputs: Tensor) -> Tensor:
        """The same as the layer gave before."""
        return nn.functional.linear(inputs * self.inverse, self.weight, self.bias)


@contextmanager
def _watched(
    layers: dict[str, nn.Linear], peaks: dict[str, Tensor], groups: dict[int, list[str]]
) -> Iterator[None]:
    """Notes the largest input of each channel; layers that read the same tensor are one group."""
    alive: list[Tensor] = []  # a tensor that is gone leaves its identity to another

    def watch(name: str) -> Any:
        def look(_layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            alive.append(inputs[0])
            peaks[name] = inputs[0].detach().abs().reshape(-1, inputs[0].shape[-1]).amax(0)
            groups.setdefault(id(inputs[0]), []).append(name)

        return look

    hooks = [layer.register_forward_pre_hook(watch(name)) for name, layer in layers.items()]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()

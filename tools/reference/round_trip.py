"""Opens backbones that were trained and saved by latentstream with the originals, and compares the outputs of both.

    mvn -pl models test -Dtest='*RoundTripTest' -DroundTrip=FOLDER
    python tools/reference/round_trip.py FOLDER U-ViT > docs/round-trip.txt

Made with diffusers 0.35.2 and PyTorch 2.7.1 (CPU). U-ViT is a clone of its authors' repository, as in uvit.py.
"""

import contextlib
import json
import os
import sys

import diffusers
import torch
from safetensors import safe_open
from safetensors.torch import load_file


def opened(folder, config, source):
    kind = config.pop("_class_name")
    if kind == "UViT":
        sys.path.insert(0, source)
        with contextlib.redirect_stdout(sys.stderr):
            from libs.uvit_t2i import UViT

        network = UViT(**config)
        network.load_state_dict(load_file(os.path.join(folder, "diffusion_pytorch_model.safetensors")))
        return network
    network, report = getattr(diffusers, kind).from_pretrained(folder, output_loading_info=True)
    left = [key for key, names in report.items() if names]
    if left:
        raise SystemExit(f"{folder}: {report}")
    return network


def predicted(network, made):
    noisy, steps, text = made["noisy"], made["steps"], made["text"]
    if type(network).__name__ == "UViT":
        return network(noisy, steps, text)
    mask = made["mask"].long()
    if isinstance(network, diffusers.PixArtTransformer2DModel):
        added = {key: made.get(key) for key in ("resolution", "aspect_ratio")}
        return network(noisy, text, steps, added_cond_kwargs=added, encoder_attention_mask=mask).sample
    added = {"text_embeds": made["pooled"], "time_ids": made["sizes"]} if "pooled" in made else {}
    return network(noisy, steps, text, encoder_attention_mask=mask, added_cond_kwargs=added).sample


@torch.no_grad()
def difference(folder, source):
    with open(os.path.join(folder, "config.json")) as file:
        network = opened(folder, json.load(file), source)
    with safe_open(os.path.join(folder, "made.safetensors"), "pt") as file:
        made = {key: file.get_tensor(key) for key in file.keys()}
    expected = predicted(network, made)
    relative = ((made["predicted"] - expected).abs().max() / expected.abs().max()).item()
    return len(network.state_dict()), sum(p.numel() for p in network.parameters()), relative


def main(folder, source):
    lines, worst = [], 0
    for name in sorted(os.listdir(folder)):
        tensors, parameters, relative = difference(os.path.join(folder, name), source)
        lines.append(f"{name:<14} {tensors:>7} {parameters:>11}  {relative:.1e}")
        worst = max(worst, relative)
    print(f"diffusers {diffusers.__version__}, PyTorch {torch.__version__}: from_pretrained; the authors' network for U-ViT")
    print("checkpoint     tensors  parameters  greatest difference of the output, relative to its greatest value")
    print("\n".join(lines))
    if worst > 1e-5:
        raise SystemExit(f"a relative difference of {worst}; at most 1e-5 is expected")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

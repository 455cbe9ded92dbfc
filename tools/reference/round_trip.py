"""Opens UNets that were trained and saved by latentstream with the diffusers library, and compares what both make of an input.

    mvn -pl models test -Dtest=UNetRoundTripTest -DroundTrip=FOLDER
    python tools/reference/round_trip.py FOLDER > docs/round-trip.txt

Made with diffusers 0.35.2 and PyTorch 2.7.1 (CPU).
"""

import os
import sys

import diffusers
import torch
from diffusers import UNet2DConditionModel
from safetensors import safe_open


@torch.no_grad()
def difference(folder):
    unet, report = UNet2DConditionModel.from_pretrained(folder, output_loading_info=True)
    left = [key for key, names in report.items() if names]
    if left:
        raise SystemExit(f"{folder}: {report}")
    with safe_open(os.path.join(folder, "made.safetensors"), "pt") as file:
        made = {key: file.get_tensor(key) for key in file.keys()}
    added = {"text_embeds": made["pooled"], "time_ids": made["sizes"]} if "pooled" in made else {}
    expected = unet(
        made["noisy"],
        made["steps"],
        made["text"],
        encoder_attention_mask=made["mask"].long(),
        added_cond_kwargs=added,
    ).sample
    greatest = expected.abs().max()
    return len(unet.state_dict()), sum(p.numel() for p in unet.parameters()), ((made["predicted"] - expected).abs().max() / greatest).item()


def main(folder):
    print(f"diffusers {diffusers.__version__}, PyTorch {torch.__version__}: UNet2DConditionModel.from_pretrained")
    print("checkpoint   tensors  parameters  greatest difference of the output, relative to its greatest value")
    worst = 0
    for name in sorted(os.listdir(folder)):
        tensors, parameters, relative = difference(os.path.join(folder, name))
        print(f"{name:<12} {tensors:>7} {parameters:>11}  {relative:.1e}")
        worst = max(worst, relative)
    if worst > 1e-5:
        raise SystemExit(f"a relative difference of {worst}; at most 1e-5 is expected")


if __name__ == "__main__":
    main(sys.argv[1])

"""Reference values for the PixArt transformer, made by the diffusers library.

    python tools/reference/pixart.py models/src/test/resources/dev/latentstream/models

Made with diffusers 0.35.2 and PyTorch 2.7.1 (CPU). Writes small random transformers as diffusers saves them, which together use
every option that is supported: pixart (projected text, predicted variance), pixart-plain (text without projection, larger patches,
scaled positions) and pixart-shapes (resolution and aspect ratio). Beside each, reference.safetensors contains inputs, outputs with
and without a mask, also for a latent that is not square, and the gradients of a loss by every parameter, computed in 64 bits.

pixart-names/NAME.json and NAME.names.gz are the published configurations and their networks in diffusers on the meta device:
a line per tensor with its name and shape.
"""

import gzip
import os
import sys

import torch
from diffusers import PixArtTransformer2DModel
from safetensors.torch import save_file

TINY = dict(num_attention_heads=2, attention_head_dim=12, num_layers=2, sample_size=8)
VARIANTS = {
    "pixart": dict(TINY, cross_attention_dim=24, caption_channels=10, in_channels=3, out_channels=6),
    "pixart-plain": dict(
        TINY,
        num_attention_heads=3,
        attention_head_dim=8,
        cross_attention_dim=10,
        in_channels=2,
        out_channels=None,
        patch_size=4,
        sample_size=16,
        interpolation_scale=2,
    ),
    "pixart-shapes": dict(TINY, cross_attention_dim=24, caption_channels=10, use_additional_conditions=True),
}
# PixArt-alpha/PixArt-XL-2-256x256 and PixArt-XL-2-1024-MS
PUBLISHED = dict(
    num_attention_heads=16,
    attention_head_dim=72,
    in_channels=4,
    out_channels=8,
    num_layers=28,
    cross_attention_dim=1152,
    patch_size=2,
    caption_channels=4096,
)
NAMES = {"pixart-xl-256": dict(PUBLISHED, sample_size=32), "pixart-xl-1024": dict(PUBLISHED, sample_size=128)}


def main(target):
    for name, config in VARIANTS.items():
        make(target, name, config)
    folder = os.path.join(target, "pixart-names")
    os.makedirs(folder, exist_ok=True)
    for name, config in NAMES.items():
        with torch.device("meta"):
            network = PixArtTransformer2DModel(**config)
        with open(os.path.join(folder, name + ".json"), "w") as file:
            file.write(network.to_json_string())
        lines = [f"{key} {'x'.join(map(str, value.shape))}\n" for key, value in network.state_dict().items()]
        with open(os.path.join(folder, name + ".names.gz"), "wb") as file:
            file.write(gzip.compress("".join(sorted(lines)).encode(), mtime=0))


def make(target, name, config):
    torch.manual_seed(1)
    network = PixArtTransformer2DModel(**config)
    folder = os.path.join(target, name)
    network.save_pretrained(folder)
    network = network.double()

    def random(*shape):
        return torch.randn(*shape).float().double()  # rounded to float32 as in the file, then computed in float64

    torch.manual_seed(2)
    torch.set_default_dtype(torch.float64)
    size, channels = config["sample_size"], config.get("in_channels", 4)
    noisy, wide = random(2, channels, size, size), random(2, channels, size, size * 2)
    steps = torch.tensor([7, 921])
    text = random(2, 5, config.get("caption_channels", 10))
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    out = {"noisy": noisy, "wide": wide, "steps": steps, "text": text, "mask": mask.double()}
    added = {"resolution": None, "aspect_ratio": None}
    if config.get("use_additional_conditions"):
        added["resolution"] = torch.tensor([[512.0, 384.0], [1024.0, 768.0]])
        added["aspect_ratio"] = torch.tensor([[1.5], [0.75]])
        out.update(added)

    def predict(latent, mask=None):
        return network(latent, text, steps, added_cond_kwargs=added, encoder_attention_mask=mask).sample

    out["predicted"] = predict(noisy).detach()
    out["predicted_wide"] = predict(wide, mask).detach()
    masked = predict(noisy, mask)
    out["predicted_masked"] = masked.detach()
    out["wanted"] = random(*masked.shape)
    loss = torch.nn.functional.mse_loss(masked, out["wanted"])
    loss.backward()
    out["loss"] = loss.detach().reshape(1)
    for key, weight in network.named_parameters():
        out["gradient." + key] = weight.grad
    torch.set_default_dtype(torch.float32)
    out = {key: value.float() if value.is_floating_point() else value for key, value in out.items()}
    save_file({key: value.contiguous() for key, value in out.items()}, os.path.join(folder, "reference.safetensors"))


if __name__ == "__main__":
    main(sys.argv[1])

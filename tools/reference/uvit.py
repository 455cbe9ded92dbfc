"""Reference values for U-ViT, made by its authors' own network for texts.

    pip install einops==0.8.1
    git clone https://github.com/baofff/U-ViT && git -C U-ViT checkout ce551708dc9cde9818d2af7d84dfadfeb7bd9034
    python tools/reference/uvit.py U-ViT models/src/test/resources/dev/latentstream/models

Made with libs/uvit_t2i.py of that commit and PyTorch 2.7.1 (CPU). Writes two small random networks, uvit (even depth) and
uvit-odd (odd depth, larger patches), as config.json with the arguments of its class and diffusion_pytorch_model.safetensors.
Beside each, reference.safetensors contains inputs, outputs and the gradients of a loss by every parameter, computed in 64 bits but
for the time token and the attention, which the original rounds to 32 bits. The original has no mask: the masked outputs
come from an attention with a mask in place of PyTorch's.

uvit-names/NAME.json and NAME.names.gz are full-size networks on the meta device: a line per tensor with its name and shape.
uvit-names/sizes.csv holds the parameters of each, and the multiplications of its linear layers and convolutions, counted by hooks.
"""

import gzip
import json
import os
import sys

import torch
from safetensors.torch import save_file
from torch import nn

VARIANTS = {
    "uvit": dict(img_size=8, patch_size=2, in_chans=3, embed_dim=24, depth=4, num_heads=3, clip_dim=10, num_clip_token=5),
    "uvit-odd": dict(img_size=8, patch_size=4, in_chans=2, embed_dim=16, depth=3, num_heads=2, clip_dim=6, num_clip_token=5),
}
# The last is the one of MS-COCO, configs/mscoco_uvit_small.py; the others see 77 tokens of OpenCLIP-H.
SIZES = [(512, 12, 8), (512, 16, 8), (768, 16, 12), (1024, 20, 16), (1152, 28, 16), (2048, 42, 16)]
FULL = dict(img_size=32, patch_size=2, in_chans=4, num_clip_token=77)
NAMES = {
    f"uvit-h{width}-d{depth}-n{heads}": dict(FULL, embed_dim=width, depth=depth, num_heads=heads, clip_dim=1024)
    for width, depth, heads in SIZES
}
NAMES["mscoco-small"] = dict(FULL, embed_dim=512, depth=12, num_heads=8, clip_dim=768)


def main(source, target):
    sys.path.insert(0, source)
    from libs import uvit_t2i

    uvit_t2i.ATTENTION_MODE = "flash"
    for name, config in VARIANTS.items():
        make(target, name, config, uvit_t2i.UViT)
    folder = os.path.join(target, "uvit-names")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "sizes.csv"), "w") as sizes:
        for name, config in NAMES.items():
            network = outline(config, uvit_t2i)
            sizes.write(f"{name},{sum(p.numel() for p in network.parameters())},{multiplications(network, config)}\n")
            if name in ("uvit-h2048-d42-n16", "mscoco-small"):
                write_config(os.path.join(folder, name + ".json"), config)
                lines = [f"{key} {'x'.join(map(str, value.shape))}\n" for key, value in network.state_dict().items()]
                with open(os.path.join(folder, name + ".names.gz"), "wb") as file:
                    file.write(gzip.compress("".join(sorted(lines)).encode(), mtime=0))


def write_config(path, config):
    with open(path, "w") as file:
        json.dump({"_class_name": "UViT", **config}, file, indent=2)
        file.write("\n")


def outline(config, uvit_t2i):
    uvit_t2i.trunc_normal_ = lambda *arguments, **more: None  # there are no values to draw
    with torch.device("meta"):
        return uvit_t2i.UViT(**config)


def multiplications(network, config):
    counted = [0]

    def linear(layer, inputs, output):
        counted[0] += output.numel() * layer.in_features

    def convolution(layer, inputs, output):
        counted[0] += output.numel() * layer.in_channels * layer.kernel_size[0] * layer.kernel_size[1]

    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            layer.register_forward_hook(linear)
        elif isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(convolution)
    with torch.device("meta"):
        latent = torch.empty(1, 4, 32, 32)
        network(latent, torch.empty(1), torch.empty(1, config["num_clip_token"], config["clip_dim"]))
    return counted[0]


def make(target, name, config, UViT):
    torch.manual_seed(1)
    network = UViT(**config)
    for weight in network.parameters():
        if weight.dim() == 1:  # biases and norms are initialised to constants, which would hide a swap
            nn.init.normal_(weight, mean=weight.detach().mean().round().item(), std=0.2)
        elif weight.dim() == 2:
            nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
        elif weight.dim() == 3:
            nn.init.normal_(weight, std=0.5)
    folder = os.path.join(target, name)
    os.makedirs(folder, exist_ok=True)
    write_config(os.path.join(folder, "config.json"), config)
    save_file(network.state_dict(), os.path.join(folder, "diffusion_pytorch_model.safetensors"), {"format": "pt"})
    network = network.double()

    def random(*shape):
        return torch.randn(*shape).float().double()  # rounded to float32 as in the file, then computed in float64

    torch.manual_seed(2)
    size, tokens = config["img_size"], config["num_clip_token"]
    noisy = random(2, config["in_chans"], size, size)
    steps = torch.tensor([7, 921])
    text = random(2, tokens, config["clip_dim"])
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    out = {"noisy": noisy, "steps": steps, "text": text, "mask": mask.double()}
    patches = (size // config["patch_size"]) ** 2
    seen = torch.cat([torch.ones(2, 1), mask, torch.ones(2, patches)], dim=1).bool()[:, None, None]

    original = nn.functional.scaled_dot_product_attention

    def predict(mask):
        nn.functional.scaled_dot_product_attention = lambda q, k, v: original(
            q.double(), k.double(), v.double(), attn_mask=mask
        )
        try:
            return network(noisy, steps, text)
        finally:
            nn.functional.scaled_dot_product_attention = original

    out["predicted"] = predict(None).detach()
    masked = predict(seen)
    out["predicted_masked"] = masked.detach()
    out["wanted"] = random(*masked.shape)
    loss = nn.functional.mse_loss(masked, out["wanted"])
    loss.backward()
    out["loss"] = loss.detach().reshape(1)
    for key, weight in network.named_parameters():
        out["gradient." + key] = weight.grad
    out = {key: value.float() if value.is_floating_point() else value for key, value in out.items()}
    save_file({key: value.contiguous() for key, value in out.items()}, os.path.join(folder, "reference.safetensors"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

"""Reference values for AutoencoderKL, made by the diffusers library.

    python tools/reference/autoencoder_kl.py models/src/test/resources/dev/latentstream/models

Made with diffusers 0.35.2 and PyTorch 2.7.1 (CPU). Writes three tiny autoencoders as diffusers saves them (the first with
the older names of the attention's layers, after diffusers has read them back) and for each a
reference.safetensors: images in [0, 1], mean, log-variance and a sample of their latents, latents and their
images, the same of larger images in tiles, and a loss with its gradient by every weight. Also writes
autoencoder-kl.names.gz: name and shape of each tensor of the full-size network of Stable Diffusion and SDXL.
"""

import gzip
import os
import sys

import torch
from diffusers import AutoencoderKL
from safetensors.torch import load_file, save_file

OLDER = {".to_q.": ".query.", ".to_k.": ".key.", ".to_v.": ".value.", ".to_out.0.": ".proj_attn."}

FULL = dict(
    down_block_types=("DownEncoderBlock2D",) * 4,
    up_block_types=("UpDecoderBlock2D",) * 4,
    block_out_channels=(128, 256, 512, 512),
    layers_per_block=2,
)


def tiny(channels, **more):
    levels = len(channels)
    network = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=channels,
        norm_num_groups=4,
        **more,
    )
    with torch.no_grad():  # far from the default initialisation, so that every part matters
        for parameter in network.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return network.eval()


def values(network, channels, side):
    images = torch.rand(2, 3, 16, 24)
    posterior = network.encode(2 * images - 1).latent_dist
    noise = torch.randn_like(posterior.mean)
    sample = posterior.mean + posterior.std * noise
    decoded = (network.decode(sample).sample + 1) / 2
    loss = torch.nn.functional.mse_loss(decoded, images) + 0.1 * posterior.kl().mean()
    loss.backward()
    out = dict(images=images, mean=posterior.mean, logvar=posterior.logvar, noise=noise, sample=sample, decoded=decoded)
    out["loss"] = loss.reshape(1)
    out["divergence"] = posterior.kl()
    for name, weight in network.named_parameters():
        out["gradient." + name] = weight.grad
    with torch.no_grad():
        network.enable_tiling()
        network.tile_sample_min_size = side
        network.tile_latent_min_size = side // 2 ** (len(channels) - 1)
        large = torch.rand(1, 3, side + 8, 2 * side)
        out["large"] = large
        out["large_mean"] = network.encode(2 * large - 1).latent_dist.mean
        out["large_decoded"] = (network.decode(out["large_mean"]).sample + 1) / 2
    return {name: tensor.detach().contiguous() for name, tensor in out.items()}


def save(target, name, network, channels, side, older=False):
    folder = os.path.join(target, name)
    network.save_pretrained(folder)
    save_file(values(network, channels, side), os.path.join(folder, "reference.safetensors"))
    if older:
        path = os.path.join(folder, "diffusion_pytorch_model.safetensors")
        renamed = {}
        for key, tensor in load_file(path).items():
            for new, old in OLDER.items():
                key = key.replace(new, old)
            renamed[key] = tensor
        save_file(renamed, path, metadata={"format": "pt"})
        again = AutoencoderKL.from_pretrained(folder).state_dict()
        assert all(torch.equal(tensor, again[key]) for key, tensor in network.state_dict().items())


def names(target):
    with torch.device("meta"):
        network = AutoencoderKL(**FULL)
    lines = [n + " " + "x".join(map(str, t.shape)) + "\n" for n, t in sorted(network.state_dict().items())]
    with open(os.path.join(target, "autoencoder-kl.names.gz"), "wb") as file:
        file.write(gzip.compress("".join(lines).encode(), mtime=0))


def main(target):
    torch.manual_seed(1)
    save(target, "autoencoder-kl", tiny((8, 12, 16), scaling_factor=0.13025), (8, 12, 16), 32, older=True)
    flux = dict(latent_channels=6, layers_per_block=2, use_quant_conv=False, use_post_quant_conv=False)
    save(target, "autoencoder-kl-16", tiny((8, 8), scaling_factor=0.5, shift_factor=0.25, **flux), (8, 8), 16)
    plain = dict(mid_block_add_attention=False, latents_mean=[0.5, 0, -1, 2], latents_std=[1, 2, 3, 4])
    save(target, "autoencoder-kl-plain", tiny((12,), **plain), (12,), 16)
    names(target)


if __name__ == "__main__":
    main(sys.argv[1])

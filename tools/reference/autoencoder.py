"""Reference values for AutoencoderTiny, made by the diffusers library.

    python tools/reference/autoencoder.py models/src/test/resources/dev/latentstream/models

The committed files were made with diffusers 0.27.2 and PyTorch 1.13.1 (CPU). The versions in requirements.txt give the same
weights and inputs, and values within 2e-7 of these.

Writes a tiny autoencoder as diffusers saves one (autoencoder-tiny/config.json,
autoencoder-tiny/diffusion_pytorch_model.safetensors) and autoencoder-tiny/reference.safetensors: images in [0, 1],
their latents, other latents, their images.
"""

import os
import sys

import torch
from diffusers import AutoencoderTiny
from safetensors.torch import save_file


def main(target):
    torch.manual_seed(1)
    network = AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8),
        decoder_block_out_channels=(8, 8, 8),
        num_encoder_blocks=(1, 2, 1),
        num_decoder_blocks=(2, 1, 1),
        latent_channels=4,
    )
    folder = os.path.join(target, "autoencoder-tiny")
    network.save_pretrained(folder)
    images = torch.rand(2, 3, 16, 24)
    latents = 2 * torch.randn(2, 4, 3, 5)
    with torch.no_grad():
        values = {
            "images": images,
            "encoded": network.encode(2 * images - 1).latents,
            "latents": latents,
            "decoded": (network.decode(latents).sample + 1) / 2,
        }
    save_file({name: tensor.contiguous() for name, tensor in values.items()}, os.path.join(folder, "reference.safetensors"))


if __name__ == "__main__":
    main(sys.argv[1])

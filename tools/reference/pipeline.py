"""A tiny pipeline of Stable Diffusion as the current diffusers and transformers save it, with what its networks compute.

    python tools/reference/pipeline.py models/src/test/resources/dev/latentstream/models

Made with requirements-current.txt: diffusers 0.42.0, transformers 5.24.0. Run byte_pairs.py first. Writes pipeline/ in half
precision (variant fp16) and in shards, and pipeline/reference.safetensors: states of the first sentences of
tokenizer-clip/reference.json, noise predicted for a latent, and the latent of an image, each computed in 32 bits from the
weights in half precision.
"""

import json
import os
import shutil
import sys

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

TEXT = dict(
    vocab_size=1100, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=12,
    bos_token_id=1098, eos_token_id=1099, pad_token_id=1099,
)
UNET = dict(
    sample_size=8, block_out_channels=(4, 8), down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), layers_per_block=1, norm_num_groups=2, cross_attention_dim=8,
    attention_head_dim=(1, 2), use_linear_projection=True,
)
VAE = dict(
    block_out_channels=(4, 4), down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
    norm_num_groups=2, latent_channels=4, sample_size=16,
)


def disturbed(network):
    with torch.no_grad():  # far from the default initialisation, so that every part matters
        for parameter in network.parameters():
            parameter += 0.25 * torch.randn_like(parameter)
    return network.eval().half()


@torch.no_grad()
def main(target):
    torch.manual_seed(1)
    folder = os.path.join(target, "pipeline")
    shutil.rmtree(folder, ignore_errors=True)
    tokenizer = CLIPTokenizer.from_pretrained(os.path.join(target, "tokenizer-clip"), model_max_length=12)
    networks = dict(
        text_encoder=disturbed(CLIPTextModel(CLIPTextConfig(**TEXT))), unet=disturbed(UNet2DConditionModel(**UNET)),
        vae=disturbed(AutoencoderKL(**VAE)),
    )
    pipeline = StableDiffusionPipeline(
        **networks, tokenizer=tokenizer, scheduler=DPMSolverMultistepScheduler(beta_schedule="scaled_linear"),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder, variant="fp16", max_shard_size="15KB")
    for network in networks.values():
        network.float()
    with open(os.path.join(target, "tokenizer-clip", "reference.json")) as file:
        texts = [row["text"] for row in json.load(file)[:3]]
    ids = tokenizer(texts, padding="max_length", truncation=True, max_length=12, return_tensors="pt").input_ids
    states = pipeline.text_encoder(ids).last_hidden_state
    latent, image = torch.randn(3, 4, 8, 8), torch.rand(1, 3, 16, 16)
    noise = pipeline.unet(latent, torch.tensor([1, 500, 999]), states).sample
    mean = pipeline.vae.encode(2 * image - 1).latent_dist.mean * pipeline.vae.config.scaling_factor
    values = dict(states=states, latent=latent, noise=noise, image=image, mean=mean)
    save_file({name: value.contiguous() for name, value in values.items()}, os.path.join(folder, "reference.safetensors"))


if __name__ == "__main__":
    main(sys.argv[1])

"""The names and shapes of the tensors of full-size UNets, made by the diffusers library without their values.

    python tools/reference/unet_names.py models/src/test/resources/dev/latentstream/models

Made with diffusers 0.35.2 and PyTorch 2.7.1 on the meta device. Writes unet-names/NAME.json, the configuration as diffusers
writes it, and unet-names/NAME.txt.gz: a line per tensor with its name and shape.
"""

import gzip
import json
import os
import sys

import torch
from diffusers import UNet2DConditionModel

SD2 = dict(
    block_out_channels=(320, 640, 1280, 1280),
    attention_head_dim=(5, 10, 20, 20),  # diffusers' name for the number of heads
    cross_attention_dim=1024,
    use_linear_projection=True,
    sample_size=96,
)
# stabilityai/stable-diffusion-xl-base-1.0
SDXL_BASE = dict(
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    block_out_channels=(320, 640, 1280),
    transformer_layers_per_block=(1, 2, 10),
    attention_head_dim=(5, 10, 20),
    cross_attention_dim=2048,
    use_linear_projection=True,
    addition_embed_type="text_time",
    addition_time_embed_dim=256,
    projection_class_embeddings_input_dim=2816,
    sample_size=128,
)
# The layout of DeepFloyd IF with the parameters that arXiv 2404.02883 counts
IF_XL = dict(
    down_block_types=("SimpleCrossAttnDownBlock2D",) * 3 + ("ResnetDownsampleBlock2D",),
    mid_block_type="UNetMidBlock2DSimpleCrossAttn",
    up_block_types=("ResnetUpsampleBlock2D",) + ("SimpleCrossAttnUpBlock2D",) * 3,
    block_out_channels=(704, 1408, 2112, 2816),
    layers_per_block=3,
    attention_head_dim=64,
    cross_attention_dim=1024,
    act_fn="gelu",
    resnet_time_scale_shift="scale_shift",
    addition_embed_type="text",
    addition_embed_type_num_heads=64,
    sample_size=32,
)


def main(target):
    folder = os.path.join(target, "unet-names")
    os.makedirs(folder, exist_ok=True)
    for name, config in {"sd2": SD2, "sdxl-base": SDXL_BASE, "if-xl": IF_XL}.items():
        with torch.device("meta"):
            unet = UNet2DConditionModel(**config)
        with open(os.path.join(folder, name + ".json"), "w") as file:
            file.write(unet.to_json_string())
        lines = [key + " " + json.dumps(list(value.shape)) + "\n" for key, value in unet.state_dict().items()]
        with open(os.path.join(folder, name + ".txt.gz"), "wb") as file:
            file.write(gzip.compress("".join(sorted(lines)).encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])

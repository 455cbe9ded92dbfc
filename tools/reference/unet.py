"""Reference values for the UNet, the noise schedule and the DDIM sampler, made by the diffusers library.

    python tools/reference/unet.py models/src/test/resources/dev/latentstream/models

Made with diffusers 0.35.2 and PyTorch 2.7.1 (CPU). Writes small random UNets as diffusers saves them, which together use every
option that is supported: unet (Stable Diffusion 2 and SDXL), unet-sizes (with pooled text and sizes), unet-if (DeepFloyd IF),
unet-mixed (GELU, scale and shift in the blocks of the first). Beside each, reference.safetensors contains inputs, outputs and the
gradients of a loss by every parameter, computed in 64 bits; that of unet also contains samples. unet-split is unet-mixed in shards.
"""

import os
import sys

import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DConditionModel
from safetensors.torch import save_file

SCHEDULE = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")

PLAIN = dict(
    sample_size=10,
    in_channels=3,
    out_channels=3,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    block_out_channels=(8, 16, 24),
    layers_per_block=2,
    transformer_layers_per_block=(1, 1, 2),
    attention_head_dim=(1, 2, 3),  # diffusers' name for the number of heads
    cross_attention_dim=12,
    norm_num_groups=4,
    use_linear_projection=True,
)

TWO_LEVELS = dict(
    PLAIN,
    down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    block_out_channels=(8, 16),
    layers_per_block=1,
    transformer_layers_per_block=(1, 2),
    attention_head_dim=(1, 2),
)

IF = dict(
    sample_size=8,
    in_channels=3,
    out_channels=6,
    down_block_types=("SimpleCrossAttnDownBlock2D", "ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
    mid_block_type="UNetMidBlock2DSimpleCrossAttn",
    up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D", "SimpleCrossAttnUpBlock2D"),
    block_out_channels=(8, 12, 16),
    layers_per_block=1,
    attention_head_dim=4,  # here it is the width of a head
    cross_attention_dim=12,
    norm_num_groups=4,
    act_fn="gelu",
    resnet_time_scale_shift="scale_shift",
    addition_embed_type="text",
    addition_embed_type_num_heads=3,
)

VARIANTS = {
    "unet-sizes": dict(
        TWO_LEVELS,
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=10 + 6 * 4,
    ),
    "unet-if": IF,
    "unet-mixed": dict(TWO_LEVELS, act_fn="gelu", resnet_time_scale_shift="scale_shift", out_channels=4),
}


def main(target):
    make(target, "unet", PLAIN, size=(10, 6), more=sample)  # halves to odd sizes: 5 x 3, then 3 x 2
    for name, config in VARIANTS.items():
        make(target, name, config, size=(8, 4))
    unet = UNet2DConditionModel.from_pretrained(os.path.join(target, "unet-mixed"))
    unet.save_pretrained(os.path.join(target, "unet-split"), max_shard_size="100KB")


def make(target, name, config, size, more=None):
    torch.manual_seed(1)
    unet = UNet2DConditionModel(**config)
    folder = os.path.join(target, name)
    unet.save_pretrained(folder)
    unet = unet.double()

    torch.manual_seed(2)
    torch.set_default_dtype(torch.float64)
    channels, width = config["in_channels"], config["cross_attention_dim"]
    latent = torch.randn(2, channels, *size).float().double()  # rounded to float32 as in the file, then computed in float64
    steps = torch.tensor([7, 921])
    text = torch.randn(2, 5, width).float().double()
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    noise = torch.randn(2, channels, *size).float().double()
    wanted = torch.randn(2, config["out_channels"], *size).float().double()
    ddpm = DDPMScheduler(**SCHEDULE)
    noisy = ddpm.add_noise(latent, noise, steps).float().double()
    out = {"latent": latent, "steps": steps, "text": text, "mask": mask.double(), "noise": noise, "noisy": noisy}
    out.update(alphas_cumprod=ddpm.alphas_cumprod, wanted=wanted)

    added = {}
    if config.get("addition_embed_type") == "text_time":
        added["text_embeds"] = torch.randn(2, 10).float().double()
        added["time_ids"] = torch.tensor([[512, 384, 0, 64, 256, 256], [1024, 768, 32, 0, 320, 192]])
        out.update(pooled=added["text_embeds"], sizes=added["time_ids"])
    out["predicted"] = unet(noisy, steps, text, added_cond_kwargs=added).sample.detach()
    masked = unet(noisy, steps, text, encoder_attention_mask=mask, added_cond_kwargs=added).sample
    out["predicted_masked"] = masked.detach()
    loss = torch.nn.functional.mse_loss(masked, wanted)
    loss.backward()
    out["loss"] = loss.detach().reshape(1)
    for key, weight in unet.named_parameters():
        out["gradient." + key] = weight.grad
    if more is not None:
        more(unet, latent, text, torch.randn(2, 5, width).float().double(), out)
    torch.set_default_dtype(torch.float32)
    out = {key: value.float() if value.is_floating_point() else value for key, value in out.items()}
    save_file({key: value.contiguous() for key, value in out.items()}, os.path.join(folder, "reference.safetensors"))


@torch.no_grad()
def sample(unet, latent, text, empty, out):
    # the scheduler_config.json of Stable Diffusion 2 and SDXL
    ddim = DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1, **SCHEDULE)
    ddim.set_timesteps(8)
    x = latent
    for t in ddim.timesteps:
        without, given = unet(torch.cat([x, x]), t, torch.cat([empty, text])).sample.chunk(2)
        x = ddim.step(without + 7.5 * (given - without), t, x).prev_sample
    out["empty"] = empty
    out["ddim_steps"] = ddim.timesteps
    out["sampled"] = x


if __name__ == "__main__":
    main(sys.argv[1])

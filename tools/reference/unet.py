"""Reference values for the UNet, the noise schedule and the DDIM sampler, made by the diffusers library.

    python tools/reference/unet.py models/src/test/resources/dev/latentstream/models

The committed files were made with diffusers 0.27.2 and PyTorch 1.13.1 (CPU). What requirements.txt names makes the same
weights and inputs, and values within 1e-6 of the largest of theirs.

Writes a tiny UNet as diffusers saves one (unet/config.json, unet/diffusion_pytorch_model.safetensors) and
unet/reference.safetensors: inputs, outputs, gradients, samples.
"""

import os
import sys

import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DConditionModel
from safetensors.torch import save_file

SCHEDULE = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")


def tiny_unet():
    torch.manual_seed(1)
    return UNet2DConditionModel(
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


def main(target):
    unet = tiny_unet()
    folder = os.path.join(target, "unet")
    unet.save_pretrained(folder)

    torch.manual_seed(2)
    latent = torch.randn(2, 3, 10, 6)  # halves to odd sizes: 5 x 3, then 3 x 2
    steps = torch.tensor([7, 921])
    text = torch.randn(2, 5, 12)
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    noise = torch.randn(2, 3, 10, 6)
    out = {"latent": latent, "steps": steps, "text": text, "mask": mask.float(), "noise": noise}

    ddpm = DDPMScheduler(**SCHEDULE)
    out["alphas_cumprod"] = ddpm.alphas_cumprod
    out["noisy"] = ddpm.add_noise(latent, noise, steps)

    plain = unet(out["noisy"], steps, text).sample
    out["predicted"] = plain.detach()
    masked = unet(out["noisy"], steps, text, encoder_attention_mask=mask).sample
    out["predicted_masked"] = masked.detach()
    loss = torch.nn.functional.mse_loss(masked, noise)
    loss.backward()
    out["loss"] = loss.detach().reshape(1)
    for name, weight in unet.named_parameters():
        if weight.ndim < 2 or "to_k" in name or "time_emb" in name or name == "conv_in.weight":
            out["gradient." + name] = weight.grad

    sample(unet, latent, text, torch.randn(2, 5, 12), out)
    save_file({k: v.contiguous() for k, v in out.items()}, os.path.join(folder, "reference.safetensors"))


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

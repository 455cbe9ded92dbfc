"""Times networks in PyTorch and in latentstream, in turns: the cases of `latentstream bench models`.

    git clone https://github.com/baofff/U-ViT && git -C U-ViT checkout ce551708dc9cde9818d2af7d84dfadfeb7bd9034
    python tools/reference/bench.py --latentstream ./latentstream --uvit U-ViT [--case sdxl-c128-step] [--threads 1]

Run with PyTorch 2.7.1, diffusers 0.35.2 and 0.42.0, transformers 4.57.1 and 5.24.0, einops 0.8.1 (CPU); U-ViT is its authors' network. Each measurement
runs in its own process, PyTorch and latentstream in turns; the first three rounds are warm-up. Prints the medians over all
turns, their ratio, and the peak memory of each process (VmHWM of Linux), with that of the interpreter or the virtual machine.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

WARM_UP = 3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latentstream")
    parser.add_argument("--case", action="append")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--multiplications", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--recompute", action="store_true")
    parser.add_argument("--uvit", default="U-ViT", help="a clone of its authors' repository")
    parser.add_argument("--alone", action="store_true", help="measure one case in this process")
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(measure(options)))
        return
    print("%-22s %10s %14s %6s %10s %14s %6s" % ("case", "torch ms", "latentstream", "ratio", "torch MB", "latentstream", "ratio"))
    for case in options.case or CASES:
        compare(case, options)


def compare(case, options):
    ways = ["--rounds", str(options.rounds), "--threads", str(options.threads), "--multiplications", options.multiplications]
    ways += ["--recompute"] if options.recompute else []
    torch_run = [sys.executable, os.path.abspath(__file__), "--alone", "--uvit", options.uvit, "--case", case] + ways
    java_run = [options.latentstream, "bench", "models", "--json", "--case", case] + ways
    millis, peaks = ([], []), ([], [])
    for _ in range(options.turns):
        for side, command in enumerate([torch_run, java_run]):
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            answer = json.loads(answer[answer.index("{") :].rstrip("]\n "))  # ours is in a list, and U-ViT prints a line
            millis[side].extend(answer["ms"])
            peaks[side].append(answer["peak_bytes"] / 1e6)
    here, there = (statistics.median(each) for each in millis)
    memory, more = (statistics.median(each) for each in peaks)
    row = (case, here, there, there / here, memory, more, more / memory)
    print("%-22s %10.1f %14.1f %6.2f %10.0f %14.0f %6.2f" % row, flush=True)


def measure(options):
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")
    run = CASES[options.case[0]](options)
    for _ in range(WARM_UP):
        run()
    millis = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        run()
        millis.append(1000 * (time.perf_counter() - start))
    with open("/proc/self/status") as status:
        peak = next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return {"case": options.case[0], "ms": millis, "peak_bytes": peak}


# ---------------------------------------------------------------------- networks


def sdxl_c128():
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=32,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(128, 256),
        layers_per_block=2,
        transformer_layers_per_block=(1, 2),
        attention_head_dim=(2, 4),  # diffusers' name for the number of heads
        cross_attention_dim=1024,
        norm_num_groups=32,
        use_linear_projection=True,
    )


def small_unet():
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(32, 64, 128),
        layers_per_block=1,
        resnet_time_scale_shift="scale_shift",
        addition_embed_type="text",
        addition_embed_type_num_heads=6,
        attention_head_dim=(1, 2, 4),
        cross_attention_dim=384,
        norm_num_groups=16,
        use_linear_projection=True,
    )


def pixart():
    from diffusers import PixArtTransformer2DModel

    return PixArtTransformer2DModel(
        sample_size=32,
        num_attention_heads=8,
        attention_head_dim=64,
        num_layers=8,
        cross_attention_dim=512,
        caption_channels=1024,
        norm_type="ada_norm_single",
        use_additional_conditions=False,
    )


def uvit(options):
    sys.path.insert(0, options.uvit)
    from libs import uvit_t2i

    uvit_t2i.ATTENTION_MODE = "flash"
    return uvit_t2i.UViT(
        img_size=32, patch_size=2, in_chans=4, embed_dim=512, depth=9, num_heads=8, clip_dim=768, num_clip_token=77
    )


def diffusers_call(network, latent, times, text):
    return network(latent, timestep=times, encoder_hidden_states=text).sample[:, :4]


def uvit_call(network, latent, times, text):
    return network(latent, times, text)


def backbone(make, batch, side, tokens, width, call=diffusers_call):
    """Inputs of a case: the network, its call, latents and texts."""

    def inputs(options):
        import torch

        network = make(options) if make is uvit else make()
        return network, call, torch.randn(batch, 4, side, side), torch.randn(batch, tokens, width)

    return inputs


# ---------------------------------------------------------------------- measurements


def autocast(options):
    import torch

    return torch.autocast("cpu", torch.bfloat16, enabled=options.multiplications == "bfloat16")


def forward(inputs):
    def prepare(options):
        import torch

        network, call, latent, text = inputs(options)
        network.eval()
        times = torch.full((latent.shape[0],), 500)

        def run():
            with torch.no_grad(), autocast(options):
                call(network, latent, times, text).sum().item()

        return run

    return prepare


def step(inputs):
    """Noise prediction, clipping by norm, fused AdamW, a moving average of the weights by foreach."""

    def prepare(options):
        import torch
        from diffusers import DDPMScheduler

        network, call, latent, text = inputs(options)
        if options.recompute:
            network.enable_gradient_checkpointing()
        network.train()
        weights = list(network.parameters())
        average = [weight.detach().clone() for weight in weights]
        optimiser = torch.optim.AdamW(weights, lr=1e-4, weight_decay=0.01, fused=True)
        scheduler = DDPMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")

        def run():
            noise = torch.randn_like(latent)
            times = torch.randint(0, 1000, (latent.shape[0],))
            noisy = scheduler.add_noise(latent, noise, times)
            optimiser.zero_grad(set_to_none=False)
            with autocast(options):
                prediction = call(network, noisy, times, text)
            loss = torch.nn.functional.mse_loss(prediction.float(), noise)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            with torch.no_grad():
                torch._foreach_lerp_(average, [weight.detach() for weight in weights], 0.001)
            loss.item()

        return run

    return prepare


def encode(options):
    import torch
    from diffusers import AutoencoderKL

    network = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(128, 256, 512, 512),
        layers_per_block=2,
    )
    image = torch.randn(1, 3, 256, 256)

    def run():
        with torch.no_grad(), autocast(options):
            network.encode(2 * image - 1).latent_dist.mean.sum().item()

    return run


def caption(options):
    import torch
    from transformers import BlipConfig, BlipForConditionalGeneration

    config = BlipConfig(text_config={"num_attention_heads": 12}, vision_config={"image_size": 384})
    network = BlipForConditionalGeneration(config).eval()
    images = torch.randn(4, 3, 384, 384)
    start = torch.full((4, 1), 30522)

    def run():
        with torch.no_grad():
            seen = network.vision_model(images).last_hidden_state
            mask = torch.ones(seen.shape[:2], dtype=torch.long)
            network.text_decoder.generate(
                input_ids=start,
                attention_mask=torch.ones_like(start),
                encoder_hidden_states=seen,
                encoder_attention_mask=mask,
                min_new_tokens=20,
                max_new_tokens=20,
                do_sample=False,
                eos_token_id=102,
                pad_token_id=0,
            )

    return run


SDXL_C128 = backbone(sdxl_c128, 4, 32, 77, 1024)
SMALL_UNET = backbone(small_unet, 32, 16, 48, 384)
PIXART = backbone(pixart, 4, 32, 77, 1024)
UVIT = backbone(uvit, 4, 32, 77, 768, uvit_call)
CASES = {
    "sdxl-c128-forward": forward(SDXL_C128),
    "sdxl-c128-step": step(SDXL_C128),
    "small-unet-forward": forward(SMALL_UNET),
    "small-unet-step": step(SMALL_UNET),
    "pixart-forward": forward(PIXART),
    "pixart-step": step(PIXART),
    "uvit-forward": forward(UVIT),
    "uvit-step": step(UVIT),
    "sdxl-vae-encode": encode,
    "blip-caption": caption,
}

if __name__ == "__main__":
    main()

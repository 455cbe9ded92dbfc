"""Reference values of noise schedules, training targets, loss weights and samplers, made by the diffusers library.

    python tools/reference/diffusion.py models/src/test/resources/dev/latentstream/models

Made with diffusers 0.35.2 and PyTorch 2.7.1 (CPU); diffusers 0.42.0 gives the same values. Writes diffusion/reference.safetensors
and, of few values of a latent but for 7, 13 and 30 steps, diffusion/counts.safetensors; and diffusion/schedulers.json, the settings that each scheduler of
diffusers 0.42.0 saves. In place of a network the
samplers use the linear function 0.5 x + c t / 1000, so that each step shows the sampler alone; x is recorded after each step.
Where a sampler of diffusers scales x by the noise alone, it is rescaled so that signal and noise have variance 1.

DDIM of diffusers steps from t to t - 1000 // steps, which is not the next timestep of the list where spacing is trailing and the
count does not divide 1000. There each step is taken with the stride to the next timestep of the list.
"""

import json
import os
import sys

import diffusers
import torch
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
)
from diffusers.training_utils import compute_snr
from safetensors.torch import save_file

LATENT = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
BETAS = {
    "linear": dict(num_train_timesteps=1000, beta_start=0.0001, beta_end=0.02, beta_schedule="linear"),
    "scaled_linear": LATENT,
    "cosine": dict(num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2"),
}
PREDICTIONS = {"noise": "epsilon", "velocity": "v_prediction", "sample": "sample"}
DDPM_SCHEDULERS = [
    "DDIMScheduler", "DDPMScheduler", "DEISMultistepScheduler", "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler",
    "EulerAncestralDiscreteScheduler", "EulerDiscreteScheduler", "HeunDiscreteScheduler", "LCMScheduler", "PNDMScheduler",
    "UniPCMultistepScheduler",
]
COUNT = 8
COUNTS = [7, 13, 30]  # of which none divides 1000


def main(target):
    torch.manual_seed(1)
    out = {"start": torch.randn(2, 3, 4, 4), "slope": torch.randn(2, 3, 4, 4)}
    schedules(out)
    targets(out)
    samplers(out, COUNT)
    flow(out, COUNT)
    folder = os.path.join(target, "diffusion")
    os.makedirs(folder, exist_ok=True)
    save(out, os.path.join(folder, "reference.safetensors"))
    counts = {name: out[name][:1, :1, :1] for name in ("start", "slope")}
    for count in COUNTS:
        of_count = dict(start=counts["start"], slope=counts["slope"])
        samplers(of_count, count)
        flow(of_count, count)
        counts.update({f"{name}.{count}": value for name, value in of_count.items() if "." in name})
    save(counts, os.path.join(folder, "counts.safetensors"))
    configs(os.path.join(folder, "schedulers.json"))


def configs(path):
    """The settings that each scheduler saves, with the schedule of latent diffusion, or of flow matching."""
    written = []
    for name in DDPM_SCHEDULERS:
        written.append(json.loads(getattr(diffusers, name)(**LATENT).to_json_string()))
    for name in ("DPMSolverMultistepScheduler", "UniPCMultistepScheduler", "DEISMultistepScheduler"):
        scheduler = getattr(diffusers, name)(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
        written.append(json.loads(scheduler.to_json_string()))
    for name in ("FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler"):
        written.append(json.loads(getattr(diffusers, name)(shift=3.0).to_json_string()))
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(config, sort_keys=True) for config in written) + "\n]\n")


def save(values, path):
    save_file({name: value.contiguous() for name, value in values.items()}, path)


def schedules(out):
    for name, betas in BETAS.items():
        out[f"alphas.{name}"] = DDPMScheduler(**betas).alphas_cumprod
        out[f"alphas.{name}.zero"] = DDPMScheduler(**betas, rescale_betas_zero_snr=True).alphas_cumprod


def targets(out):
    """The training targets at some steps, and min-SNR weights as diffusers' training scripts compute them."""
    steps = torch.tensor([3, 700])
    out["target.steps"] = steps
    x, noise = torch.randn(2, 3, 4, 4), torch.randn(2, 3, 4, 4)
    out.update({"target.x": x, "target.noise": noise})
    scheduler = DDPMScheduler(**LATENT)
    out["target.velocity"] = scheduler.get_velocity(x, noise, steps)
    snr = compute_snr(scheduler, steps)
    least = torch.minimum(snr, torch.full_like(snr, 5.0))
    out.update({"weight.noise": least / snr, "weight.velocity": least / (snr + 1), "weight.sample": least})


def samplers(out, count):
    for name, kind in PREDICTIONS.items():
        plain = dict(LATENT, prediction_type=kind)
        more = dict(clip_sample=False, set_alpha_to_one=False, steps_offset=1, timestep_spacing="leading")
        ddim = DDIMScheduler(**plain, **more)
        ddim.set_timesteps(count)
        run(out, f"ddim.leading.{name}", ddim, lambda: 0)
        trailing = DDIMScheduler(**plain, clip_sample=False, timestep_spacing="trailing")
        trailing.set_timesteps(count)
        run(out, f"ddim.trailing.{name}", trailing, lambda: 0)
        for spacing in ["leading", "trailing"]:
            euler = EulerDiscreteScheduler(**plain, timestep_spacing=spacing, steps_offset=1 if spacing == "leading" else 0)
            euler.set_timesteps(count)
            run(out, f"euler.{spacing}.{name}", euler, lambda: euler.sigmas[euler.step_index].item())
            solver = DPMSolverMultistepScheduler(**plain, timestep_spacing=spacing)
            if spacing == "leading":  # this class spaces timesteps differently, so they are given
                solver.set_timesteps(timesteps=ddim.timesteps.tolist())
            else:
                solver.set_timesteps(count)
            run(out, f"dpm_solver.{spacing}.{name}", solver, lambda: 0)
        if name == "noise":
            continue
        zero = dict(plain, rescale_betas_zero_snr=True, timestep_spacing="trailing")
        ddim = DDIMScheduler(**zero, clip_sample=False, set_alpha_to_one=True)
        ddim.set_timesteps(count)
        run(out, f"ddim.zero.{name}", ddim, lambda: 0)
        solver = DPMSolverMultistepScheduler(**zero)
        solver.set_timesteps(count)
        run(out, f"dpm_solver.zero.{name}", solver, lambda: 0)


def flow(out, count):
    for shift in [1.0, 3.0]:
        euler = FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=shift)
        euler.set_timesteps(sigmas=[1 - i / count for i in range(count)])
        run(out, f"euler.flow-{shift:.0f}", euler, lambda: 0)
    solver = DPMSolverMultistepScheduler(
        num_train_timesteps=1000, prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=1.0
    )
    solver.set_timesteps(count)
    sigmas = torch.tensor([1 - i / count for i in range(count)] + [0.0])
    solver.sigmas, solver.timesteps = sigmas, sigmas[:-1] * 1000
    run(out, "dpm_solver.flow-1", solver, lambda: 0)


def run(out, name, scheduler, sigma):
    """Samples; sigma is the noise that the scheduler's x adds to an unscaled latent, 0 for none."""
    scaled = lambda x: x / (1 + sigma() ** 2) ** 0.5
    x = out["start"]
    if isinstance(scheduler, EulerDiscreteScheduler):
        x = x * (1 + scheduler.sigmas[0] ** 2) ** 0.5
    after = []
    for i, t in enumerate(scheduler.timesteps):
        if isinstance(scheduler, DDIMScheduler):
            to_next(scheduler, i)
        given = scheduler.scale_model_input(x, t) if hasattr(scheduler, "scale_model_input") else x
        prediction = 0.5 * given + out["slope"] * float(t) / 1000
        x = scheduler.step(prediction, t, x, return_dict=False)[0]
        after.append(scaled(x))
    out[f"{name}.times"] = scheduler.timesteps.float()
    out[f"{name}.x"] = torch.stack(after)


def to_next(ddim, i):
    """Gives a step of DDIM the stride to the next timestep of the list; the last one ends before the first timestep."""
    last = i + 1 == len(ddim.timesteps)
    stride = ddim.timesteps[i] + 1 if last else ddim.timesteps[i] - ddim.timesteps[i + 1]
    ddim.register_to_config(num_train_timesteps=int(stride) * len(ddim.timesteps))


if __name__ == "__main__":
    main(sys.argv[1])

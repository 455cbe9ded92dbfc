"""How far DDIM with trailing spacing ends from the exact solution, on the grid of diffusers and on that of its list of timesteps.

    python tools/reference/ddim_grids.py

The data are normally distributed, so that the best prediction and the exact solution are known in closed form. Prints the root
mean square difference for each deviation of the data and number of steps, with a terminal SNR of zero.
"""

import numpy
from diffusers import DDIMScheduler

MEAN = 0.3


def main():
    scheduler = DDIMScheduler(
        num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
        timestep_spacing="trailing", rescale_betas_zero_snr=True, prediction_type="v_prediction",
    )
    signal = numpy.append(numpy.sqrt(scheduler.alphas_cumprod.double().numpy()), 1.0)  # the last is the clean latent
    noise = numpy.random.default_rng(0).standard_normal(1000)
    for deviation in (0.1, 0.5, 1.0, 2.0):
        exact = ending(signal[999], noise, deviation)
        for count in (7, 13, 30, 70):
            scheduler.set_timesteps(count)
            steps = [int(t) for t in scheduler.timesteps]
            of_list = sampled(signal, noise, steps, steps[1:] + [-1], deviation)
            of_stride = sampled(signal, noise, steps, [max(t - 1000 // count, -1) for t in steps], deviation)
            off = [numpy.sqrt(numpy.mean((x - exact) ** 2)) for x in (of_list, of_stride)]
            print(f"deviation {deviation}, {count} steps: to the next of the list {off[0]:.4f}, by diffusers' stride {off[1]:.4f}")


def ending(a, x, deviation):
    """The clean latent at which the ordinary differential equation ends that passes x at the signal a."""
    return MEAN + deviation * (x - a * MEAN) / numpy.sqrt((a * deviation) ** 2 + 1 - a**2)


def sampled(signal, noise, steps, ends, deviation):
    x = noise
    for step, end in zip(steps, ends):
        a, b = signal[step], numpy.sqrt(1 - signal[step] ** 2)
        clean = MEAN + a * deviation**2 / ((a * deviation) ** 2 + b**2) * (x - a * MEAN)
        x = signal[end] * clean + numpy.sqrt(1 - signal[end] ** 2) * (x - a * clean) / b
    return x


if __name__ == "__main__":
    main()

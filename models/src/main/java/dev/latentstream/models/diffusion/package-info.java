/**
 * The objective, the noise schedule, the samplers, and a training run.
 *
 * <p>Start reading at {@link DiffusionTraining}. Schedules and samplers agree with {@code diffusers} step by step. The random values of a run depend on the
 * seed, the step and the sample's index in its batch, so a resumed run draws the same.
 */
@NullMarked
package dev.latentstream.models.diffusion;

import org.jspecify.annotations.NullMarked;

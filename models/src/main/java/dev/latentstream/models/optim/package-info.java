/**
 * Optimisation: AdamW, the average of the weights, the learning rate, seeds.
 *
 * <p>Start reading at {@link AdamW}. Every random draw is a function of the run's seed and the step.
 */
@NullMarked
package dev.latentstream.models.optim;

import org.jspecify.annotations.NullMarked;

/**
 * What a training step needs beside a network: AdamW, the average of the weights, the learning rate, seeds.
 *
 * <p>Start reading at {@link AdamW}. Everything that is drawn is a function of the run's seed and the step.
 */
@NullMarked
package dev.latentstream.models.optim;

import org.jspecify.annotations.NullMarked;

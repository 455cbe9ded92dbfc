/**
 * Training of the shipped checkpoints, on samples that the caller makes.
 *
 * <p>Start reading at {@link Pretraining}. A run that was stopped continues from its state file and ends with the same weights.
 */
@NullMarked
package dev.latentstream.models.pretrain;

import org.jspecify.annotations.NullMarked;

/**
 * Training of the shipped networks, on samples that the caller makes.
 *
 * <p>Start reading at {@link Pretraining}. A stopped run is resumed from its state and ends with the same weights.
 */
@NullMarked
package dev.latentstream.models.pretrain;

import org.jspecify.annotations.NullMarked;

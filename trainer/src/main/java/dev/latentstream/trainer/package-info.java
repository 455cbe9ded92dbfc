/** The feed, the mixture, the training loop, checkpoints and sampling. */
@NullMarked
package dev.latentstream.trainer;

import org.jspecify.annotations.NullMarked;

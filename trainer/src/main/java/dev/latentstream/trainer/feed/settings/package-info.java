/**
 * The settings of the latent feed. Start reading at {@link FeedSettings}; {@link FeedRules} are those that the sequence of samples depends on,
 * which a run records.
 *
 * <p>Promises: a value out of its bounds is refused where it is made.
 */
@NullMarked
package dev.latentstream.trainer.feed.settings;

import org.jspecify.annotations.NullMarked;

/**
 * The commands that freeze ranges of latent topics as a dataset, list them, and compare them with the log.
 *
 * <p>Start reading at {@link FreezeCommand}. A dataset is a record of the topic {@code datasets}, so that any machine can train on it.
 */
@NullMarked
package dev.latentstream.app.dataset;

import org.jspecify.annotations.NullMarked;

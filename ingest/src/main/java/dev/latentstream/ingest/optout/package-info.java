/**
 * Lists of images, URLs and domains that opted out of training.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.optout.OptOutLists}, which is thread-safe and reads its files again when they change.
 */
@NullMarked
package dev.latentstream.ingest.optout;

import org.jspecify.annotations.NullMarked;

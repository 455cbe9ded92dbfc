/**
 * Helpers of all measurements: records that are in a topic beforehand, stopwatches, medians, and the request to end early.
 *
 * <p>Start reading at {@link PreloadedTopic}.
 */
@NullMarked
package dev.latentstream.app.bench.measure;

import org.jspecify.annotations.NullMarked;

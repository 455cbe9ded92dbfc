/**
 * The engine for work on a device: one poll is one batch is one transaction.
 *
 * <p>Start reading at {@link BatchLoop}, the stage, then {@link BatchEngine}, its loop. A batch's results and its offsets commit together, so
 * a kill at any point neither loses nor repeats a record. Results keep the order of each partition; a record that fails by itself is
 * found by halving its batch and becomes a dead letter. A {@link BatchProcessor} is called by one thread.
 */
@NullMarked
package dev.latentstream.runtime.batch;

import org.jspecify.annotations.NullMarked;

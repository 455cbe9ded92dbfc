/**
 * The engine for work on a device: records are polled, processed in batches, and committed in transactions.
 *
 * <p>Start reading at {@link BatchLoop}, the stage, then {@link BatchEngine}, its loop. A batch's results and offsets commit together, so
 * a kill at any point neither loses nor repeats a record. Results keep the order of each partition; the records of a failed batch are
 * tried one by one, and those that fail alone become dead letters. A {@link BatchProcessor} is called by one thread.
 */
@NullMarked
package dev.latentstream.runtime.batch;

import org.jspecify.annotations.NullMarked;

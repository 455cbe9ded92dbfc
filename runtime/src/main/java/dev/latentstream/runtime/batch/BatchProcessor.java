package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.InfrastructureException;
import java.util.List;

/**
 * Turns one batch of records into what is to be written for it, for example on a device.
 *
 * <p>Called from one thread, one batch at a time, in the order of each partition. It may be called again with the same
 * records (after a restart, a rebalance, or one by one after a batch failed), and only the results of one call are ever visible.
 * An exception blames the data: the records are tried one by one, and those that fail alone become dead letters. A broken
 * world (a lost device, an endpoint that is down) is a {@link InfrastructureException} or an {@link Error}, and stops the stage.
 */
@FunctionalInterface
public interface BatchProcessor<I> {
    List<OutputRecord<?>> process(List<InputRecord<I>> batch);
}

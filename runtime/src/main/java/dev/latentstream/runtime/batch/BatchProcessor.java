package dev.latentstream.runtime.batch;

import dev.latentstream.runtime.InfrastructureException;
import java.util.List;

/**
 * Computes the output records of one batch, for example on a device.
 *
 * <p>Called from one thread, one batch at a time, in the order of each partition. It may be called again with the same
 * records (after a restart, a rebalance, or one by one after a batch failed), but only the results of one call ever become visible.
 * An exception is attributed to the data: the records are tried one by one, and those that fail alone become dead letters. An
 * infrastructure failure (a lost device, an endpoint that is down) is an {@link InfrastructureException} or an {@link Error}, and
 * stops the stage.
 */
@FunctionalInterface
public interface BatchProcessor<I> {
    List<OutputRecord<?>> process(List<InputRecord<I>> batch);
}

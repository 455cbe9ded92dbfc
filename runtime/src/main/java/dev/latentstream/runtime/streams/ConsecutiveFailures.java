package dev.latentstream.runtime.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Counts failures in a row where only failures are seen, by their offsets. Safe for several threads. */
final class ConsecutiveFailures {
    /** A transaction of one record is followed by its marker, which takes an offset of its own. */
    private static final int NEXT_WITHIN = 2;

    private final int limit;
    private final Map<TopicPartition, Run> runs = new HashMap<>();

    private record Run(long lastOffset, int length) {}

    ConsecutiveFailures(int limit) {
        this.limit = limit;
    }

    /** Whether this failure is one too many. */
    synchronized boolean isTooLong(String topic, int partition, long offset) {
        Run run = runs.merge(
                new TopicPartition(topic, partition),
                new Run(offset, 1),
                (before, single) -> offset > before.lastOffset() && offset <= before.lastOffset() + NEXT_WITHIN
                        ? new Run(offset, before.length() + 1)
                        : single);
        return run.length() >= limit;
    }
}

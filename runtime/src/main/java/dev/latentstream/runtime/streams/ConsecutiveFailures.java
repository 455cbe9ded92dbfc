package dev.latentstream.runtime.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Counts consecutive failures by their offsets, because a handler sees only failures. Thread-safe. */
final class ConsecutiveFailures {
    /** A transaction of one record is followed by its marker, which has an offset too. */
    private static final int NEXT_WITHIN = 2;

    private final int limit;
    private final Map<TopicPartition, Run> runs = new HashMap<>();

    private record Run(long lastOffset, String kind, int length) {}

    ConsecutiveFailures(int limit) {
        this.limit = limit;
    }

    /** Records a failure; returns whether its run, of failures of one kind, has reached the limit. */
    synchronized boolean isTooLong(String topic, int partition, long offset, String kind) {
        Run run = runs.merge(
                new TopicPartition(topic, partition),
                new Run(offset, kind, 1),
                (before, single) -> offset > before.lastOffset()
                                && offset <= before.lastOffset() + NEXT_WITHIN
                                && kind.equals(before.kind())
                        ? new Run(offset, kind, before.length() + 1)
                        : single);
        return run.length() >= limit;
    }
}

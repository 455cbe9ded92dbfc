package dev.latentstream.runtime.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An input record.
 *
 * @param key the image id, on every image topic
 * @param value null is a tombstone: a stage that derives records from this key writes tombstones too
 * @param timestamp milliseconds since 1970, set by the producer or broker
 */
public record InputRecord<I>(
        String key, @Nullable I value, Headers headers, String topic, int partition, long offset, long timestamp) {
    /** Returns a batch without the values that are followed by another value of their key, as compaction would leave it. */
    public static <I> List<InputRecord<I>> compacted(List<InputRecord<I>> batch) {
        Map<String, Boolean> valueFollows = new HashMap<>();
        List<InputRecord<I>> kept = new ArrayList<>();
        for (int i = batch.size() - 1; i >= 0; i--) {
            InputRecord<I> record = batch.get(i);
            Boolean superseded = valueFollows.put(record.key(), record.value() != null);
            if (record.value() == null || superseded == null || !superseded) {
                kept.add(record);
            }
        }
        Collections.reverse(kept);
        return kept;
    }
}

package dev.latentstream.runtime.batch;

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
        String key, @Nullable I value, Headers headers, String topic, int partition, long offset, long timestamp) {}

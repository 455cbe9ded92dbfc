package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.state.SourceBatch;
import dev.latentstream.schemas.DeliveredItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Collects what is sent in the next transaction. It is due by number, bytes, or the age of its first item. */
final class PendingBatch {
    private static final int MAX_ITEMS = 256;
    private static final long MAX_BYTES = 16 << 20;
    private static final int MAX_POSITION = 1024; // characters; the state has to stay a small record
    private static final long MAX_AGE = Duration.ofMillis(500).toNanos();

    private final List<ProducerRecord<String, SpecificRecord>> records = new ArrayList<>();
    private final Map<String, DeliveredItem> items = new LinkedHashMap<>();
    private long images;
    private long rejected;
    private long bytes;
    private long since;
    private @Nullable String position;

    void image(ProducerRecord<String, SpecificRecord> record, long size) {
        add(record);
        images++;
        bytes += size;
    }

    void rejection(ProducerRecord<String, SpecificRecord> record) {
        add(record);
        rejected++;
    }

    /** Adds a tombstone for a rejection that holds no longer. */
    void withdrawal(ProducerRecord<String, SpecificRecord> record) {
        add(record);
    }

    void item(String uri, DeliveredItem item) {
        begin();
        items.put(uri, item);
    }

    void position(String uri) {
        position = uri.length() <= MAX_POSITION ? uri : uri.substring(0, MAX_POSITION - 1) + "…";
    }

    boolean isEmpty() {
        return records.isEmpty() && items.isEmpty();
    }

    boolean isDue() {
        return !isEmpty()
                && (Math.max(records.size(), items.size()) >= MAX_ITEMS
                        || bytes >= MAX_BYTES
                        || System.nanoTime() - since >= MAX_AGE);
    }

    /** Returns the batch and begins the next one. */
    SourceBatch take() {
        SourceBatch batch = new SourceBatch(records, items, images, rejected, Optional.ofNullable(position));
        records.clear();
        items.clear();
        images = 0;
        rejected = 0;
        bytes = 0;
        return batch;
    }

    private void add(ProducerRecord<String, SpecificRecord> record) {
        begin();
        records.add(record);
    }

    private void begin() {
        if (isEmpty()) {
            since = System.nanoTime();
        }
    }
}

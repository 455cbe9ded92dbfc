package dev.latentstream.ingest;

import org.apache.kafka.streams.processor.api.RecordMetadata;

/** The place of a record in Kafka. */
record Place(String topic, int partition, long offset) {
    static Place of(RecordMetadata record) {
        return new Place(record.topic(), record.partition(), record.offset());
    }
}

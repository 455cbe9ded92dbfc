package dev.latentstream.app.deadletters;

import dev.latentstream.runtime.kafka.DeadLetter;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;

/**
 * A record of a dead-letter topic.
 *
 * @param topicId of the dead-letter topic; one that is recreated has another
 * @param parsed the letter; empty for a record that another program wrote
 */
record Letter(Uuid topicId, ConsumerRecord<byte[], byte[]> record, Optional<DeadLetter> parsed) {
    /** The key in {@code replays}. */
    String key() {
        return "%s/%d/%d".formatted(topicId, record.partition(), record.offset());
    }

    /** The stage that gave up; a dash if it is unknown. */
    String stage() {
        return parsed.map(DeadLetter::stage).orElse("-");
    }

    /** The class of the error; a dash if it is unknown. */
    String exception() {
        return parsed.map(DeadLetter::exception).orElse("-");
    }

    Instant time() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** The place of the letter. */
    String place() {
        return "%s-%d offset %d".formatted(record.topic(), record.partition(), record.offset());
    }
}

package dev.latentstream.ingest.sources.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceItem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of a topic and the fields that are read of them. */
final class TopicRecords {
    private TopicRecords() {}

    /** The fields of Avro values. */
    static RecordFields avro(String image, String... texts) {
        return new RecordFields(
                ValueFormat.AVRO,
                image,
                List.of(texts),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    static SourceItem only(List<SourceItem> items) {
        assertThat(items).hasSize(1);
        return items.get(0);
    }

    /** The record at offset 17 of partition 3. */
    static ConsumerRecord<byte[], byte[]> record(String value) {
        return new ConsumerRecord<>("photos", 3, 17, bytes("key"), bytes(value));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.latentstream.runtime.removals;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Removal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Writes removals, and takes them back. Not thread-safe. */
public final class RemovalWriter implements AutoCloseable {
    private final String topic;
    private final Producer<String, Removal> producer;
    private final Clock clock;

    public RemovalWriter(KafkaConnection connection, Clock clock) {
        this(
                connection.topics().removals().name(),
                connection.producer(connection.topics().removals(), connection.groupId("removal-writer")),
                clock);
    }

    RemovalWriter(String topic, Producer<String, Removal> producer, Clock clock) {
        this.topic = topic;
        this.producer = producer;
        this.clock = clock;
    }

    /**
     * Removes images. Returns once all stages and trainers can read it; the same call may be repeated.
     *
     * @throws IllegalArgumentException if an id is none, or the reason or author is empty
     * @throws ClusterException if not all were written
     */
    public void remove(Collection<String> imageIds, String reason, String author) throws InterruptedException {
        Removal removal =
                new Removal(Checks.nonBlank("reason", reason), Checks.nonBlank("author", author), clock.instant());
        write(imageIds, removal);
    }

    /** Takes removals back: an image is admitted again when its source sends it again. */
    public void undo(Collection<String> imageIds) throws InterruptedException {
        write(imageIds, null);
    }

    @Override
    public void close() {
        producer.close();
    }

    private void write(Collection<String> imageIds, @Nullable Removal removal) throws InterruptedException {
        imageIds.forEach(ImageId::require);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        imageIds.forEach(imageId -> sent.add(producer.send(new ProducerRecord<>(topic, imageId, removal))));
        producer.flush();
        int written = 0;
        for (Future<RecordMetadata> acknowledged : sent) {
            try {
                RecordMetadata unused = acknowledged.get();
                written++;
            } catch (ExecutionException failed) {
                throw new ClusterException(
                        "%d of %d records were written to %s: %s; the same command may be repeated"
                                .formatted(written, sent.size(), topic, AdminAnswers.reason(failed)),
                        failed);
            }
        }
    }
}

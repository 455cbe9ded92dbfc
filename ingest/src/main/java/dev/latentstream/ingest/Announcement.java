package dev.latentstream.ingest;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Reinstatement;
import dev.latentstream.schemas.Removal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Turns a record of {@code removals} into a candidate for every partition, since images of any of them may have the same pixels. */
final class Announcement extends ContextualProcessor<String, byte[], String, Candidate> {
    private final String topic;
    private final IngestSerdes serdes;

    Announcement(String topic, IngestSerdes serdes) {
        this.topic = topic;
        this.serdes = serdes;
    }

    /** Returns all partitions for what this class writes; empty, which is the partition of the key, for other candidates. */
    static Optional<Set<Integer>> partitions(String topic, String key, Candidate candidate, int count) {
        boolean everywhere = candidate.getFound() instanceof Removal || candidate.getFound() instanceof Reinstatement;
        return everywhere
                ? Optional.of(IntStream.range(0, count).boxed().collect(Collectors.toUnmodifiableSet()))
                : Optional.empty();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        String imageId = imageId(record.key());
        Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
        Object found = record.value() == null ? new Reinstatement(now) : removal(record.value(), now);
        context()
                .forward(new Record<>(
                        imageId,
                        Candidate.newBuilder().setId(imageId).setFound(found).build(),
                        now.toEpochMilli(),
                        record.headers()));
    }

    private static String imageId(@Nullable String key) {
        try {
            return ImageId.require(key == null ? "" : key);
        } catch (IllegalArgumentException invalid) {
            throw new BadRecordException(String.valueOf(invalid.getMessage()), invalid);
        }
    }

    /** An image that somebody wants removed is removed, whatever is wrong with the reason. */
    private Removal removal(byte[] value, Instant now) {
        try {
            return serdes.removals().deserializer().deserialize(topic, value);
        } catch (RuntimeException unreadable) {
            if (FailureKind.of(unreadable) == FailureKind.INFRASTRUCTURE) {
                throw unreadable;
            }
            return new Removal("unknown: the removal cannot be read", "unknown", now);
        }
    }
}

package dev.latentstream.app.ledger;

import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Topics;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The latent topics of a cluster, with a consumer of its own, so that places are read while the ledger is. */
final class LatentLog implements StoredLatents, AutoCloseable {
    /** Skipping fewer records than this costs more than reading them. */
    private static final long WORTH_SEEKING = 200;

    private final TopicReader reader;
    private final Deserializer<Latent> deserializer;
    private final Map<String, String> ids;
    private final Map<TopicPartition, Long> beginnings = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    private LatentLog(TopicReader reader, Deserializer<Latent> deserializer, Map<String, String> ids) {
        this.reader = reader;
        this.deserializer = deserializer;
        this.ids = Map.copyOf(ids);
    }

    /** Opens the latent topics of a cluster. */
    static LatentLog open(KafkaConnection connection) {
        Topics topics = connection.topics();
        Map<String, String> ids = new TreeMap<>();
        TopicReader reader = new TopicReader(connection);
        try (Admin admin = connection.admin()) {
            for (TopicDescription topic : admin.describeTopics(reader.latents(topics))
                    .allTopicNames()
                    .get()
                    .values()) {
                ids.put(topic.name(), topic.topicId().toString());
            }
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException failed) {
            throw new ClusterException("the latent topics cannot be described: " + AdminAnswers.reason(failed), failed);
        }
        // Any source will do: the values of all latent topics have one class.
        return new LatentLog(reader, connection.deserializer(topics.latents("any")), ids);
    }

    @Override
    public Optional<String> id(String topic) {
        return Optional.ofNullable(ids.get(topic));
    }

    @Override
    public long beginning(TopicPartition partition) {
        Long known = beginnings.get(partition);
        if (known == null) {
            beginnings.putAll(reader.beginnings(partition.topic()));
            known = beginnings.getOrDefault(partition, Long.MAX_VALUE);
        }
        return known;
    }

    @Override
    public Map<Place, StoredLatent> read(Collection<Place> places) {
        Map<Place, StoredLatent> found = new HashMap<>();
        read(places, (place, latent) -> found.put(place, StoredLatent.of(latent.image(), latent.latent())));
        return found;
    }

    /** Visits the records at some places, partition by partition. */
    void read(Collection<Place> places, BiConsumer<Place, Found> visitor) {
        Map<TopicPartition, NavigableSet<Long>> offsets = new HashMap<>();
        for (Place place : new TreeSet<>(places)) {
            if (id(place.partition().topic()).isPresent() && place.offset() >= beginning(place.partition())) {
                offsets.computeIfAbsent(place.partition(), unused -> new TreeSet<>())
                        .add(place.offset());
            }
        }
        offsets.forEach((partition, wanted) -> {
            NavigableSet<Long> existing =
                    wanted.headSet(end(partition, wanted.last()), false); // a recreated topic may be shorter
            if (!existing.isEmpty()) {
                read(partition, existing, visitor);
            }
        });
    }

    @Override
    public void close() {
        reader.close();
        deserializer.close();
    }

    /** Returns the end of a partition, as of now unless it was after an offset before. */
    private long end(TopicPartition partition, long offset) {
        Long known = ends.get(partition);
        if (known == null || known <= offset) {
            known = reader.endOfLog(partition);
            ends.put(partition, known);
        }
        return known;
    }

    private void read(TopicPartition partition, NavigableSet<Long> wanted, BiConsumer<Place, Found> visitor) {
        @Nullable Long start = wanted.first();
        while (start != null) {
            long end = start;
            @Nullable Long next = wanted.higher(end);
            while (next != null && next - end <= WORTH_SEEKING) {
                end = next;
                next = wanted.higher(end);
            }
            reader.range(partition, start, end + 1, record -> {
                if (wanted.contains(record.offset())) {
                    visitor.accept(
                            new Place(partition, record.offset()),
                            new Found(record.key() == null ? "" : record.key(), latent(record)));
                }
                return true;
            });
            start = next;
        }
    }

    private @Nullable Latent latent(ConsumerRecord<String, byte[]> record) {
        try {
            return deserializer.deserialize(record.topic(), record.value());
        } catch (SerializationException foreign) {
            return null;
        }
    }

    /**
     * A record of a latent topic.
     *
     * @param latent null for a tombstone, and for a record that is no latent
     */
    record Found(String image, @Nullable Latent latent) {}
}

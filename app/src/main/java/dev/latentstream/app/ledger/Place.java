package dev.latentstream.app.ledger;

import java.util.Comparator;
import org.apache.kafka.common.TopicPartition;

/** The place of a latent: topic, partition and offset of its record. */
record Place(TopicPartition partition, long offset) implements Comparable<Place> {
    private static final Comparator<Place> ORDER = Comparator.<Place, String>comparing(place -> place.partition.topic())
            .thenComparingInt(place -> place.partition.partition())
            .thenComparingLong(Place::offset);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%s@%d".formatted(partition, offset);
    }
}

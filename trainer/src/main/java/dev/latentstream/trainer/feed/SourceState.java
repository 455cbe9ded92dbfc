package dev.latentstream.trainer.feed;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a run stands in one source.
 *
 * @param recordsTaken records that were taken from the source's partitions
 * @param next the next offset to take, by partition
 * @param slots what sits in the shuffle buffer, in its order
 */
public record SourceState(
        String topic, @JsonAlias("pulls") long recordsTaken, SortedMap<Integer, Long> next, List<Slot> slots) {
    /** One latent of a shuffle buffer, by where it can be read again. */
    public record Slot(@JsonAlias("image") String imageId, int partition, long offset) {
        static Slot of(LatentSample sample) {
            return new Slot(
                    sample.imageId(),
                    sample.position().partition(),
                    sample.position().offset());
        }
    }

    public SourceState {
        next = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(next));
        slots = List.copyOf(slots);
    }

    /** The place of a slot. */
    RecordPosition position(Slot slot) {
        return new RecordPosition(topic, slot.partition(), slot.offset());
    }

    /** As {@link #next}, for any map. */
    public static SourceState of(String topic, long pulls, Map<Integer, Long> next, List<Slot> slots) {
        return new SourceState(topic, pulls, new TreeMap<>(next), slots);
    }
}

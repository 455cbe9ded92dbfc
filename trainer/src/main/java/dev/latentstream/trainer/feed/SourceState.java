package dev.latentstream.trainer.feed;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The position of a run in one source.
 *
 * @param recordsTaken number of records taken from the source's partitions
 * @param next next offset to take, by partition
 * @param slots content of the shuffle buffer, in its order
 */
public record SourceState(
        String topic, @JsonAlias("pulls") long recordsTaken, SortedMap<Integer, Long> next, List<Slot> slots) {
    /** One latent of a shuffle buffer, by its position in the log. */
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

    /** Returns the position of a slot's latent in the log. */
    RecordPosition position(Slot slot) {
        return new RecordPosition(topic, slot.partition(), slot.offset());
    }

    /** Creates a state from any map of offsets. */
    public static SourceState of(String topic, long recordsTaken, Map<Integer, Long> next, List<Slot> slots) {
        return new SourceState(topic, recordsTaken, new TreeMap<>(next), slots);
    }
}

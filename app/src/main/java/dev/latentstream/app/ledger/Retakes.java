package dev.latentstream.app.ledger;

import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * What a run took from topics that were recreated while it trained. Latents of the topic before stay in the shuffle buffers, at offsets that
 * the present one may have as well: a sample is of the present one once that was taken up to its offset. Not thread-safe.
 */
final class Retakes {
    private final Map<TopicPartition, NavigableMap<Long, Take>> ends = new HashMap<>();

    /**
     * A take, by its end.
     *
     * @param before number of the step's samples that were drawn before
     */
    private record Take(long step, int before) {}

    /** Adds what a step took from a topic. */
    void add(LedgerStep step, LedgerTake take) {
        TopicPartition partition = new TopicPartition(step.getTopics().get(take.getTopic()), take.getPartition());
        ends.computeIfAbsent(partition, unused -> new TreeMap<>())
                .put(take.getEnd(), new Take(step.getStep(), take.getBefore()));
    }

    /** Forgets what was taken from a topic, which was recreated. */
    void forget(String topic) {
        ends.keySet().removeIf(partition -> partition.topic().equals(topic));
    }

    /** Forgets what was taken from a step on, since that is written again. */
    void supersede(long step) {
        ends.values().forEach(takes -> takes.values().removeIf(take -> take.step() >= step));
    }

    /** Returns whether a place was taken before a sample was drawn. */
    boolean isTaken(Place place, long step, int index) {
        NavigableMap<Long, Take> takes = ends.getOrDefault(place.partition(), new TreeMap<>());
        Map.Entry<Long, Take> beyond = takes.higherEntry(place.offset());
        return beyond != null
                && (beyond.getValue().step() < step
                        || (beyond.getValue().step() == step
                                && beyond.getValue().before() <= index));
    }
}

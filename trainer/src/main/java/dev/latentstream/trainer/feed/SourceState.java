package dev.latentstream.trainer.feed;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.latentstream.trainer.ledger.GroupOffsets.Topic;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The position of a run in one source.
 *
 * @param topicId Kafka's id of the topic
 * @param recordsTaken number of records taken from the topic's partitions
 * @param next next offset to take, by partition
 * @param tombstones tombstones that apply already although records before them were not yet taken
 * @param latents content of the shuffle buffer, in its order
 */
public record SourceState(
        String topic,
        String topicId,
        long recordsTaken,
        SortedMap<Integer, Long> next,
        List<Tombstone> tombstones,
        @JsonIgnore List<LatentSample> latents) {
    /** The deletion of an image. */
    public record Tombstone(String imageId, RecordPosition position) {}

    public SourceState {
        next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
        tombstones = List.copyOf(tombstones);
        latents = latents == null ? List.of() : List.copyOf(latents); // Jackson leaves them out
    }

    /** Returns the same state with another content of the shuffle buffer. */
    public SourceState withLatents(List<LatentSample> other) {
        return new SourceState(topic, topicId, recordsTaken, next, tombstones, other);
    }

    /** Returns the next offset of every partition of some sources. */
    static Map<TopicPartition, Long> next(Collection<SourceState> states) {
        Map<TopicPartition, Long> next = new HashMap<>();
        for (SourceState state : states) {
            state.next().forEach((partition, offset) -> next.put(new TopicPartition(state.topic(), partition), offset));
        }
        return next;
    }

    /** Returns the next offsets of some sources, by topic. */
    static Map<Topic, List<Long>> positions(Collection<SourceState> states) {
        return states.stream()
                .collect(Collectors.toMap(
                        state -> new Topic(state.topic(), state.topicId()),
                        state -> List.copyOf(state.next().values())));
    }
}

package dev.latentstream.app.status;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.topics.HiddenRecords;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a pipeline.
 *
 * @param bootstrapServers the cluster that it runs on
 * @param topics every topic of the pipeline, by name
 * @param groups the stages and every other consumer group of the pipeline, such as trainers, by name
 * @param training the last record of {@code training-metrics} of each run, by name
 * @param hidden what may hide later ones
 * @param policies the current policies
 * @param counts processed records by stage and outcome, since the stages' process started
 * @param meters the counters and gauges of the stages' process by name, if its address is known
 */
record ClusterStatus(
        String bootstrapServers,
        List<TopicStatus> topics,
        List<GroupStatus> groups,
        Map<String, JsonNode> training,
        List<HiddenRecords> hidden,
        JsonNode policies,
        List<StageCount> counts,
        Map<String, Double> meters) {
    ClusterStatus {
        topics = List.copyOf(topics);
        groups = List.copyOf(groups);
        training = Collections.unmodifiableMap(new TreeMap<>(training));
        hidden = List.copyOf(hidden);
        counts = List.copyOf(counts);
        meters = Collections.unmodifiableMap(new TreeMap<>(meters));
    }

    /**
     * One topic.
     *
     * @param offsets offsets between its start and its last stable offset: its records and the markers of transactions between them
     * @param waiting offsets between its last stable offset and its end, which nobody reads until a transaction ends
     * @param perSecond growth of its last stable offset
     */
    record TopicStatus(String topic, int partitions, long offsets, long waiting, double perSecond) {}

    /**
     * One consumer group.
     *
     * @param state as Kafka calls it, or {@code absent} for a stage that has never run
     * @param lag offsets between the group's position and the last stable offset of its topics
     * @param waiting offsets after these, which it cannot read until a transaction ends
     * @param perSecond progress of the group
     */
    record GroupStatus(String group, String state, int members, long lag, long waiting, double perSecond) {}
}

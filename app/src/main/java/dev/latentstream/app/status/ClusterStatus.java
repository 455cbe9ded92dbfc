package dev.latentstream.app.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * How a pipeline stands.
 *
 * @param bootstrapServers the cluster that was asked
 * @param topics every topic of the pipeline, by name
 * @param groups the stages, and every other consumer group of the pipeline such as trainers, by name
 * @param training the last record of {@code training-metrics} of each run
 * @param policies the policies in force
 * @param counts what became of records, by stage and outcome, since the stages' process began
 * @param meters the counters and gauges of the stages' process, where its address is known
 */
record ClusterStatus(
        String bootstrapServers,
        List<TopicStatus> topics,
        List<GroupStatus> groups,
        Map<String, JsonNode> training,
        JsonNode policies,
        List<StageCount> counts,
        Map<String, Double> meters) {
    ClusterStatus {
        topics = List.copyOf(topics);
        groups = List.copyOf(groups);
        training = Map.copyOf(training);
        counts = List.copyOf(counts);
        meters = Map.copyOf(meters);
    }

    /**
     * One topic.
     *
     * @param offsets offsets between its beginning and its end: its records and, in between, ends of transactions
     * @param perSecond growth of its end
     */
    record TopicStatus(String topic, int partitions, long offsets, double perSecond) {}

    /**
     * One consumer group.
     *
     * @param state as Kafka calls it, or {@code absent} for a stage that has never run
     * @param lag offsets between where the group is and where its topics end
     * @param perSecond progress of the group
     */
    record GroupStatus(String group, String state, int members, long lag, double perSecond) {}
}

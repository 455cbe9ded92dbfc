package dev.latentstream.trainer.ledger;

import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.runtime.kafka.LogReading;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.schemas.TrainingMetrics;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The steps of a run whose losses are reported. The ledger has further ones: a step is recorded before it is trained, and the run may
 * have ended in between.
 */
public final class ReportedSteps {
    private ReportedSteps() {}

    /**
     * Returns the step of the run's newest report; empty if there is none.
     *
     * @param topic that of the metrics
     * @param consumer belongs to the caller
     * @param patience longest time without an answer of the cluster
     */
    public static OptionalLong last(
            String topic, String run, Consumer<String, TrainingMetrics> consumer, LogEnds ends, Duration patience) {
        List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        TopicEnd end = TopicEnd.ofLog(consumer, all, ends, patience);
        OptionalLong[] last = {OptionalLong.empty()};
        LogReading.toEnd(consumer, end, patience, record -> {
            if (run.equals(record.key()) && record.value() != null && !end.isBefore(record)) {
                last[0] = OptionalLong.of(record.value().getStep());
            }
        });
        return last[0];
    }
}

package dev.latentstream.trainer;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.ledger.ReportedSteps;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * An earlier run of the name of a new one, whose steps in the ledger the new one would supersede. It is looked for before anything is written, so
 * that a trainer of that run which trains elsewhere is not fenced.
 */
final class EarlierRun {
    private volatile @Nullable Consumer<String, TrainingMetrics> reading;
    private volatile boolean stopped;

    /**
     * Refuses a new run if the log has reports of its name, unless it begins again.
     *
     * @throws IllegalArgumentException if it is refused
     * @throws WakeupException if this is stopped
     */
    void requireNone(KafkaConnection connection, TrainerSettings settings) {
        if (settings.resuming().beginAgain()) {
            return;
        }
        OptionalLong last = reported(connection, settings);
        if (last.isPresent()) {
            throw new IllegalArgumentException(
                    "run %s has reports up to step %d in %s, and nothing in %s: give the new run another name, or begin this one again with --begin-again, after which the ledger's steps of it no longer count"
                            .formatted(
                                    settings.run().run(),
                                    last.getAsLong(),
                                    connection.topics().trainingMetrics().name(),
                                    settings.runFolder()));
        }
    }

    /** Ends the wait for the cluster; from any thread. */
    void stop() {
        stopped = true;
        Consumer<String, TrainingMetrics> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    private OptionalLong reported(KafkaConnection connection, TrainerSettings settings) {
        Topic<TrainingMetrics> topic = connection.topics().trainingMetrics();
        String client = connection.groupId(settings.clientName()) + "-metrics-reader";
        try (Consumer<String, TrainingMetrics> consumer = connection.lenientReader(topic, client)) {
            reading = consumer;
            if (stopped) { // before it was visible
                throw new WakeupException();
            }
            return ReportedSteps.last(
                    topic.name(),
                    settings.run().run(),
                    consumer,
                    consumer::endOffsets, // what open transactions hide is of runs that train now
                    settings.feed().patience());
        } finally {
            reading = null;
        }
    }
}

package dev.latentstream.trainer;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.LedgerTail;
import dev.latentstream.trainer.ledger.RecordedStep;
import dev.latentstream.trainer.ledger.ReportedSteps;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/** The steps of a run that the log has from its earlier lives. */
final class OwnLedger {
    private final KafkaConnection connection;
    private final TrainerSettings settings;

    OwnLedger(KafkaConnection connection, TrainerSettings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    /** Returns Kafka's id of the ledger's topic. */
    String topicId() throws InterruptedException {
        try (Admin admin = connection.admin()) {
            String topic = connection.topics().trainingLedger().name();
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                            .topicNameValues()
                            .get(topic))
                    .get()
                    .topicId()
                    .toString();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(failed);
        }
    }

    /**
     * Returns the steps after a checkpoint.
     *
     * @param ledgerId Kafka's id of the ledger's topic at present
     */
    List<RecordedStep> after(RunState state, String ledgerId) {
        Topic<LedgerStep> topic = connection.topics().trainingLedger();
        String client = connection.groupId(settings.clientName()) + "-ledger-reader";
        try (Consumer<String, LedgerStep> consumer = connection.lenientReader(topic, client)) {
            return new LedgerTail(
                            topic.name(),
                            settings.run().run(),
                            consumer,
                            LogEnds.on(connection, settings.feed().patience()),
                            settings.feed().patience())
                    .read(
                            state.feed().step(),
                            state.ledger(),
                            ledgerId,
                            settings.resuming().skipLost());
        }
    }

    /**
     * Checks the name of a new run, which is also that of its steps in the ledger: it would supersede those of an earlier run.
     *
     * @throws IllegalArgumentException if a run of this name has reports, and does not begin again
     */
    void requireUnused() {
        if (settings.resuming().beginAgain()) {
            return;
        }
        OptionalLong last = reported();
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

    /** Returns the step of the newest committed report of a run of this name; empty if there is none. */
    private OptionalLong reported() {
        Topic<TrainingMetrics> topic = connection.topics().trainingMetrics();
        String client = connection.groupId(settings.clientName()) + "-metrics-reader";
        try (Consumer<String, TrainingMetrics> consumer = connection.lenientReader(topic, client)) {
            return ReportedSteps.last(
                    topic.name(),
                    settings.run().run(),
                    consumer,
                    consumer::endOffsets, // a run of this name that trains now is found when it is fenced
                    settings.feed().patience());
        }
    }

    /** Returns the facts of the last recorded step. */
    static LedgerRun lastFacts(List<RecordedStep> recorded, RunState state) {
        return recorded.stream()
                .flatMap(step -> step.step().getRun().stream())
                .reduce((older, newer) -> newer)
                .orElse(state.feed().run());
    }

    /** Returns the position after the last recorded step. */
    static LedgerPosition reached(List<RecordedStep> repeated, RunState state) {
        return repeated.isEmpty()
                ? state.ledger()
                : repeated.get(repeated.size() - 1).after();
    }
}

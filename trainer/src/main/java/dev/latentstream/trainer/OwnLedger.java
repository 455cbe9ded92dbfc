package dev.latentstream.trainer;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topic;
import dev.latentstream.trainer.ledger.LedgerPosition;
import dev.latentstream.trainer.ledger.LedgerTail;
import dev.latentstream.trainer.ledger.RecordedStep;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/** The steps in the ledger of a run that is resumed. */
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

package dev.latentstream.app.control;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.policy.PolicyConflictException;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows the reports of a run and writes the mixture policies that a controller decides on, each over the version before only. In the
 * end it restores the last policy of a person, unless somebody else wrote one: that one stays. Not thread-safe.
 */
final class AutoMixture {
    static final String AUTHOR = MixtureAuthors.CONTROLLER + "odm";

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConnection connection;
    private final String run;
    private final MixtureAuthors authors;
    private final MixtureController controller;
    private final PolicyWriter writer;
    private final java.util.function.Consumer<String> out;
    private boolean isOvertaken;

    /** @param out receives a line for each version that is written */
    AutoMixture(
            KafkaConnection connection,
            String run,
            MixtureAuthors authors,
            MixtureController controller,
            PolicyWriter writer,
            java.util.function.Consumer<String> out) {
        this.connection = connection;
        this.run = run;
        this.authors = authors;
        this.controller = controller;
        this.writer = writer;
        this.out = out;
    }

    /** The reason of an end. */
    enum End {
        STOPPED,
        SILENCE,
        OVERTAKEN
    }

    /**
     * Follows the run, then restores.
     *
     * @param silence time without a report after which this ends
     */
    End follow(Duration silence, BooleanSupplier isStopped) {
        Topic<TrainingMetrics> topic = connection.topics().trainingMetrics();
        try (Consumer<String, TrainingMetrics> consumer = connection.lenientReader(topic, "latentstream-auto")) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position); // now, not at the first poll
            return follow(consumer, silence.toNanos(), isStopped);
        } catch (PolicyConflictException conflict) {
            isOvertaken = true;
            out.accept(conflict.getMessage());
            return End.OVERTAKEN;
        } finally {
            restore();
        }
    }

    private End follow(Consumer<String, TrainingMetrics> consumer, long silence, BooleanSupplier isStopped) {
        long heard = System.nanoTime();
        while (!isStopped.getAsBoolean()) {
            for (ConsumerRecord<String, TrainingMetrics> record : consumer.poll(POLL)) {
                if (!run.equals(record.key()) || record.value() == null) {
                    continue;
                }
                heard = System.nanoTime();
                if (controller.isOvertaken(record.value())) {
                    isOvertaken = true;
                    return End.OVERTAKEN;
                }
                Optional<MixturePolicy> policy = controller.report(record.value(), heard);
                controller.takeWarning().ifPresent(out);
                policy.ifPresent(next -> write(next, record.value()));
            }
            if (System.nanoTime() - heard > silence) {
                return End.SILENCE;
            }
        }
        return End.STOPPED;
    }

    private void write(MixturePolicy policy, TrainingMetrics report) {
        Policy written = writer.because("losses of run %s at step %d".formatted(run, report.getStep()))
                .expecting(controller.version())
                .write(policy, AUTHOR);
        controller.written(written.getVersion(), System.nanoTime());
        out.accept("step %d: version %d, weights %s"
                .formatted(
                        report.getStep(),
                        written.getVersion(),
                        new TreeMap<>(policy.getSourceWeights())
                                .entrySet().stream()
                                        .map(weight -> String.format(
                                                Locale.ROOT, "%s %.4g", weight.getKey(), weight.getValue()))
                                        .collect(Collectors.joining(", "))));
    }

    /** Restores the last policy of a person if a controller wrote the newest one. */
    private void restore() {
        boolean hasWritten = controller.version() != authors.version();
        if (isOvertaken || (!hasWritten && authors.isRestored())) {
            return;
        }
        try {
            Policy restored = writer.because("restores version " + authors.personVersion())
                    .expecting(controller.version())
                    .write(authors.person(), AUTHOR);
            out.accept("version %d restores version %d".formatted(restored.getVersion(), authors.personVersion()));
        } catch (PolicyConflictException conflict) {
            out.accept(conflict.getMessage());
        }
    }
}

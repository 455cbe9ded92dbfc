package dev.latentstream.trainer;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.TrainingMetrics;
import java.security.SecureRandom;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ledger and the metrics of a run.
 *
 * <p>A resumed run repeats the steps after its checkpoint and writes their records again: of several records of one run and step, the last
 * one is valid. If the cluster rejects a record, the next {@link #flush} throws, which ends the run.
 */
final class TrainingLog implements AutoCloseable {
    private final String run;
    private final String ledgerTopic;
    private final String metricsTopic;
    private final Producer<String, LedgerStep> ledger;
    private final Producer<String, TrainingMetrics> metrics;
    private final StageHeaders headers = new StageHeaders(new SecureRandom());
    private volatile @Nullable Exception failure;

    TrainingLog(
            String run,
            String ledgerTopic,
            Producer<String, LedgerStep> ledger,
            String metricsTopic,
            Producer<String, TrainingMetrics> metrics) {
        this.run = run;
        this.ledgerTopic = ledgerTopic;
        this.ledger = ledger;
        this.metricsTopic = metricsTopic;
        this.metrics = metrics;
    }

    static TrainingLog of(KafkaConnection connection, String run, String clientName) {
        String client = connection.groupId(clientName);
        return new TrainingLog(
                run,
                connection.topics().trainingLedger().name(),
                connection.producer(connection.topics().trainingLedger(), client + "-ledger"),
                connection.topics().trainingMetrics().name(),
                connection.producer(connection.topics().trainingMetrics(), client + "-metrics"));
    }

    void write(LedgerStep step) {
        send(ledger, ledgerTopic, step, step.getMixturePolicy());
    }

    void write(TrainingMetrics record) {
        send(metrics, metricsTopic, record, record.getMixturePolicy());
    }

    /** Returns once all records are acknowledged. */
    void flush() {
        ledger.flush();
        metrics.flush();
        if (failure != null) {
            throw new IllegalStateException("the training ledger cannot be written: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        ledger.close();
        metrics.close();
    }

    private <V> void send(Producer<String, V> producer, String topic, V value, long policy) {
        Future<RecordMetadata> unused = producer.send(
                new ProducerRecord<>(topic, null, run, value, headers.originate(run, policy)),
                (metadata, exception) -> {
                    if (exception != null) {
                        failure = exception;
                    }
                });
    }
}

package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.ClusterException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads committed records up to the end of the log. A process that was killed may have left a transaction open there: it hides what others
 * have committed since in the same partition, such as another run in the ledger, until the cluster ends it for its age.
 */
public final class LogReading {
    private static final Logger LOG = LoggerFactory.getLogger(LogReading.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration WORTH_A_WARNING = Duration.ofSeconds(2);

    /** Longer than {@code transaction.max.timeout.ms} of a cluster, 15 minutes unless it is set. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(16);

    private LogReading() {}

    /**
     * Reads with a consumer at its position.
     *
     * @param end of the log
     * @param patience longest time without progress while no transaction is open
     * @param action called with each record, also with some after the end
     * @throws ClusterException if the end is not reached
     */
    public static <V> void toEnd(
            Consumer<String, V> consumer,
            TopicEnd end,
            Duration patience,
            java.util.function.Consumer<ConsumerRecord<String, V>> action) {
        Duration idle = Duration.ZERO;
        Duration hidden = Duration.ZERO;
        while (!end.isReached()) {
            ConsumerRecords<String, V> records = consumer.poll(POLL);
            boolean isHidden = records.isEmpty() && end.isHidden();
            hidden = isHidden ? hidden.plus(POLL) : Duration.ZERO;
            idle = records.isEmpty() && !isHidden ? idle.plus(POLL) : Duration.ZERO;
            if (hidden.equals(WORTH_A_WARNING)) {
                LOG.atWarn().log("an open transaction hides the end of {}: waiting until it has ended", end);
            }
            if (idle.compareTo(patience) >= 0 || hidden.compareTo(LONGEST_TRANSACTION) >= 0) {
                throw new ClusterException(
                        "%s was not read to its end within %s".formatted(end, isHidden ? hidden : idle));
            }
            records.forEach(action);
        }
    }
}

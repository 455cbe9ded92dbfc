package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.ClusterException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The ends of logs, whatever transactions are open. A consumer of committed records sees the last stable offset as the end, which an open
 * transaction of anybody holds back: it does not see records that were committed after that transaction began.
 */
public interface LogEnds {
    /** Returns the offset after the last record of each partition. */
    Map<TopicPartition, Long> of(Collection<TopicPartition> partitions);

    /**
     * Returns the ends on a cluster.
     *
     * @param patience longest time without an answer, after which a {@link ClusterException} is thrown
     */
    static LogEnds on(KafkaConnection connection, Duration patience) {
        return partitions -> {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
            Map<TopicPartition, Long> ends = new HashMap<>();
            try (Admin admin = connection.admin()) {
                Map<TopicPartition, ListOffsetsResultInfo> found =
                        admin.listOffsets(latest).all().get(patience.toMillis(), TimeUnit.MILLISECONDS);
                found.forEach((partition, end) -> ends.put(partition, end.offset()));
            } catch (InterruptedException stopped) {
                throw new InterruptException(stopped);
            } catch (ExecutionException failed) {
                throw new ClusterException(
                        "the end of %s is unknown: %s".formatted(partitions, AdminAnswers.reason(failed)), failed);
            } catch (TimeoutException silent) {
                throw new ClusterException(
                        "the end of %s is unknown: no answer within %d s".formatted(partitions, patience.toSeconds()),
                        silent);
            }
            return ends;
        };
    }
}

package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices records that were deleted before a stage read them, because it was down, or slower than the retention of its input. Kafka's
 * consumers would jump over them without a word.
 *
 * @param latest whether a group without committed offsets starts at the end of its topics
 */
record LostRecords(String stage, boolean skip, boolean latest, Meters meters) {
    private static final Logger LOG = LoggerFactory.getLogger(LostRecords.class);

    /**
     * Polls a consumer that has no {@code auto.offset.reset}.
     *
     * @throws InfrastructureException if records are lost, unless they are to be skipped
     */
    ConsumerRecords<byte[], byte[]> poll(
            Consumer<byte[], byte[]> consumer, Supplier<ConsumerRecords<byte[], byte[]>> poll) {
        try {
            return poll.get();
        } catch (OffsetOutOfRangeException gone) {
            jump(consumer, gone.offsetOutOfRangePartitions());
        } catch (NoOffsetForPartitionException first) {
            if (latest) {
                consumer.seekToEnd(first.partitions());
            } else {
                consumer.seekToBeginning(first.partitions());
            }
        }
        return ConsumerRecords.empty();
    }

    private void jump(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> positions) {
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(positions.keySet());
        Map<TopicPartition, String> gaps = new TreeMap<>(LostRecords::compare);
        long lost = 0;
        for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
            long start = starts.getOrDefault(position.getKey(), 0L);
            long gap = start - position.getValue();
            if (gap > 0) { // otherwise the position is past the end of a topic that was recreated
                meters.add(
                        Meter.STAGE_LOST, (double) gap, stage, position.getKey().topic());
                gaps.put(
                        position.getKey(),
                        "%s offsets %d to %d".formatted(position.getKey(), position.getValue(), start - 1));
                lost += gap;
            }
        }
        if (lost == 0) {
            LOG.atWarn()
                    .addKeyValue("stage", stage)
                    .addKeyValue("positions", positions)
                    .log(
                            "positions are past the end of their topics, which were recreated; reading from the beginning");
        } else if (skip) {
            LOG.atWarn()
                    .addKeyValue("stage", stage)
                    .addKeyValue("gaps", gaps.values())
                    .log("skips {} records that were deleted before they were read", lost);
        } else {
            throw new InfrastructureException(
                    ("%d records were deleted before %s read them (%s); start it with --skip-lost to continue with what is"
                                    + " left, and raise retention.ms of the topic")
                            .formatted(lost, stage, gaps.values().stream().collect(Collectors.joining(", "))));
        }
        consumer.seekToBeginning(positions.keySet());
    }

    private static int compare(TopicPartition a, TopicPartition b) {
        return a.topic().equals(b.topic())
                ? a.partition() - b.partition()
                : a.topic().compareTo(b.topic());
    }
}

package dev.latentstream.app.topics;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.runtime.kafka.LogReading;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads committed records of a topic up to its current end, without a consumer group. */
public final class TopicReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Reading ends at the current end: a fetch that waits for later records would only delay the next partition and the close. */
    private static final int MAX_WAIT_MILLIS = 20;

    private static final Comparator<ConsumerRecord<String, byte[]>> BY_TIME =
            Comparator.<ConsumerRecord<String, byte[]>>comparingLong(ConsumerRecord::timestamp)
                    .thenComparingInt(ConsumerRecord::partition)
                    .thenComparingLong(ConsumerRecord::offset);

    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaConnection connection;
    private final LogEnds ends;

    public TopicReader(KafkaConnection connection) {
        Map<String, Object> properties = new HashMap<>(connection.readerProperties("latentstream-reader"));
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, MAX_WAIT_MILLIS);
        this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        this.connection = connection;
        this.ends = LogEnds.on(connection, PATIENCE);
    }

    /** Returns the names of all topics, sorted. */
    public List<String> topics() {
        return consumer.listTopics(PATIENCE).keySet().stream().sorted().toList();
    }

    /** Returns the names of the latent topics. */
    public List<String> latents(Topics known) {
        return topics().stream().filter(known::isLatents).toList();
    }

    /** Returns the oldest records over all partitions, by time. */
    List<ConsumerRecord<String, byte[]>> first(String topic, int max) {
        Collection<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, PATIENCE);
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            // The oldest records may all be in one partition.
            int before = records.size();
            each(Map.of(partition, starts.getOrDefault(partition, 0L)), record -> {
                records.add(record);
                return records.size() - before < max;
            });
        }
        return records.stream().sorted(BY_TIME).limit(max).toList();
    }

    /** Returns the newest records over all partitions, by time. */
    public List<ConsumerRecord<String, byte[]>> last(String topic, int max) {
        Collection<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, PATIENCE);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            records.addAll(last(partition, max, starts.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L)));
        }
        List<ConsumerRecord<String, byte[]>> sorted =
                records.stream().sorted(BY_TIME).toList();
        return sorted.subList(Math.max(0, sorted.size() - max), sorted.size());
    }

    /** Returns what open transactions hide of a topic: {@link #last} returns what was committed before. */
    public List<HiddenRecords> hidden(String topic) {
        try (Admin admin = connection.admin()) {
            return HiddenRecords.of(admin, topic, Instant.now());
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        } catch (ExecutionException failed) {
            throw new ClusterException(
                    "the open transactions of %s are unknown: %s".formatted(topic, AdminAnswers.reason(failed)),
                    failed);
        }
    }

    /** Reads every record, partition by partition. */
    public void all(String topic, Consumer<ConsumerRecord<String, byte[]>> action) {
        each(consumer.beginningOffsets(partitions(topic), PATIENCE), record -> {
            action.accept(record);
            return true;
        });
    }

    /** Reads every record up to the end of the log, also those that open transactions hide: it waits until these have ended. */
    public void allOfLog(String topic, Consumer<ConsumerRecord<String, byte[]>> action) {
        Collection<TopicPartition> partitions = partitions(topic);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        TopicEnd end = TopicEnd.ofLog(consumer, partitions, ends, PATIENCE);
        LogReading.toEnd(consumer, end, PATIENCE, record -> {
            if (!end.isBefore(record)) {
                action.accept(record);
            }
        });
    }

    /** Returns the first offset of each partition that retention has left. */
    public Map<TopicPartition, Long> beginnings(String topic) {
        return consumer.beginningOffsets(partitions(topic), PATIENCE);
    }

    /** Returns the offset after the last record of a partition, also if an open transaction hides it. */
    public long endOfLog(TopicPartition partition) {
        return TopicEnd.ofLog(consumer, List.of(partition), ends, PATIENCE).of(partition);
    }

    /**
     * Reads the records of a part of a partition, in order.
     *
     * @param start first offset
     * @param end offset after the last one; at most the partition's end
     */
    public <E extends Exception> void range(TopicPartition partition, long start, long end, RangeVisitor<E> visitor)
            throws E {
        consumer.assign(List.of(partition));
        consumer.seek(partition, start);
        long progress = System.nanoTime();
        while (consumer.position(partition, PATIENCE) < end) {
            ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofMillis(200));
            for (ConsumerRecord<String, byte[]> record : records) {
                if (record.offset() >= end || !visitor.wantsMoreAfter(record)) {
                    return;
                }
            }
            if (!records.isEmpty()) {
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw new Failure("%s was not read up to offset %d within %d s: a transaction may be open"
                        .formatted(partition, end - 1, PATIENCE.toSeconds()));
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** Reads further back until enough records are found: transaction markers and compaction leave gaps in the offsets. */
    private List<ConsumerRecord<String, byte[]>> last(TopicPartition partition, int max, long earliest, long end) {
        long back = 2L * max;
        while (true) {
            long start = Math.max(earliest, end - back);
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            each(Map.of(partition, start), record -> {
                found.add(record);
                return true;
            });
            if (found.size() >= max || start == earliest) {
                return found.subList(Math.max(0, found.size() - max), found.size());
            }
            back *= 4;
        }
    }

    private void each(Map<TopicPartition, Long> starts, Visitor visitor) {
        TopicEnd end = TopicEnd.of(consumer, starts.keySet(), PATIENCE);
        consumer.assign(starts.keySet());
        starts.forEach(consumer::seek);
        while (!end.isReached()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (!end.isBefore(record) && !visitor.wantsMoreAfter(record)) {
                    return;
                }
            }
        }
    }

    private Collection<TopicPartition> partitions(String topic) {
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (!partitions.isEmpty()) {
                return partitions;
            }
        } catch (TimeoutException unknown) {
            if (consumer.listTopics(PATIENCE).containsKey(topic)) {
                throw unknown;
            }
        }
        throw new Failure("topic %s does not exist; there are %s".formatted(topic, Names.listed(topics())));
    }

    /**
     * Visits records until it has enough.
     *
     * @param <E> what it may throw
     */
    public interface RangeVisitor<E extends Exception> {
        boolean wantsMoreAfter(ConsumerRecord<String, byte[]> record) throws E;
    }

    private interface Visitor {
        boolean wantsMoreAfter(ConsumerRecord<String, byte[]> record);
    }
}

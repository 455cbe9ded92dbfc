package dev.latentstream.runtime.batch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The state that survives a kill: the input, the committed offsets and the committed outputs. Its clients are Kafka's own mock
 * clients, connected so that only a committed transaction advances offsets and makes records visible.
 */
public final class FakeCluster {
    final List<ConsumerRecord<byte[], byte[]>> input = new ArrayList<>();
    final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    final List<ProducerRecord<byte[], byte[]>> visible = new ArrayList<>();

    /** Called before each step of a transaction; throwing from it is a kill at that point. */
    Runnable beforeOperation = () -> {};

    /** Called before a commit takes effect; throwing from it makes the commit fail. */
    Runnable beforeCommit = () -> {};

    /** Called after a commit took effect; throwing from it loses the response. */
    Runnable afterCommit = () -> {};

    void add(TopicPartition partition, String value) {
        long offset = input.stream()
                .filter(record -> BatchBuffer.partitionOf(record).equals(partition))
                .count();
        input.add(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, bytes(value), bytes(value)));
    }

    long position(TopicPartition partition) {
        OffsetAndMetadata position = positions.get(partition);
        return position == null ? 0 : position.offset();
    }

    List<String> visibleValues() {
        return visible.stream().map(record -> text(record.value())).toList();
    }

    FakeConsumer consumer() {
        return new FakeConsumer();
    }

    FakeProducer producer() {
        return new FakeProducer();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads {@link #input} from the committed positions on. */
    final class FakeConsumer extends MockConsumer<byte[], byte[]> {
        int maxPollRecords = Integer.MAX_VALUE;
        private Runnable beforePoll = () -> {};
        int polls;
        /** Positions that move without records, as they do past the marker of a transaction. */
        final Map<TopicPartition, OffsetAndMetadata> markers = new HashMap<>();

        private FakeConsumer() {
            super("earliest");
        }

        /** Assigns these partitions and revokes all others at the next poll. */
        void assignAtNextPoll(TopicPartition... partitions) {
            beforePoll = () -> {
                for (TopicPartition partition : partitions) {
                    updateBeginningOffsets(Map.of(partition, 0L));
                }
                commitSync(positions);
                rebalance(List.of(partitions));
            };
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            polls++;
            beforePoll.run();
            beforePoll = () -> {};
            fetch();
            ConsumerRecords<byte[], byte[]> polled = super.poll(timeout);
            if (polled.isEmpty() && !markers.isEmpty()) {
                Map<TopicPartition, OffsetAndMetadata> moved = Map.copyOf(markers);
                markers.clear();
                return new ConsumerRecords<>(Map.of(), moved);
            }
            return polled;
        }

        /** Adds only the records of the next poll, because the mock keeps the rest across a seek. */
        private void fetch() {
            int fetched = 0;
            for (ConsumerRecord<byte[], byte[]> record : input) {
                TopicPartition partition = BatchBuffer.partitionOf(record);
                if (fetched < maxPollRecords
                        && assignment().contains(partition)
                        && !paused().contains(partition)
                        && record.offset() >= position(partition)) {
                    addRecord(record);
                    fetched++;
                }
            }
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            commitSync(positions);
            return super.committed(partitions);
        }
    }

    /** Makes its records visible and advances offsets when its transaction commits. */
    final class FakeProducer extends MockProducer<byte[], byte[]> {
        private int shownRecords;
        private int shownPositions;

        private FakeProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void beginTransaction() {
            beforeOperation.run();
            super.beginTransaction();
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            beforeOperation.run();
            return super.send(record);
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            beforeOperation.run();
            super.sendOffsetsToTransaction(offsets, group);
        }

        @Override
        public void commitTransaction() {
            beforeOperation.run();
            beforeCommit.run();
            super.commitTransaction();
            visible.addAll(history().subList(shownRecords, history().size()));
            shownRecords = history().size();
            for (var groups : consumerGroupOffsetsHistory()
                    .subList(shownPositions, consumerGroupOffsetsHistory().size())) {
                groups.values().forEach(positions::putAll);
            }
            shownPositions = consumerGroupOffsetsHistory().size();
            afterCommit.run();
        }
    }
}

package dev.latentstream.trainer.dataset;

import dev.latentstream.schemas.DatasetPartition;
import dev.latentstream.schemas.DatasetSource;
import dev.latentstream.schemas.DatasetTombstone;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Reads ranges of a latent topic once, to describe them in a manifest or to compare them with one. Not thread-safe. */
public final class DatasetScan {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final RecordCheck check;
    private final int block;
    private final Duration patience;

    /** The verdict of a run on a record. */
    public enum Kind {
        LATENT,
        TOMBSTONE,
        REFUSED
    }

    /** Decides what a run would do with a record. */
    public interface RecordCheck {
        Kind kind(ConsumerRecord<byte[], byte[]> record);
    }

    /**
     * Offsets of a partition.
     *
     * @param start first offset
     * @param end offset after the last one
     */
    public record Range(long start, long end) {}

    /**
     * Reads with a consumer that belongs to the caller.
     *
     * @param block offsets in a block
     * @param patience longest time without progress
     */
    public DatasetScan(Consumer<byte[], byte[]> consumer, RecordCheck check, int block, Duration patience) {
        this.consumer = consumer;
        this.check = check;
        this.block = block;
        this.patience = patience;
    }

    /** Returns what the log has of a topic at present, by partition. */
    public Map<Integer, Range> present(String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        Map<Integer, Range> present = new TreeMap<>();
        partitions.forEach(partition -> present.put(
                partition.partition(), new Range(first.getOrDefault(partition, 0L), end.getOrDefault(partition, 0L))));
        return present;
    }

    /**
     * Describes ranges of a topic.
     *
     * @param id Kafka's id of the topic
     * @param ranges by partition
     * @throws LostRecordsException if the log no longer has all of them
     */
    public DatasetSource describe(String topic, String id, Map<Integer, Range> ranges) {
        List<DatasetPartition> partitions = new ArrayList<>();
        List<DatasetTombstone> tombstones = new ArrayList<>();
        Map<Integer, Range> present = present(topic);
        ranges.forEach((partition, range) -> {
            TopicPartition at = new TopicPartition(topic, partition);
            Range there = present.getOrDefault(partition, new Range(0, 0));
            if (range.start() < range.end() && (range.start() < there.start() || range.end() > there.end())) {
                throw new LostRecordsException("%s has the offsets %d to %d; the offsets %d to %d are needed"
                        .formatted(at, there.start(), there.end() - 1, range.start(), range.end() - 1));
            }
            partitions.add(describe(at, range, tombstones));
        });
        return new DatasetSource(topic, id, partitions, tombstones);
    }

    private DatasetPartition describe(TopicPartition at, Range range, List<DatasetTombstone> tombstones) {
        int blocks = Math.toIntExact((range.end() - range.start() + block - 1) / block);
        int[] counts = new int[blocks];
        long latents = 0;
        MessageDigest digest = sha256();
        consumer.assign(List.of(at));
        consumer.seek(at, range.start());
        Duration idle = Duration.ZERO;
        while (consumer.position(at) < range.end()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            idle = records.isEmpty() ? idle.plus(POLL) : Duration.ZERO;
            if (idle.compareTo(patience) >= 0) {
                throw new LostRecordsException(
                        "%s was not read to offset %d within %s".formatted(at, range.end() - 1, patience));
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() >= range.end()) {
                    continue;
                }
                update(digest, record);
                Kind kind = check.kind(record);
                if (kind != Kind.REFUSED) {
                    counts[(int) ((record.offset() - range.start()) / block)]++;
                }
                if (kind == Kind.LATENT) {
                    latents++;
                }
                if (kind == Kind.TOMBSTONE) {
                    tombstones.add(new DatasetTombstone(
                            new String(record.key(), StandardCharsets.UTF_8), at.partition(), record.offset()));
                }
            }
        }
        List<Integer> boxed = new ArrayList<>();
        for (int count : counts) {
            boxed.add(count);
        }
        return new DatasetPartition(
                at.partition(),
                range.start(),
                range.end(),
                latents,
                boxed,
                HexFormat.of().formatHex(digest.digest()));
    }

    /** Returns the checksum of a whole dataset, SHA-256 of its topics, ranges and their checksums. */
    public static String checksum(Collection<DatasetSource> sources) {
        MessageDigest digest = sha256();
        for (DatasetSource source : sources) {
            digest.update((source.getTopic() + " " + source.getTopicId() + "\n").getBytes(StandardCharsets.UTF_8));
            for (DatasetPartition partition : source.getPartitions()) {
                digest.update("%d %d %d %s\n"
                        .formatted(
                                partition.getPartition(),
                                partition.getStart(),
                                partition.getEnd(),
                                partition.getChecksum())
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Offset, key and value, each of the latter after its length; that of an absent one is -1. */
    private static void update(MessageDigest digest, ConsumerRecord<byte[], byte[]> record) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, record.offset()));
        for (byte[] bytes : new byte[][] {record.key(), record.value()}) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes == null ? -1 : bytes.length));
            if (bytes != null) {
                digest.update(bytes);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }
}

package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.Reminder;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices records that are not in the partition of their key. Clients with another partitioner write them, such as librdkafka with its
 * default settings, and what is joined by partition then never meets. Thread-safe.
 */
public final class MisplacedRecords {
    private static final Logger LOG = LoggerFactory.getLogger(MisplacedRecords.class);

    private final String stage;
    private final int partitions;
    private final Meters meters;
    private final Reminder reminder = new Reminder(System::nanoTime);

    /** @param partitions of each joined topic */
    public MisplacedRecords(String stage, int partitions, Meters meters) {
        this.stage = stage;
        this.partitions = partitions;
        this.meters = meters;
    }

    /** Returns the partition in which Java's default partitioner puts a key. */
    public int partition(byte[] key) {
        return BuiltInPartitioner.partitionForKey(key, partitions);
    }

    /** Counts a record that is in another partition than that of its key. */
    public void count(String topic, int partition, long offset) {
        meters.count(Meter.STAGE_MISPLACED, stage, topic);
        long records = reminder.add(1);
        if (records > 0) {
            LOG.atWarn()
                    .addKeyValue("stage", stage)
                    .addKeyValue("records", records)
                    .log(
                            "{}-{} offset {} is not in the partition of its key: a client writes with another partitioner"
                                    + " (librdkafka: set partitioner=murmur2_random)",
                            topic,
                            partition,
                            offset);
        }
    }
}

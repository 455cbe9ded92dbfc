package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * The shape of topics, and what is kept of {@code images}.
 *
 * @param partitions partitions of each topic that joins or feeds a join
 * @param replicationFactor copies of each partition
 * @param imagesCleanup whether {@code images} is compacted or deleted from
 * @param imagesRetention with {@link Cleanup#DELETE}, the time for which images are kept; 0 for ever
 */
record TopicSettings(int partitions, short replicationFactor, Cleanup imagesCleanup, Duration imagesRetention) {
    /** The treatment of old records by Kafka, with the names of {@code cleanup.policy}. */
    enum Cleanup {
        COMPACT,
        DELETE
    }

    /** The defaults. */
    TopicSettings() {
        this(4, (short) 1);
    }

    TopicSettings(int partitions, short replicationFactor) {
        this(partitions, replicationFactor, Cleanup.COMPACT, Duration.ZERO);
    }

    TopicSettings {
        Checks.between("partitions", partitions, 1, 1000);
        Checks.between("replication-factor", replicationFactor, 1, 9);
        Checks.atLeast("images-retention in seconds", imagesRetention.toSeconds(), 0);
        if (imagesCleanup == Cleanup.COMPACT && !imagesRetention.isZero()) {
            throw new IllegalArgumentException(
                    "images-retention %s needs images-cleanup delete: a compacted topic keeps the last record of each image"
                            .formatted(imagesRetention));
        }
    }
}

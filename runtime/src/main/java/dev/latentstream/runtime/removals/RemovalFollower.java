package dev.latentstream.runtime.removals;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicFollower;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Keeps {@link RemovedImages} up to date with {@code removals}, on a daemon thread. One thread starts and closes it. */
public final class RemovalFollower implements AutoCloseable {
    private final TopicFollower follower;
    private final RemovedImages images;

    /** Reads nothing until it is started. */
    public RemovalFollower(KafkaConnection connection) {
        follower = TopicFollower.of(connection, connection.topics().removals().name(), this::take);
        images = new RemovedImages(follower::failure);
    }

    /** Returns once the topic has been read to its end. */
    public void start() {
        follower.start();
    }

    /** Returns the ids, which change as the topic does. */
    public RemovedImages images() {
        return images;
    }

    @Override
    public void close() {
        follower.close();
    }

    /** The value is not read: an image that somebody wants removed is removed, whatever is wrong with the reason. */
    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String imageId = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            images.restore(imageId);
        } else {
            images.add(imageId);
        }
    }
}

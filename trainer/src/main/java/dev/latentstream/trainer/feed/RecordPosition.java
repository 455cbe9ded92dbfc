package dev.latentstream.trainer.feed;

import org.apache.kafka.common.TopicPartition;

/** The position of a latent in the log. */
public record RecordPosition(String topic, int partition, long offset) {
    TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }
}

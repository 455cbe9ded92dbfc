package dev.latentstream.trainer;

import org.apache.kafka.common.TopicPartition;

/** Where a latent lies in the log. */
record Place(String topic, int partition, long offset) {
    TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }
}

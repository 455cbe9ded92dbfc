package dev.latentstream.ingest.sources.topic;

/**
 * A topic as the cluster has it now.
 *
 * @param id Kafka's, which changes when the topic is recreated
 * @param partitions how many it has
 */
record TopicState(String id, int partitions) {}

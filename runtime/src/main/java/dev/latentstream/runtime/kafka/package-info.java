/**
 * Clients, topics, headers and dead letters of one cluster.
 *
 * <p>Start reading at {@link KafkaConnection}, which creates every client with its serdes; {@link TopicSetup} creates missing topics and
 * checks existing ones. Errors that an operator can fix are {@link dev.latentstream.runtime.ClusterException}s.
 */
@NullMarked
package dev.latentstream.runtime.kafka;

import org.jspecify.annotations.NullMarked;

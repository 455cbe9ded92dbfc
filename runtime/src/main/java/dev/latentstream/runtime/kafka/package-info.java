/**
 * Clients, topics, headers and dead letters of one cluster.
 *
 * <p>Start reading at {@link KafkaConnection}, which makes every client with its serdes; {@link TopicSetup} creates topics that are
 * missing and checks those that exist. Errors that an operator can mend are {@link dev.latentstream.runtime.ClusterException}s.
 */
@NullMarked
package dev.latentstream.runtime.kafka;

import org.jspecify.annotations.NullMarked;

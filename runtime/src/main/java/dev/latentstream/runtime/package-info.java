/**
 * Kafka plumbing: settings, topics, the two engines that run a stage, policies, meters.
 *
 * <p>Start reading at {@link dev.latentstream.runtime.KafkaConnection}, which makes the clients of a cluster, then at the two
 * kinds of {@link dev.latentstream.runtime.Stage}: {@link dev.latentstream.runtime.StreamsStage} for per-record and stateful work,
 * {@link dev.latentstream.runtime.BatchLoop} for what feeds a device. Both deliver exactly once and in the order of each
 * partition, put what they cannot process into {@code <topic>-dlq}, and stop when the world rather than a record is broken.
 */
@NullMarked
package dev.latentstream.runtime;

import org.jspecify.annotations.NullMarked;

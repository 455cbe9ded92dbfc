/**
 * The engine for per-record and stateful work: Kafka Streams with {@code exactly_once_v2}.
 *
 * <p>Start reading at {@link StreamsStage}. Records that cannot be processed go to {@code <topic>-dlq} with the headers of KIP-1034; an
 * infrastructure failure or too many consecutive dead letters stop the stage. Every internal topic and store of a topology has a name.
 */
@NullMarked
package dev.latentstream.runtime.streams;

import org.jspecify.annotations.NullMarked;

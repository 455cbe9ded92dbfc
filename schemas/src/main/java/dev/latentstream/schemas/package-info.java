/**
 * The records of the pipeline (generated from {@code latentstream.avdl}), their topics, and their serializers.
 *
 * <p>Start reading at {@link dev.latentstream.schemas.Topics}. Serializers are thread-safe and speak Confluent's wire format and
 * registry protocol.
 */
@NullMarked
package dev.latentstream.schemas;

import org.jspecify.annotations.NullMarked;

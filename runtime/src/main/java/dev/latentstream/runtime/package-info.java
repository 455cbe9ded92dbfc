/**
 * Kafka plumbing that every stage shares.
 *
 * <p>Start reading at {@link Stage}, a part of the program that starts, fails and closes by itself; {@code streams} and {@code batch}
 * hold its two kinds. Three floors: {@code batch}, {@code streams} and {@code policy} stand on {@code kafka}, {@code http} and
 * {@code meters}, those on {@code settings} and the types of this package. Nothing here knows a stage.
 *
 * <p>Promises: what the input caused is data ({@link FailureKind}) and ends in a dead letter; a failure of the environment stops the stage.
 */
@NullMarked
package dev.latentstream.runtime;

import org.jspecify.annotations.NullMarked;

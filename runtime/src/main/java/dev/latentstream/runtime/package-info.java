/**
 * Kafka plumbing that every stage shares.
 *
 * <p>Start reading at {@link Stage}, a part of the program that starts, fails and closes by itself; its two kinds are in {@code streams}
 * and {@code batch}. The packages form three layers: {@code batch}, {@code streams} and {@code policy} use {@code kafka}, {@code http}
 * and {@code meters}, which use {@code settings} and the types of this package. Nothing here knows a particular stage.
 *
 * <p>Promises: an error that the input caused ({@link FailureKind}) ends in a dead letter; a failure of the environment stops the stage.
 */
@NullMarked
package dev.latentstream.runtime;

import org.jspecify.annotations.NullMarked;

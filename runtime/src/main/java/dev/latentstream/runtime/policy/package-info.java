/**
 * The policies in {@code control}: followed by stages, changed by people.
 *
 * <p>Start reading at {@link Policies}, which a stage asks, and {@link PolicyWriter}, which writes the next version. A stage has read the topic
 * to its end before its first record; two changes at once never undo each other. {@link Policies} is thread-safe.
 */
@NullMarked
package dev.latentstream.runtime.policy;

import org.jspecify.annotations.NullMarked;

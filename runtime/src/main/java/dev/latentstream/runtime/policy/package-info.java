/**
 * The policies in {@code control}: followed by stages, changed by operators.
 *
 * <p>Start reading at {@link Policies}, which stages query, and {@link PolicyWriter}, which writes the next version; {@link PolicyHistory} has all versions. A stage reads the topic
 * to its end before its first record; two concurrent changes never undo each other. {@link Policies} is thread-safe.
 */
@NullMarked
package dev.latentstream.runtime.policy;

import org.jspecify.annotations.NullMarked;

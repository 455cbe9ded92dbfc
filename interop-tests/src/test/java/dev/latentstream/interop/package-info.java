/**
 * Programs that are not ours read our records, and ours read theirs; clients that are not ours talk to our registry.
 *
 * <p>{@link dev.latentstream.interop.ConfluentClientChecks} is the list of what Confluent's own client must find at a registry;
 * {@link dev.latentstream.interop.ConfluentSerializersIT} exchanges records in both directions.
 */
@NullMarked
package dev.latentstream.interop;

import org.jspecify.annotations.NullMarked;

/**
 * Interoperability with other implementations: their serializers exchange records with ours, their clients use our registry.
 *
 * <p>{@link dev.latentstream.interop.ConfluentClientChecks} checks a registry with Confluent's own client;
 * {@link dev.latentstream.interop.ConfluentSerializersIT} exchanges records in both directions.
 */
@NullMarked
package dev.latentstream.interop;

import org.jspecify.annotations.NullMarked;

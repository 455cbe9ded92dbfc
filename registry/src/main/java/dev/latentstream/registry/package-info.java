/**
 * An embedded schema registry: Confluent's REST protocol for Avro, with its state in the compacted topic {@code _schemas} in
 * Confluent's own record format.
 *
 * <p>Start reading at {@link dev.latentstream.registry.EmbeddedRegistry}. A request goes through {@link
 * dev.latentstream.registry.HttpApi} (bytes), {@link dev.latentstream.registry.Routes} (the protocol), {@link
 * dev.latentstream.registry.Registry} (the rules) and ends in the {@link dev.latentstream.registry.SchemaStore} (reads) or the
 * {@link dev.latentstream.registry.SchemaLog} (writes).
 *
 * <p>Every acknowledged change is in the topic. Of several registries on one topic only the one that opened the log last can write;
 * the others read the topic again before they write again. It listens on the loopback interface only and has no authentication.
 */
@NullMarked
package dev.latentstream.registry;

import org.jspecify.annotations.NullMarked;

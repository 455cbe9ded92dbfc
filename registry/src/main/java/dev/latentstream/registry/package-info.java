/**
 * A schema registry for machines that have none: Confluent's REST protocol for Avro, its state in the compacted topic {@code
 * _schemas} in Confluent's own record format.
 *
 * <p>Start reading at {@link dev.latentstream.registry.EmbeddedRegistry}. A request goes through {@link
 * dev.latentstream.registry.HttpApi} (bytes), {@link dev.latentstream.registry.Routes} (the protocol), {@link
 * dev.latentstream.registry.Registry} (the rules) and ends in the {@link dev.latentstream.registry.SchemaStore} (what is
 * known) or the {@link dev.latentstream.registry.SchemaLog} (what is written).
 *
 * <p>What a request was told is in the topic. Of several registries on one topic only the last to write can write; the others
 * read the topic again before they write again. It listens on the loopback interface only and asks nobody who he is.
 */
@NullMarked
package dev.latentstream.registry;

import org.jspecify.annotations.NullMarked;

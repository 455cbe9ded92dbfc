/**
 * Where images come from, and how they enter {@code images-raw}.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.sources.ImageSource}, then {@link
 * dev.latentstream.ingest.sources.SourceProducer}. A source delivers in the same order each time; the producer keys by SHA-256,
 * is idempotent, notes in a journal what is acknowledged, and passes nothing over in silence.
 */
@NullMarked
package dev.latentstream.ingest.sources;

import org.jspecify.annotations.NullMarked;

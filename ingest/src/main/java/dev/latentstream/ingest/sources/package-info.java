/**
 * The sources of images, and the producer that sends them to {@code images-raw}.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.sources.ImageSource}, then {@link
 * dev.latentstream.ingest.sources.SourceProducer}. A source delivers in the same order each time; the producer keys by image id,
 * commits images and state together, and skips nothing silently.
 */
@NullMarked
package dev.latentstream.ingest.sources;

import org.jspecify.annotations.NullMarked;

/**
 * The state of sources in Kafka: what each has delivered, who may write it, and what it does.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.sources.state.SourceLog}, which a runner holds, then {@link
 * dev.latentstream.ingest.sources.state.SourceCatalog}, by which commands read and change states. One writer of a source exists at a time:
 * the holder of its transactional id. What it commits is committed with the images, or not at all.
 */
@NullMarked
package dev.latentstream.ingest.sources.state;

import org.jspecify.annotations.NullMarked;

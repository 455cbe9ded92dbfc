/**
 * Kafka topics of others as sources of images.
 *
 * <p>Start reading at {@link dev.latentstream.ingest.sources.topic.TopicSource}. Its place is an offset for each partition, committed with the
 * images. A record that has no image is refused with its reason, and never stops the source.
 */
@NullMarked
package dev.latentstream.ingest.sources.topic;

import org.jspecify.annotations.NullMarked;

package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.DeliveredItem;
import dev.latentstream.schemas.SourceState;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The committed state of sources. */
interface StoredSources {
    /** Returns the state of a source. */
    Optional<SourceState> state(String source);

    /** Reads the items of a source by key, in the order in which they were written; empty for one that is forgotten. */
    void items(String source, int partition, BiConsumer<String, Optional<DeliveredItem>> action);

    /** Returns the partition of {@code source-items} of a new source. */
    int partition(String source);

    /** Returns Kafka's id of the topic that has the images. */
    String topicId();
}

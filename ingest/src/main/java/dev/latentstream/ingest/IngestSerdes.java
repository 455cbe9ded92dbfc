package dev.latentstream.ingest;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topic.Retention;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;

/** The value serdes of the topology's topics. */
record IngestSerdes(
        Serde<RawImage> rawImages,
        Serde<Candidate> candidates,
        Serde<Image> images,
        Serde<Rejection> rejections,
        Serde<Removal> removals) {
    static IngestSerdes of(KafkaConnection connection) {
        // Streams creates this topic itself, under a longer name; a serde needs only the class.
        Topic<Candidate> internal = new Topic<>("candidates", Candidate.class, Retention.HOURS, false, Map.of());
        return new IngestSerdes(
                connection.serde(connection.topics().imagesRaw()),
                connection.serde(internal),
                connection.serde(connection.topics().images()),
                connection.serde(connection.topics().imagesRejected()),
                connection.serde(connection.topics().removals()));
    }
}

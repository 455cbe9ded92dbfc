package dev.latentstream.ingest;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.HeldCandidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.NearMessage;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topic.Retention;
import dev.latentstream.schemas.Undecided;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** The value serdes of the topology's topics. */
record IngestSerdes(
        Serde<RawImage> rawImages,
        Serde<Candidate> candidates,
        Serde<Image> images,
        Serde<Rejection> rejections,
        Serde<Removal> removals,
        NearSerdes near) {
    /** The serdes of the search for near duplicates. */
    record NearSerdes(Serde<NearMessage> messages, Serde<Undecided> undecided, Serde<HeldCandidate> held) {}

    static IngestSerdes of(KafkaConnection connection) {
        return new IngestSerdes(
                connection.serde(connection.topics().imagesRaw()),
                internal(connection, "candidates", Candidate.class),
                connection.serde(connection.topics().images()),
                connection.serde(connection.topics().imagesRejected()),
                connection.serde(connection.topics().removals()),
                new NearSerdes(
                        internal(connection, "near-messages", NearMessage.class),
                        internal(connection, "near-undecided", Undecided.class),
                        internal(connection, "near-held", HeldCandidate.class)));
    }

    /** Streams creates these topics itself, under longer names; a serde needs only the class. */
    private static <V extends SpecificRecord> Serde<V> internal(
            KafkaConnection connection, String name, Class<V> value) {
        return connection.serde(new Topic<>(name, value, Retention.HOURS, false, Map.of()));
    }
}

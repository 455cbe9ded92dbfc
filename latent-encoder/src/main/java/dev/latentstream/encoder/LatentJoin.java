package dev.latentstream.encoder;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.streams.CheckedTable;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.SourceNames;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * The join of captions with encodings: each change of either side emits a fresh latent record to the topic of its source.
 *
 * <pre>
 *   captions  --(table captions-by-image)--+
 *                                          +--(join-captions-with-encodings)--(take-joined)--(label)--> latents-&lt;source&gt;
 *   encodings --(table encodings-by-image)-+
 * </pre>
 *
 * <p>The tables have no changelogs: their source topics are compacted and restore them. A record that cannot be read becomes a dead
 * letter, and counts as a tombstone. A tombstone on either side deletes the
 * image; nothing is emitted for it. Whichever side is updated, the latent's policy header is the version of the policy by which its
 * captions were made.
 */
final class LatentJoin {
    private LatentJoin() {}

    /**
     * Builds the topology.
     *
     * @param serdes returns the serde of a topic's values
     * @param requireTopic called with the topic of a latent before it is written; returns once the topic exists
     * @param headers writes the headers of latents
     * @param misplaced counts the records that are moved to the partition of their key
     */
    static Topology build(
            Topics topics,
            SerdeSource serdes,
            Consumer<Topic<Latent>> requireTopic,
            StageHeaders headers,
            MisplacedRecords misplaced,
            Meters meters) {
        StreamsBuilder builder = StreamsStage.newBuilder();

        KTable<String, Captions> captions = CheckedTable.add(
                builder,
                topics.captions().name(),
                serdes.of(topics.captions()),
                valid -> {},
                "captions-by-image",
                misplaced);
        KTable<String, Encoding> encodings = CheckedTable.add(
                builder,
                topics.encodings().name(),
                serdes.of(topics.encodings()),
                LatentJoin::requireSource,
                "encodings-by-image",
                misplaced);

        captions.join(
                        encodings,
                        (caption, encoding) -> new Latent(encoding, caption),
                        Named.as("join-captions-with-encodings"))
                .toStream(Named.as("joined"))
                .filter((imageId, latent) -> latent != null, Named.as("take-joined"))
                .processValues(() -> new Labelling(topics, requireTopic, headers, misplaced, meters), Named.as("label"))
                .to(
                        (imageId, latent, context) ->
                                topics.latents(latent.getEncoding().getSource()).name(),
                        Produced.<String, Latent>with(Serdes.String(), serdes.of(topics.latents("any")))
                                .withName("write-latents"));

        return builder.build(StreamsStage.topologyProperties());
    }

    private static final class Labelling extends ContextualFixedKeyProcessor<String, Latent, Latent> {
        private final Topics topics;
        private final Consumer<Topic<Latent>> requireTopic;
        private final MisplacedRecords misplaced;
        private final StageHeaders headers;
        private final Meters meters;

        Labelling(
                Topics topics,
                Consumer<Topic<Latent>> requireTopic,
                StageHeaders headers,
                MisplacedRecords misplaced,
                Meters meters) {
            this.misplaced = misplaced;
            this.topics = topics;
            this.requireTopic = requireTopic;
            this.headers = headers;
            this.meters = meters;
        }

        @Override
        public void process(FixedKeyRecord<String, Latent> joined) {
            if (!CheckedTable.isInPlace(context(), joined.key(), misplaced)) {
                return; // both sides are being moved to the partition of their key, and are joined there
            }
            Latent latent = joined.value();
            String source = latent.getEncoding().getSource();
            long policy = latent.getCaptions().getCaptionPolicy();
            requireTopic.accept(topics.latents(source));
            meters.count(Meter.STAGE_RECORDS, EncoderStages.JOIN, source, "joined");
            context().forward(joined.withHeaders(headers.propagate(joined.headers(), source, policy)));
        }
    }

    /** Returns the value serde of a topic. */
    interface SerdeSource {
        <V extends SpecificRecord> Serde<V> of(Topic<V> topic);
    }

    /** The latent topic is named after the source, so an encoding that names no valid one must not enter the table. */
    private static void requireSource(Encoding encoding) {
        if (!SourceNames.valid(encoding.getSource())) {
            throw new BadRecordException(SourceNames.refusal(encoding.getSource()));
        }
    }
}

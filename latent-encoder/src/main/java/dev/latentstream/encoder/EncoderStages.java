package dev.latentstream.encoder;

import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.kafka.TopicKeeper;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Topics;
import java.security.SecureRandom;
import java.util.List;
import org.apache.kafka.streams.Topology;

/** Wires the two stages of this module. */
public final class EncoderStages {
    /** Name of the encoding stage: its consumer group, and the stage name in meters. */
    public static final String ENCODING = "latent-encoder";

    /** Name of the join stage: its application id, and the stage name in meters. */
    public static final String JOIN = "latent-join";

    private EncoderStages() {}

    /** Returns the encoder id in encodings: the autoencoder and the preprocessing. */
    public static String encoderId(Autoencoder autoencoder, EncoderSettings settings) {
        return "%s-square%d".formatted(autoencoder.id(), settings.resolution());
    }

    /**
     * Creates the stage images -> encodings.
     *
     * @param autoencoder used only by the stage's thread while it runs; the caller closes it afterwards
     */
    public static Stage encoding(
            KafkaConnection connection, EncoderSettings settings, Autoencoder autoencoder, Meters meters) {
        return new BatchLoop<>(
                connection,
                ENCODING,
                connection.topics().images(),
                encodingProcessor(connection, settings, autoencoder, meters),
                settings.batch(),
                meters);
    }

    /** Returns the encoding of a batch without Kafka, except that it creates the topic of a new source. */
    public static BatchProcessor<Image> encodingProcessor(
            KafkaConnection connection, EncoderSettings settings, Autoencoder autoencoder, Meters meters) {
        TopicSetup setup = new TopicSetup(connection);
        return new EncodingProcessor(
                autoencoder,
                settings,
                connection.topics(),
                topic -> setup.ensure(List.of(topic)),
                new StageHeaders(new SecureRandom()),
                meters);
    }

    /** Creates the stage that joins captions with encodings to latents. */
    public static Stage join(KafkaConnection connection, EncoderSettings settings, Meters meters) {
        Topics topics = connection.topics();
        TopicKeeper keeper = TopicKeeper.of(
                connection, topic -> meters.count(Meter.LATENT_TOPIC_RECREATED, topics.sourceOfLatents(topic.name())));
        Topology topology = LatentJoin.build(
                topics,
                connection::serde,
                keeper::require,
                new StageHeaders(new SecureRandom()),
                new MisplacedRecords(JOIN, connection.settings().partitions(), meters),
                meters);
        return new JoinStage(
                new StreamsStage(connection, JOIN, topology, topics.encodings(), settings.join(), meters), keeper);
    }
}

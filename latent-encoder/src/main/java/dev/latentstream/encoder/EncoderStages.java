package dev.latentstream.encoder;

import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Topics;
import java.security.SecureRandom;

/** Wires the two stages of this module. */
public final class EncoderStages {
    /** Name of the encoding stage: its group, and what its meters are filed under. */
    public static final String ENCODING = "latent-encoder";

    /** Name of the joining stage: its group, and what its meters are filed under. */
    public static final String JOIN = "latent-join";

    private EncoderStages() {}

    /** What the encoding stage calls itself in its records: the autoencoder, and what is cut out and how it is scaled. */
    public static String encoderId(Autoencoder autoencoder, EncoderSettings settings) {
        return "%s-square%d".formatted(autoencoder.id(), settings.resolution());
    }

    /**
     * images -> encodings.
     *
     * @param autoencoder used by the stage's thread alone while it runs; the caller closes it afterwards
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

    /** What the encoding stage makes of a batch, without Kafka but for the topic of a source that is new to it. */
    public static BatchProcessor<Image> encodingProcessor(
            KafkaConnection connection, EncoderSettings settings, Autoencoder autoencoder, Meters meters) {
        Topics topics = connection.topics();
        return new EncodingProcessor(
                autoencoder,
                settings,
                topics,
                new ClusterLatentTopics(new TopicSetup(connection), topics),
                new StageHeaders(new SecureRandom()),
                meters);
    }

    /** captions with encodings -> latents. */
    public static Stage join(KafkaConnection connection, EncoderSettings settings, Meters meters) {
        Topics topics = connection.topics();
        return new StreamsStage(
                connection,
                JOIN,
                LatentJoin.build(topics, connection::serde, new StageHeaders(new SecureRandom()), meters),
                topics.encodings(),
                settings.join(),
                meters);
    }
}

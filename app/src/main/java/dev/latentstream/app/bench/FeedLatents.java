package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.PreloadedTopic;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.schemas.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Latents of 8 KiB, those of an image of 256 pixels in 16 bits, with random elements and the captions of drawn scenes. */
final class FeedLatents {
    static final String ENCODER = "bench";
    static final List<Integer> SHAPE = List.of(4, 32, 32);
    static final TensorType TYPE = TensorType.FLOAT16;

    private static final int BYTES = 4 * 32 * 32 * 2;
    private static final int CHUNK = 1000;
    private static final int SIDE = 256;

    private final KafkaConnection connection;
    private final long seed;

    FeedLatents(KafkaConnection connection, long seed) {
        this.connection = connection;
        this.seed = seed;
    }

    /** Writes as many latents as asked for to each of some sources, and returns the names of their topics. */
    List<String> write(List<String> sources, int count, Cancellation stop) throws InterruptedException {
        TopicSetup setup = new TopicSetup(connection);
        setup.ensure(connection.topics().fixed());
        List<String> topics = new ArrayList<>();
        for (String source : sources) {
            Topic<Latent> topic = connection.topics().latents(source);
            setup.ensure(List.of(topic));
            topics.add(topic.name());
            try (PreloadedTopic<Latent> delivery = new PreloadedTopic<>(connection, topic)) {
                for (int first = 0; first < count; first += CHUNK) {
                    delivery.write(latents(source, first, Math.min(count, first + CHUNK)), stop);
                    delivery.show();
                }
            }
        }
        return topics;
    }

    private List<KeyedRecord<Latent>> latents(String source, int first, int end) {
        List<KeyedRecord<Latent>> latents = new ArrayList<>();
        for (int i = first; i < end; i++) {
            String id = ImageId.of(ByteBuffer.wrap((source + i).getBytes(StandardCharsets.UTF_8)));
            latents.add(new KeyedRecord<>(id, new Latent(encoding(source, i), BenchImages.captions(seed, i, source))));
        }
        return latents;
    }

    private Encoding encoding(String source, int index) {
        byte[] mean = new byte[BYTES];
        new SplittableRandom(seed * 31 + source.hashCode() + index).nextBytes(mean);
        for (int high = 1; high < BYTES; high += 2) {
            mean[high] &= (byte) 0xBF; // an exponent below 16: between -2 and 2
        }
        return Encoding.newBuilder()
                .setMean(ByteBuffer.wrap(mean))
                .setType(TYPE)
                .setShape(SHAPE)
                .setCrop(new Crop(0, 0, SIDE, SIDE))
                .setBucket("256x256")
                .setEncoderId(ENCODER)
                .setSource(source)
                .build();
    }
}

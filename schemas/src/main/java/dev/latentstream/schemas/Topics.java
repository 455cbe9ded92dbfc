package dev.latentstream.schemas;

import dev.latentstream.schemas.Topic.Retention;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Every topic of the pipeline, in the order in which an image passes through them. */
public final class Topics {
    /** Room for an 8 MiB image with its envelope; Kafka's default is 1 MiB. */
    private static final Map<String, String> LARGE = Map.of("max.message.bytes", Integer.toString(16 << 20));

    private static final String LATENTS = "latents-";

    private final String prefix;

    /** @param prefix of every name, for example {@code staging-}; may be empty */
    public Topics(String prefix) {
        this.prefix = prefix;
    }

    public Topic<RawImage> imagesRaw() {
        return topic("images-raw", RawImage.class, Retention.HOURS, LARGE);
    }

    public Topic<Image> images() {
        return joinable("images", Image.class, Retention.COMPACTED);
    }

    public Topic<Rejection> imagesRejected() {
        return topic("images-rejected", Rejection.class, Retention.DAYS, Map.of());
    }

    public Topic<Captions> captions() {
        return joinable("captions", Captions.class, Retention.COMPACTED);
    }

    public Topic<Encoding> encodings() {
        return joinable("encodings", Encoding.class, Retention.COMPACTED);
    }

    /** Returns the topic of one source's latents. */
    public Topic<Latent> latents(String source) {
        return joinable(LATENTS + source, Latent.class, Retention.LOG);
    }

    /** The prefix of the name of every latent topic, and of no other topic. */
    public String latentsPrefix() {
        return prefix + LATENTS;
    }

    public Topic<Removal> removals() {
        return topic("removals", Removal.class, Retention.COMPACTED, Map.of());
    }

    public Topic<Policy> control() {
        return topic("control", Policy.class, Retention.COMPACTED, Map.of());
    }

    public Topic<LedgerStep> trainingLedger() {
        return topic("training-ledger", LedgerStep.class, Retention.LOG, Map.of());
    }

    public Topic<TrainingMetrics> trainingMetrics() {
        return topic("training-metrics", TrainingMetrics.class, Retention.LOG, Map.of());
    }

    /** Returns all topics but the latent topics, which depend on the sources. */
    public List<Topic<?>> fixed() {
        return List.of(
                imagesRaw(),
                images(),
                imagesRejected(),
                captions(),
                encodings(),
                removals(),
                control(),
                trainingLedger(),
                trainingMetrics());
    }

    private <V extends SpecificRecord> Topic<V> joinable(String name, Class<V> value, Retention retention) {
        return new Topic<>(prefix + name, value, retention, true, LARGE);
    }

    private <V extends SpecificRecord> Topic<V> topic(
            String name, Class<V> value, Retention retention, Map<String, String> properties) {
        return new Topic<>(prefix + name, value, retention, false, properties);
    }
}

package dev.latentstream.schemas;

import dev.latentstream.schemas.Topic.Retention;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** Every topic of the pipeline, in the order in which an image passes through them. */
public final class Topics {
    /** Room for an 8 MiB image with its envelope; Kafka's default is 1 MiB. */
    private static final Map<String, String> LARGE = Map.of("max.message.bytes", Integer.toString(16 << 20));

    private static final Map<String, String> SMALL_SEGMENTS = Map.of("segment.bytes", Integer.toString(4 << 20));

    private static final String LATENTS = "latents-";

    private static final String DEAD_LETTERS = "-dlq";

    private final String prefix;

    /** @param prefix of every name, for example {@code staging-}; may be empty */
    public Topics(String prefix) {
        this.prefix = prefix;
    }

    public Topic<RawImage> imagesRaw() {
        return topic("images-raw", RawImage.class, Retention.HOURS, LARGE);
    }

    /** Returns the topic of the states of sources; its segments are small, so that it is compacted often. */
    public Topic<SourceState> sources() {
        return topic("sources", SourceState.class, Retention.COMPACTED, SMALL_SEGMENTS);
    }

    public Topic<DeliveredItem> sourceItems() {
        return topic("source-items", DeliveredItem.class, Retention.COMPACTED, Map.of());
    }

    /** Returns the topic of decoded images that models have to score; it exists only where there are models. */
    public Topic<Candidate> imagesUnscored() {
        return joinable("images-unscored", Candidate.class, Retention.HOURS);
    }

    /** Returns the topic of images that models have scored; it exists only where there are models. */
    public Topic<Candidate> imagesScored() {
        return joinable("images-scored", Candidate.class, Retention.HOURS);
    }

    public Topic<Image> images() {
        return joinable("images", Image.class, Retention.COMPACTED);
    }

    public Topic<Rejection> imagesRejected() {
        return topic("images-rejected", Rejection.class, Retention.DAYS, Map.of());
    }

    /** Keeps at most 4 GiB in each partition; it has no dead letters, since no stage reads it. */
    public Topic<RawImage> imagesQuarantine() {
        Map<String, String> properties = new HashMap<>(LARGE);
        properties.put("retention.bytes", Long.toString(4L << 30));
        return topic("images-quarantine", RawImage.class, Retention.ERASABLE, properties);
    }

    public Topic<Captions> captions() {
        return joinable("captions", Captions.class, Retention.COMPACTED);
    }

    public Topic<Recaption> recaptions() {
        return topic("recaptions", Recaption.class, Retention.COMPACTED, Map.of());
    }

    public Topic<Encoding> encodings() {
        return joinable("encodings", Encoding.class, Retention.COMPACTED);
    }

    /**
     * Returns the topic of one source's latents.
     *
     * @throws IllegalArgumentException if the name is not valid by {@link SourceNames}
     */
    public Topic<Latent> latents(String source) {
        return joinable(LATENTS + SourceNames.require(source), Latent.class, Retention.LOG);
    }

    /** Returns whether a topic has latents; dead letters of latents do not count. */
    public boolean isLatents(String topic) {
        String start = prefix + LATENTS;
        return topic.startsWith(start) && topic.length() > start.length() && !isDeadLetters(topic);
    }

    /** Returns the source of a latent topic. */
    public String sourceOfLatents(String topic) {
        if (!isLatents(topic)) {
            throw new IllegalArgumentException("topic %s has no latents".formatted(topic));
        }
        return topic.substring((prefix + LATENTS).length());
    }

    /** Returns the name of a topic's dead-letter topic. */
    public static String deadLetters(String topic) {
        return topic + DEAD_LETTERS;
    }

    /** Returns whether a topic is a dead-letter topic. */
    public static boolean isDeadLetters(String topic) {
        return topic.endsWith(DEAD_LETTERS);
    }

    public Topic<Removal> removals() {
        return topic("removals", Removal.class, Retention.COMPACTED, Map.of());
    }

    public Topic<Replay> replays() {
        return topic("replays", Replay.class, Retention.COMPACTED, Map.of());
    }

    public Topic<Policy> control() {
        return topic("control", Policy.class, Retention.UNLIMITED, Map.of());
    }

    public Topic<Dataset> datasets() {
        return topic("datasets", Dataset.class, Retention.COMPACTED, LARGE);
    }

    public Topic<LedgerStep> trainingLedger() {
        return topic("training-ledger", LedgerStep.class, Retention.LOG, Map.of());
    }

    public Topic<TrainingMetrics> trainingMetrics() {
        return topic("training-metrics", TrainingMetrics.class, Retention.LOG, Map.of());
    }

    /**
     * Returns the topics that a pipeline with models for scoring has besides the {@link #fixed} ones. Ingest joins scored images by partition
     * with what comes from {@code images-raw} and {@code removals}, so those two are here as well.
     */
    public List<Topic<?>> scoring() {
        return List.of(
                imagesUnscored(),
                imagesScored(),
                imagesRaw().joined(),
                removals().joined());
    }

    /** Returns all topics but the latent topics; those of scoring may not exist. */
    public List<Topic<?>> known() {
        return Stream.concat(fixed().stream(), Stream.of(imagesUnscored(), imagesScored()))
                .toList();
    }

    /** Returns all topics but the latent topics, which depend on the sources, and those of scoring. */
    public List<Topic<?>> fixed() {
        return List.of(
                imagesRaw(),
                sources(),
                sourceItems(),
                images(),
                imagesRejected(),
                imagesQuarantine(),
                captions(),
                recaptions(),
                encodings(),
                removals(),
                replays(),
                control(),
                datasets(),
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

package dev.latentstream.ingest.scoring;

import dev.latentstream.models.image.RgbImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model that gives images scores. Not thread-safe. */
public interface ImageScorer extends AutoCloseable {
    /** Its name in messages. */
    String name();

    /** A hash of what determines its scores. */
    String id();

    /** Its scores by name, each with the bound beyond which an image is refused where the policy has none. */
    Map<String, Optional<ScoreBound>> scores();

    /** Largest number of images in one call. */
    int maxBatch();

    /** Whether its scores depend on the text of an image. */
    default boolean readsText() {
        return false;
    }

    /** An image at working size, with the first of its texts. */
    record Input(RgbImage image, Optional<String> text) {}

    /**
     * Scores images.
     *
     * @return one map for each, whose values may be no finite numbers; a score is absent if it does not apply to the image
     * @throws RuntimeException if the model fails on one of them
     */
    List<Map<String, Double>> score(List<Input> images);

    @Override
    void close();
}

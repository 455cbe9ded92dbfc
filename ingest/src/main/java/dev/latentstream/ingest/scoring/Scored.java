package dev.latentstream.ingest.scoring;

import dev.latentstream.ingest.image.Refusal;
import java.util.Map;
import java.util.Optional;

/**
 * The scores of one image.
 *
 * @param scores by name
 * @param models id of the model of each score
 * @param refusal the reason why a model has no score for it; empty if all have
 */
public record Scored(Map<String, Float> scores, Map<String, String> models, Optional<Refusal> refusal) {
    public Scored {
        scores = Map.copyOf(scores);
        models = Map.copyOf(models);
    }
}

package dev.latentstream.ingest.scoring;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.models.onnx.TimeLimitException;
import dev.latentstream.models.onnx.UnusableNetworkException;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.RejectionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scorer whose failures are attributed: to an image if the model still scores its reference images, else to the model.
 *
 * <p>If a batch fails, or a score in it is no finite number, its images are scored one by one. Not thread-safe.
 */
final class CheckedScorer implements AutoCloseable {
    /** By which scores of an image may differ alone and in a batch, relative to their size where that is above 1. */
    private static final double TOLERANCE = 1e-3;

    private static final List<Input> REFERENCES = List.of(reference(7, 255), reference(61, 120));

    private final ImageScorer scorer;

    CheckedScorer(ImageScorer scorer) {
        this.scorer = scorer;
    }

    ImageScorer scorer() {
        return scorer;
    }

    /** The outcome for one image: its scores, or the reason why it has none. */
    record Outcome(Map<String, Double> scores, @Nullable Refusal refusal) {}

    /**
     * Scores the reference images, alone and together.
     *
     * @throws SettingsException if the model fails on them, or if its scores depend on the batch
     */
    void check() {
        try {
            List<Map<String, Double>> alone = new ArrayList<>();
            for (Input reference : REFERENCES) {
                Map<String, Double> scores = scorer.score(List.of(reference)).get(0);
                notFinite(scores).ifPresent(name -> {
                    throw new SettingsException("%s: the score %s of a reference image is %s"
                            .formatted(scorer.name(), name, scores.get(name)));
                });
                alone.add(scores);
            }
            if (scorer.maxBatch() > 1) {
                requireEqual(alone, scorer.score(REFERENCES));
            }
        } catch (SettingsException unfit) {
            throw unfit;
        } catch (RuntimeException failed) {
            throw new SettingsException(
                    "%s cannot score a reference image: %s".formatted(scorer.name(), failed.getMessage()), failed);
        }
    }

    /** Scores images, in calls of at most the size that the model takes. */
    List<Outcome> score(List<Input> images) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int first = 0; first < images.size(); first += scorer.maxBatch()) {
            outcomes.addAll(together(images.subList(first, Math.min(images.size(), first + scorer.maxBatch()))));
        }
        return outcomes;
    }

    @Override
    public void close() {
        scorer.close();
    }

    private List<Outcome> together(List<Input> images) {
        if (images.size() > 1) {
            try {
                List<Map<String, Double>> scores = scorer.score(images);
                if (scores.stream().allMatch(each -> notFinite(each).isEmpty())) {
                    return scores.stream().map(each -> new Outcome(each, null)).toList();
                }
            } catch (UnusableNetworkException endless) {
                throw new InfrastructureException(String.valueOf(endless.getMessage()), endless);
            } catch (RuntimeException failed) {
                // found out one by one
            }
        }
        return images.stream().map(this::alone).toList();
    }

    private Outcome alone(Input image) {
        Refusal refusal;
        try {
            Map<String, Double> scores = scorer.score(List.of(image)).get(0);
            Optional<String> faulty = notFinite(scores);
            if (faulty.isEmpty()) {
                return new Outcome(scores, null);
            }
            refusal = new Refusal(
                    RejectionReason.SCORE,
                    String.valueOf(scores.get(faulty.get())),
                    "a finite number",
                    "%s: the score %s is no finite number".formatted(scorer.name(), faulty.get()));
        } catch (TimeLimitException slow) {
            refusal = new Refusal(
                    RejectionReason.TOO_SLOW,
                    "no score in time",
                    slow.limit().toMillis() + " ms",
                    String.valueOf(slow.getMessage()));
        } catch (UnusableNetworkException endless) {
            throw new InfrastructureException(String.valueOf(endless.getMessage()), endless);
        } catch (RuntimeException failed) {
            refusal = new Refusal(RejectionReason.SCORE, "no score", "a score", String.valueOf(failed.getMessage()));
        }
        requireSound(refusal);
        return new Outcome(Map.of(), refusal);
    }

    /** Requires that the model still scores a reference image, so that the other one is at fault. */
    private void requireSound(Refusal refusal) {
        try {
            check();
        } catch (SettingsException broken) {
            throw new InfrastructureException("%s, and %s".formatted(refusal.detail(), broken.getMessage()), broken);
        }
    }

    private void requireEqual(List<Map<String, Double>> alone, List<Map<String, Double>> together) {
        for (int i = 0; i < alone.size(); i++) {
            for (Map.Entry<String, Double> score : alone.get(i).entrySet()) {
                double other = together.get(i).getOrDefault(score.getKey(), Double.NaN);
                if (!(Math.abs(score.getValue() - other) <= TOLERANCE * Math.max(1, Math.abs(score.getValue())))) {
                    throw new SettingsException(
                            "%s: the score %s of an image is %s alone and %s in a batch: set max-batch to 1"
                                    .formatted(scorer.name(), score.getKey(), score.getValue(), other));
                }
            }
        }
    }

    private static Optional<String> notFinite(Map<String, Double> scores) {
        return scores.entrySet().stream()
                .filter(score -> !Double.isFinite(score.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** A drawing without randomness: gradients with edges. */
    private static Input reference(int period, int white) {
        int side = 256;
        byte[] values = new byte[3 * side * side];
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                int at = 3 * (row * side + column);
                values[at] = (byte) (row * white / side);
                values[at + 1] = (byte) (column * white / side);
                values[at + 2] = (byte) ((row + column) / period % 2 == 0 ? white / 4 : white);
            }
        }
        return new Input(new RgbImage(side, side, values), Optional.of("a drawing of stripes"));
    }
}

package dev.latentstream.ingest.scoring;

import ai.djl.Device;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.scoring.CheckedScorer.Outcome;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.runtime.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All models of the scoring stage. Not thread-safe. */
public final class Scorers implements AutoCloseable {
    private final List<CheckedScorer> scorers = new ArrayList<>();
    private final Map<String, Optional<ScoreBound>> bounds = new LinkedHashMap<>();
    private final RecentScores recent = new RecentScores();

    private Scorers() {}

    /**
     * An image to score.
     *
     * @param pixels a hash of its pixels
     * @param known id of the model of each score that it has
     * @param text the first of its texts
     * @param image decodes it; not called if no model has to see it
     */
    public record ToScore(String pixels, Map<String, String> known, Optional<String> text, Supplier<RgbImage> image) {}

    /**
     * Loads the models of the settings, and has each score reference images.
     *
     * @param reserved names that their scores must not have
     * @throws SettingsException if one is faulty; the message names the file, value and bound
     * @throws IOException if a file cannot be read
     */
    public static Scorers open(ScoringSettings settings, Device device, Set<String> reserved) throws IOException {
        Scorers scorers = new Scorers();
        try {
            for (Path folder : settings.models()) {
                scorers.add(open(ModelFolder.read(folder), device, settings.threads()), reserved);
            }
            return scorers;
        } catch (IOException | RuntimeException failed) {
            scorers.close();
            throw failed;
        }
    }

    private static ImageScorer open(ModelFolder model, Device device, int threads) throws IOException {
        return model.settings().ocr() == null
                ? OnnxScorer.open(model, device, threads)
                : TextScorer.open(model, model.settings().ocr(), device, threads);
    }

    /**
     * Takes models over, and has each score reference images.
     *
     * @param models closed with this
     */
    public static Scorers of(List<? extends ImageScorer> models, Set<String> reserved) {
        Scorers scorers = new Scorers();
        models.forEach(model -> scorers.add(model, reserved));
        return scorers;
    }

    /** Adds a model, which is closed with the others. */
    private void add(ImageScorer scorer, Set<String> reserved) {
        CheckedScorer checked = new CheckedScorer(scorer);
        scorers.add(checked);
        scorer.scores().forEach((name, bound) -> {
            if (reserved.contains(name)) {
                throw new SettingsException(
                        "%s: the score %s has a name that ingest uses: %s".formatted(scorer.name(), name, reserved));
            }
            if (bounds.put(name, bound) != null) {
                throw new SettingsException(
                        "%s: the score %s has the name of another model's score".formatted(scorer.name(), name));
            }
        });
        checked.check();
    }

    /** The scores of all models by name, each with the bound beyond which an image is refused where the policy has none. */
    public Map<String, Optional<ScoreBound>> bounds() {
        return bounds;
    }

    /** Scores images with the models whose scores they lack. An image that a model cannot score is not given to the next ones. */
    public List<Scored> score(List<ToScore> images) {
        List<Progress> all = images.stream().map(Progress::new).toList();
        for (CheckedScorer scorer : scorers) {
            List<Progress> lacking =
                    all.stream().filter(image -> image.lacks(scorer.scorer())).toList();
            score(scorer, lacking);
        }
        return all.stream().map(Progress::scored).toList();
    }

    private void score(CheckedScorer checked, List<Progress> images) {
        ImageScorer scorer = checked.scorer();
        List<Progress> unknown = new ArrayList<>();
        for (Progress image : images) {
            recent.find(image.key(scorer))
                    .ifPresentOrElse(scores -> image.take(scorer, new Outcome(scores, null)), () -> unknown.add(image));
        }
        List<Outcome> outcomes =
                checked.score(unknown.stream().map(Progress::input).toList());
        for (int i = 0; i < unknown.size(); i++) {
            Progress image = unknown.get(i);
            image.take(scorer, outcomes.get(i));
            if (outcomes.get(i).refusal() == null) {
                recent.keep(image.key(scorer), outcomes.get(i).scores());
            }
        }
    }

    /** One image on its way through the models. */
    private static final class Progress {
        private final ToScore image;
        private final Map<String, Float> scores = new HashMap<>();
        private final Map<String, String> models = new HashMap<>();
        private @Nullable Refusal refusal;
        private @Nullable Input input;

        Progress(ToScore image) {
            this.image = image;
        }

        boolean lacks(ImageScorer scorer) {
            return refusal == null
                    && !scorer.scores().keySet().stream()
                            .allMatch(name -> scorer.id().equals(image.known().get(name)));
        }

        RecentScores.Key key(ImageScorer scorer) {
            return new RecentScores.Key(
                    scorer.id(), image.pixels(), scorer.readsText() ? image.text() : Optional.empty());
        }

        Input input() {
            if (input == null) {
                input = new Input(image.image().get(), image.text());
            }
            return input;
        }

        void take(ImageScorer scorer, Outcome outcome) {
            outcome.scores().forEach((name, value) -> {
                scores.put(name, value.floatValue());
                models.put(name, scorer.id());
            });
            refusal = outcome.refusal();
        }

        Scored scored() {
            return new Scored(scores, models, Optional.ofNullable(refusal));
        }
    }

    @Override
    public void close() {
        scorers.forEach(CheckedScorer::close);
    }
}

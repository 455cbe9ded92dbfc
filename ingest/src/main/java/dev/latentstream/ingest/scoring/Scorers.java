package dev.latentstream.ingest.scoring;

import ai.djl.Device;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.scoring.CheckedScorer.Outcome;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.runtime.AttemptLog;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.RejectionReason;
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
    /** Deaths of the process after which an image is set aside. */
    private static final int MAX_FAILURES = 2;

    private final List<CheckedScorer> scorers = new ArrayList<>();
    private final Map<String, Optional<ScoreBound>> bounds = new LinkedHashMap<>();
    private final Map<String, String> models = new HashMap<>();
    private final RecentScores recent = new RecentScores();
    private final @Nullable AttemptLog attempts;

    private Scorers(@Nullable AttemptLog attempts) {
        this.attempts = attempts;
    }

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
     * @param attempts notes which images are being scored, so that one of which the process dies is set aside; null for no notes
     * @throws SettingsException if one is faulty; the message names the file, value and bound
     * @throws IOException if a file cannot be read
     */
    public static Scorers open(
            ScoringSettings settings, Device device, Set<String> reserved, @Nullable AttemptLog attempts)
            throws IOException {
        Scorers scorers = new Scorers(attempts);
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
    public static Scorers of(List<? extends ImageScorer> models, Set<String> reserved, @Nullable AttemptLog attempts) {
        Scorers scorers = new Scorers(attempts);
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
            models.put(name, scorer.id());
        });
        checked.check();
    }

    /** The scores of all models by name, each with the bound beyond which an image is refused where the policy has none. */
    public Map<String, Optional<ScoreBound>> bounds() {
        return bounds;
    }

    /** Returns the id of the model of each score. */
    public Map<String, String> models() {
        return models;
    }

    /**
     * Scores images with the models whose scores they lack. An image that a model cannot score is not given to the next ones.
     *
     * <p>One that was being scored when the process died is scored alone the next time, so that a second death has no other cause; after
     * that it is refused.
     */
    public List<Scored> score(List<ToScore> images) {
        List<Progress> all = images.stream().map(Progress::new).toList();
        if (attempts == null) {
            run(all);
        } else {
            noted(attempts, all);
        }
        return all.stream().map(Progress::scored).toList();
    }

    private void noted(AttemptLog log, List<Progress> all) {
        List<Progress> together = new ArrayList<>();
        List<Progress> suspects = new ArrayList<>();
        for (Progress image : all) {
            int failures = log.failures(image.pixels());
            if (failures >= MAX_FAILURES) {
                image.refuse(crashed(failures));
            } else {
                (failures == 0 ? together : suspects).add(image);
            }
        }
        noted(log, together, () -> run(together));
        for (Progress suspect : suspects) {
            noted(log, List.of(suspect), () -> run(List.of(suspect)));
            log.forgive(suspect.pixels());
        }
    }

    private static void noted(AttemptLog log, List<Progress> images, Runnable scoring) {
        log.begin(images.stream().map(Progress::pixels).toList());
        try {
            scoring.run();
        } finally {
            log.end(); // an exception stops the stage in good order
        }
    }

    private static Refusal crashed(int failures) {
        return new Refusal(
                RejectionReason.CRASHED,
                "%d failed attempts".formatted(failures),
                "%d".formatted(MAX_FAILURES - 1),
                "scoring it ended the process each time; it is not tried again");
    }

    private void run(List<Progress> images) {
        for (CheckedScorer scorer : scorers) {
            List<Progress> lacking = images.stream()
                    .filter(image -> image.lacks(scorer.scorer()))
                    .toList();
            score(scorer, lacking);
        }
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

        String pixels() {
            return image.pixels();
        }

        void refuse(Refusal found) {
            refusal = found;
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
        if (attempts != null) {
            attempts.close();
        }
    }
}

package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.scoring.CheckedScorer.Outcome;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.settings.SettingsException;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedScorerTest {
    private static final Input SOUND = TestModels.plain(128, 0, 0);
    private static final Input NO_NUMBER = TestModels.plain(0, 0, 0);
    private static final Input ERROR = TestModels.plain(128, 255, 0);
    private static final Input ENDLESS = TestModels.plain(128, 0, 255);

    @TempDir
    private Path folder;

    @Test
    void eachImageThatTheModelCannotScoreHasItsReasonAndTheOthersHaveTheirScores() throws IOException {
        try (CheckedScorer scorer = faulty()) {
            List<Outcome> outcomes = scorer.score(List.of(SOUND, NO_NUMBER, SOUND, ERROR, SOUND, ENDLESS, SOUND));

            for (int sound : new int[] {0, 2, 4, 6}) {
                assertThat(outcomes.get(sound).refusal()).isNull();
                assertThat(outcomes.get(sound).scores().get("redness")).isCloseTo(128 / 255.0, within(1e-5));
            }
            assertThat(refusal(outcomes, 1).reason()).isEqualTo(RejectionReason.SCORE);
            assertThat(refusal(outcomes, 1).value()).isEqualTo("NaN");
            assertThat(refusal(outcomes, 1).bound()).isEqualTo("a finite number");
            assertThat(refusal(outcomes, 1).detail()).isEqualTo("faulty: the score redness is no finite number");
            assertThat(refusal(outcomes, 3).reason()).isEqualTo(RejectionReason.SCORE);
            assertThat(refusal(outcomes, 3).detail())
                    .startsWith("faulty failed: ")
                    .contains("out of");
            assertThat(refusal(outcomes, 5).reason()).isEqualTo(RejectionReason.TOO_SLOW);
            assertThat(refusal(outcomes, 5).value()).isEqualTo("no score in time");
            assertThat(refusal(outcomes, 5).bound()).isEqualTo("200 ms");
        }
    }

    @Test
    void theModelScoresTheNextImagesAfterARunThatWasEnded() throws IOException {
        try (CheckedScorer scorer = faulty()) {
            scorer.score(List.of(ENDLESS));

            assertThat(scorer.score(List.of(SOUND)).get(0).refusal()).isNull();
        }
    }

    @Test
    void scoresThatDependOnTheBatchAreFoundAtTheStart() throws IOException {
        String yaml = "input: {size: 8}\nscores: {relative: output(score)}\n";
        Path batches = TestModels.folder(folder, "batch", yaml);

        assertThatThrownBy(() -> TestModels.open(batches))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("batch: the score relative of an image is 1.0 alone and ")
                .hasMessageEndingWith(" in a batch: set max-batch to 1");

        TestModels.open(TestModels.folder(folder, "batch", yaml + "max-batch: 1\n"))
                .close();
    }

    @Test
    void aModelThatCanScoreNothingAnyMoreStopsTheStageInsteadOfRefusingItsImages() {
        CheckedScorer scorer = new CheckedScorer(new Breaking());
        scorer.check();

        assertThat(scorer.score(List.of(SOUND)).get(0).refusal()).isNull();
        assertThatThrownBy(() -> scorer.score(List.of(SOUND, SOUND)))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining("breaking cannot score a reference image: the device is lost");
    }

    @Test
    void anImageOnWhichALibraryFailsWithAnErrorOfItsOwnIsRefused() {
        CheckedScorer scorer = new CheckedScorer(new Refusing());
        scorer.check();

        List<Outcome> outcomes = scorer.score(List.of(SOUND, ERROR));

        assertThat(outcomes.get(0).refusal()).isNull();
        assertThat(refusal(outcomes, 1).reason()).isEqualTo(RejectionReason.SCORE);
        assertThat(refusal(outcomes, 1).detail()).isEqualTo("refusing: no contour of this size");
    }

    private CheckedScorer faulty() throws IOException {
        CheckedScorer scorer = new CheckedScorer(OnnxScorer.open(
                ModelFolder.read(TestModels.folder(folder, "faulty", TestModels.FAULTY)), Device.cpu(), 1));
        scorer.check();
        return scorer;
    }

    /** Breaks at its fifth call. */
    private static final class Breaking extends Width {
        private int calls;

        Breaking() {
            super("breaking");
        }

        @Override
        public List<Map<String, Double>> score(List<Input> images) {
            calls++;
            if (calls > 4) {
                throw new IllegalStateException("the device is lost");
            }
            return super.score(images);
        }
    }

    /** Fails on one image, with an exception that no interface names. */
    private static final class Refusing extends Width {
        Refusing() {
            super("refusing");
        }

        @Override
        public List<Map<String, Double>> score(List<Input> images) {
            if (images.contains(ERROR)) {
                throw new IllegalArgumentException("refusing: no contour of this size");
            }
            return super.score(images);
        }
    }

    /** Scores the width of an image. */
    private abstract static class Width implements ImageScorer {
        private final String name;

        Width(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String id() {
            return name + "-1";
        }

        @Override
        public Map<String, Optional<ScoreBound>> scores() {
            return Map.of("width", Optional.empty());
        }

        @Override
        public int maxBatch() {
            return 2;
        }

        @Override
        public List<Map<String, Double>> score(List<Input> images) {
            return images.stream()
                    .map(Input::image)
                    .map(RgbImage::width)
                    .map(width -> Map.of("width", (double) width))
                    .toList();
        }

        @Override
        public void close() {}
    }

    private static Refusal refusal(List<Outcome> outcomes, int index) {
        return Objects.requireNonNull(outcomes.get(index).refusal());
    }
}

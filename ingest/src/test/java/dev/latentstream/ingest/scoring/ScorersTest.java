package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.scoring.Scorers.ToScore;
import dev.latentstream.runtime.AttemptLog;
import dev.latentstream.schemas.RejectionReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScorersTest {
    private static final String GOOD = "a".repeat(64);
    private static final String FATAL = "b".repeat(64);
    private static final String OTHER = "c".repeat(64);

    @TempDir
    private Path folder;

    private final List<Integer> calls = new ArrayList<>();

    @Test
    void anImageOfWhichTheProcessDiedTwiceIsRefusedAndThoseOfItsBatchAreScoredAlone() {
        dieOf(GOOD, FATAL); // in a batch
        dieOf(FATAL); // alone

        List<Scored> scored = score(GOOD, FATAL, OTHER);

        Refusal refusal = scored.get(1).refusal().orElseThrow();
        assertThat(refusal.reason()).isEqualTo(RejectionReason.CRASHED);
        assertThat(refusal.value()).isEqualTo("2 failed attempts");
        assertThat(scored.get(1).scores()).isEmpty();
        assertThat(List.of(scored.get(0), scored.get(2))).allSatisfy(other -> {
            assertThat(other.refusal()).isEmpty();
            assertThat(other.scores()).containsOnlyKeys("width");
        });
        assertThat(calls).containsExactly(1, 1);
    }

    @Test
    void aSuspectThatCanBeScoredIsNoSuspectAfterwards() {
        dieOf(GOOD, OTHER);

        assertThat(score(GOOD, OTHER)).allMatch(image -> image.refusal().isEmpty());
        assertThat(calls).as("each alone").containsExactly(1, 1);
        calls.clear();

        assertThat(score(GOOD, OTHER)).allMatch(image -> image.refusal().isEmpty());
        assertThat(calls).containsExactly(2);
        dieOf(GOOD);
        assertThat(score(GOOD).get(0).refusal())
                .as("the success between two deaths counts")
                .isEmpty();
    }

    private void dieOf(String... images) {
        log().begin(List.of(images)); // and no end
    }

    private List<Scored> score(String... images) {
        try (Scorers scorers = Scorers.of(List.of(new Width()), Set.of(), log())) {
            calls.clear(); // those on reference images
            return scorers.score(List.of(images).stream()
                    .map(pixels -> new ToScore(pixels, Map.of(), Optional.empty(), () -> TestModels.plain(1, 2, 3)
                            .image()))
                    .toList());
        }
    }

    private AttemptLog log() {
        return AttemptLog.open(folder, "test", 4);
    }

    private final class Width implements ImageScorer {
        @Override
        public String name() {
            return "width";
        }

        @Override
        public String id() {
            return "width-1";
        }

        @Override
        public Map<String, Optional<ScoreBound>> scores() {
            return Map.of("width", Optional.empty());
        }

        @Override
        public int maxBatch() {
            return 4;
        }

        @Override
        public List<Map<String, Double>> score(List<Input> images) {
            calls.add(images.size());
            return images.stream()
                    .map(image -> Map.of("width", (double) image.image().width()))
                    .toList();
        }

        @Override
        public void close() {}
    }
}

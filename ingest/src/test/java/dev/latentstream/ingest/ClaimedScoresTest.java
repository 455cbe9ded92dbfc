package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores in records of {@code images-raw}, which whoever writes there has claimed. */
class ClaimedScoresTest extends ScoringFixture {
    static Stream<Arguments> claims() {
        return Stream.of(
                arguments("of another model", Map.of("redness", 0f), Map.of("redness", "redness-0")),
                arguments("of a model without a score", Map.of(), Map.of("redness", "redness-1")),
                arguments("that is no number", Map.of("redness", Float.NaN), Map.of("redness", "redness-1")),
                arguments("without a model", Map.of("redness", 0f), Map.of()),
                arguments("of a name of ingest", Map.of("sharpness", 1e9f), Map.of("sharpness", "redness-1")),
                arguments("of a name of nobody", Map.of("beauty", 10f), Map.of("beauty", "beauty-1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("claims")
    void aClaimedScoreCountsForNothing(String claim, Map<String, Float> scores, Map<String, String> models) {
        for (byte[] file : List.of(RED, PINK)) {
            ingest.send(RawImage.newBuilder(IngestDriver.raw(file))
                    .setScores(scores)
                    .setScoreModels(models)
                    .build());
        }
        score();

        assertThat(ingest.images().readKeyValuesToList()).singleElement().satisfies(admitted -> {
            assertThat(admitted.key).isEqualTo(IngestDriver.id(PINK));
            assertThat(admitted.value.getScores())
                    .containsOnlyKeys("redness", "sharpness", "contrast", "flatness")
                    .containsEntry("redness", 204 / 255f)
                    .containsEntry("sharpness", 0f);
            assertThat(admitted.value.getScoreModels()).containsOnly(Map.entry("redness", "redness-1"));
        });
        assertThat(ingest.quarantine().readKeyValuesToList())
                .singleElement()
                .satisfies(kept -> assertThat(kept.value.getScores()).containsOnly(Map.entry("redness", 1f)));
    }

    @Test
    void withoutModelsNoScoreOfARecordIsTaken(@TempDir Path other) {
        try (IngestDriver without = new IngestDriver(other, new IngestSettings())) {
            RawImage claiming = RawImage.newBuilder(IngestDriver.raw(RED))
                    .setScores(Map.of("redness", 0f))
                    .setScoreModels(Map.of("redness", "redness-1"))
                    .build();
            without.requireSide(2, 200);
            without.send(claiming);
            without.requireSide(3, 32);
            without.send(claiming);

            RawImage kept = without.quarantine().readValue();
            assertThat(kept.getScores()).isEmpty();
            assertThat(kept.getScoreModels()).isEmpty();
            Image admitted = without.images().readValue();
            assertThat(admitted.getScores()).containsOnlyKeys("sharpness", "contrast", "flatness");
            assertThat(admitted.getScoreModels()).isEmpty();
        }
    }
}

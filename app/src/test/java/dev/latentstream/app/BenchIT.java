package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark, as small as possible. */
class BenchIT {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void benchTimesEveryStageOnBothSides() throws Exception {
        Files.writeString(folder.resolve("small.yaml"), """
                captioning:
                  batch: {batch-size: 4}
                encoder:
                  batch: {batch-size: 4}
                trainer:
                  batch-size: 2
                  backbone: {name: sdxl-td4_4, scale: tiny}
                  feed: {minimum: 2, shuffle: 8}
                  samples: {prompts: [a red house], sampler-steps: 1}
                """);

        Ended bench = CommandProcess.run(
                folder, List.of("bench", "--count=16", "--steps=4", "--rounds=1", "--config=small.yaml", "--json"));

        assertThat(bench.exitCode()).as("%s", bench).isZero();
        assertThat(bench.err()).allSatisfy(line -> assertThat(line).startsWith("bench: "));
        JsonNode report = bench.json();
        assertThat(report.path("stages").findValuesAsText("stage")).containsExactly("INGEST", "CAPTIONING", "ENCODING");
        for (JsonNode stage : report.path("stages")) {
            JsonNode round = stage.path("rounds").get(0);
            assertThat(stage.path("images").asInt()).isEqualTo(16);
            assertThat(stage.path("rounds")).hasSize(1);
            for (String side : List.of("bare", "kafka")) {
                assertThat(round.path(side).path("images_per_second").asDouble())
                        .as("%s of %s", side, stage)
                        .isPositive();
            }
        }
        assertThat(report.path("waiting").path("steps").asInt()).isEqualTo(4);
        assertThat(report.path("waiting").path("batch_size").asInt()).isEqualTo(2);
        assertThat(report.path("waiting").path("rounds").get(0).path("share").asDouble())
                .isBetween(0.0, 1.0);
    }
}

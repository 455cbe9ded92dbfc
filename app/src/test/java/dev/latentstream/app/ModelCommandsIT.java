package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.testing.MixedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that need no running cluster, each run as small as possible, and the first of each kind in a process. */
class ModelCommandsIT {
    private static final Commands AGAIN = new Commands();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeImages() throws Exception {
        MixedFiles files = MixedFiles.write(folder.resolve("mixed"));
        Path images = Files.createDirectory(folder.resolve("images"));
        Files.copy(files.file("scene-00.jpg"), images.resolve("first.jpg"));
        Files.copy(files.file("scene-01.png"), images.resolve("second.png"));
        Files.writeString(images.resolve("notes.txt"), "not an image");
    }

    @Test
    void evaluateMeasuresTheShippedAutoencoder() throws Exception {
        JsonNode figures = json("models", "evaluate", "vae", "--scenes=3", "--json");

        assertThat(figures.path("scenes").asInt()).isEqualTo(3);
        assertThat(figures.path("meanPsnr").asDouble()).isBetween(20.0, 40.0); // 24.6 of many scenes
    }

    @Test
    void evaluateMeasuresTheShippedCaptioner() throws Exception {
        JsonNode figures = AGAIN.succeed("models", "evaluate", "captioner", "--scenes=3", "--json")
                .json();

        assertThat(figures.path("scenes").asInt()).isEqualTo(3);
        for (String prompt : List.of("a detailed caption:", "a caption:", "a short caption:")) {
            assertThat(figures.path(prompt).path("nounPrecision").asDouble())
                    .as(prompt)
                    .isBetween(0.4, 1.0); // 0.8 to 0.9 of many scenes
            assertThat(figures.path(prompt).path("nounsPerCaption").asDouble())
                    .as(prompt)
                    .isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void evaluateMeasuresWhatSamplesOfTheShippedBackboneShow() throws Exception {
        JsonNode figures = AGAIN.succeed("models", "evaluate", "backbone", "--scenes=10", "--json")
                .json();

        assertThat(figures.path("meanLoss").asDouble()).isBetween(0.1, 0.4);
        for (String images : List.of("samples", "drawings")) {
            JsonNode shown = figures.path(images);
            assertThat(shown.path("prompts").asInt()).isEqualTo(10);
            assertThat(shown.path("backgroundRecognised").asDouble()).as(images).isBetween(0.7, 1.0);
        }
        assertThat(figures.path("drawings").path("colouredObjectRecognised").asDouble())
                .isBetween(0.7, 1.0);
    }

    @Test
    void aPretrainedAutoencoderReconstructsWorseThanTheShippedOne() throws Exception {
        Ended trained = run("models", "pretrain", "vae", "--steps=2", "--work=work", "--out=trained");
        assertThat(trained.out()).anySatisfy(line -> assertThat(line).startsWith("step 2/2 loss "));
        assertThat(trained.out()).endsWith("Trained: trained");

        JsonNode own = json("models", "reconstruct", "--vae=trained", "--images=images", "--size=64", "--json");
        JsonNode shipped = AGAIN.succeed(
                        "models", "reconstruct", "--images=" + folder.resolve("images"), "--size=64", "--json")
                .json();

        for (JsonNode report : List.of(own, shipped)) {
            assertThat(report.path("images").findValuesAsText("file")).containsExactly("first.jpg", "second.png");
            assertThat(report.path("size").asInt()).isEqualTo(64);
            double sum = report.path("images").findValues("psnr").stream()
                    .mapToDouble(JsonNode::asDouble)
                    .sum();
            assertThat(report.path("meanPsnr").asDouble()).isEqualTo(sum / 2);
        }
        assertThat(own.path("vae").asText()).isNotEqualTo(shipped.path("vae").asText());
        assertThat(shipped.path("meanPsnr").asDouble())
                .isGreaterThan(own.path("meanPsnr").asDouble() + 5);
    }

    /** The parameter count is that of SDXL's public checkpoint. */
    @Test
    void listNamesTheNetworksWithTheirSizes() throws Exception {
        JsonNode networks = json("models", "list", "--json");

        JsonNode sdxl = CommandProcess.element(networks, "name", "sdxl-base");
        assertThat(sdxl.path("parameters").asLong()).isEqualTo(2_567_463_684L);
        assertThat(sdxl.path("training_bytes_fp32").asLong()).isEqualTo(20 * 2_567_463_684L);
        assertThat(AGAIN.succeed("models", "list").text()).contains("sdxl-base", "2,567,463,684");
    }

    private static JsonNode json(String... arguments) throws Exception {
        return run(arguments).json();
    }

    private static Ended run(String... arguments) throws Exception {
        Ended ended = CommandProcess.run(folder, new ArrayList<>(List.of(arguments)));
        assertThat(ended.exitCode()).as("%s", ended).isZero();
        assertThat(ended.err()).isEmpty();
        return ended;
    }
}

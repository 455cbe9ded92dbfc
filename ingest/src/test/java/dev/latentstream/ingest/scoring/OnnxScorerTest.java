package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.runtime.settings.SettingsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxScorerTest {
    private static final String COLOURS = """
            input:
              size: 8
              mean: [0.485, 0.456, 0.406]
              std: [0.229, 0.224, 0.225]
            output:
              name: logits
              activation: softmax
              labels: [red, green, blue]
            scores:
              red: p(red)
              green: p(green)
              warm: p(red) + p(green) > 0.9
              bright: output(brightness) < -3
            """;

    @TempDir
    private Path folder;

    /** Against {@code tools/reference/onnx_models.py}. */
    @Test
    void scoresAreThoseOfOnnxRuntimeAfterTheSamePreprocessing() throws IOException {
        JsonNode reference = new ObjectMapper().readTree(resource("colours/reference.json"));
        Input image = new Input(RgbImage.decode(ByteBuffer.wrap(resource("colours/image.png"))), Optional.empty());

        try (OnnxScorer scorer = open("colours", COLOURS)) {
            Map<String, Double> scores = scorer.score(List.of(image)).get(0);

            double red = reference.get("probabilities").get(0).asDouble();
            double green = reference.get("probabilities").get(1).asDouble();
            assertThat(scores).containsOnlyKeys("red", "green", "warm", "bright");
            assertThat(scores.get("red")).isCloseTo(red, within(1e-5));
            assertThat(scores.get("green")).isCloseTo(green, within(1e-5));
            assertThat(scores.get("warm")).isCloseTo(red + green, within(1e-5));
            assertThat(scores.get("bright"))
                    .isCloseTo(reference.get("brightness").asDouble(), within(1e-5));
            assertThat(scorer.scores())
                    .containsEntry("warm", Optional.of(new ScoreBound(true, 0.9)))
                    .containsEntry("bright", Optional.of(new ScoreBound(false, -3)))
                    .containsEntry("red", Optional.empty());
        }
    }

    @Test
    void theIdDependsOnEveryFileOfTheFolder() throws IOException {
        String first;
        try (OnnxScorer scorer = open("colours", COLOURS)) {
            first = scorer.id();
        }
        try (OnnxScorer scorer = open("colours", COLOURS)) {
            assertThat(scorer.id()).isEqualTo(first).startsWith("colours-");
        }
        try (OnnxScorer scorer = open("colours", COLOURS.replace("0.9", "0.8"))) {
            assertThat(scorer.id()).isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            size: 8             | size: 16                 | the input has the shape [-1, 3, 8, 8], not [16, 3, 16, 16]: input.size 16 or input.layout nchw is wrong
            size: 8             | 'size: 8, layout: nhwc'  | the input has the shape [-1, 3, 8, 8], not [16, 8, 8, 3]: input.size 8 or input.layout nhwc is wrong
            'red, green, blue'  | 'red, green'             | the output logits has 3 elements for each image, not one for each of 2 labels
            'name: logits'      | 'name: logit'            | the network has no output logit but logits, brightness
            output(brightness)  | output(light)            | the network has no output light but logits, brightness
            output(brightness)  | 'output(brightness, 1)'  | the output brightness has 1 elements for each image, none at 1
            activation: softmax | activation: none         | is not a probability: is output.activation none right?
            p(red) + p(green)   | p(read) + p(green)       | the label "read" is not among red, green, blue
            'warm:'             | 'Warm Colours:'          | the name "Warm Colours" is not lower-case letters, digits and single hyphens
            std: [0.229         | std: [0                  | deviations [0.0, 0.224, 0.225] are not all above 0
            size: 8             | 'size: 8, resize-to: 4'  | resize-to 4 is not between 8 and 8192
            'red: p(red)'       | 'sharpness: p(red)'      | the score sharpness has a name that ingest uses
            softmax             | softmacks                | "softmacks" is not one of none, softmax, sigmoid
            """)
    void aModelThatDoesNotFitItsSettingsIsRefusedAtTheStart(String right, String wrong, String message)
            throws IOException {
        String yaml = COLOURS.replace("input:\n  size: 8\n", "input:\n  " + "size: 8" + "\n")
                .replace(right, wrong.replace(", ", right.startsWith("size") ? "\n  " : ", "));
        Path model = TestModels.folder(folder, "colours", yaml);

        assertThatThrownBy(() -> TestModels.open(model).close())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("colours");
    }

    @Test
    void aModelWithoutScoresOrWithoutItsFileIsRefused() throws IOException {
        Path without = TestModels.folder(folder, "colours", "input: {size: 8}");
        assertThatThrownBy(() -> TestModels.open(without)).hasMessageContaining("scores is empty");

        Path missing = TestModels.folder(folder, "single", "file: other.onnx\nscores: {a: output(score)}");
        assertThatThrownBy(() -> TestModels.open(missing)).hasMessageContaining("the folder has no file other.onnx");

        assertThatThrownBy(() -> TestModels.open(folder.resolve("absent")))
                .hasMessageContaining("absent/model.yaml cannot be read");
    }

    @Test
    void aFileThatIsNoNetworkIsRefused() throws IOException {
        Path model = TestModels.folder(folder, "single", "scores: {a: output(score)}");
        Files.writeString(model.resolve("model.onnx"), "no network");

        assertThatThrownBy(() -> TestModels.open(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("model.onnx cannot be loaded: Protobuf parsing failed");
    }

    @Test
    void theCauseIsNamedWithoutThePlaceInOnnxRuntime() throws IOException {
        Path model = TestModels.folder(folder, "single", "scores: {a: output(score)}");
        Files.write(model.resolve("model.onnx"), new byte[0]);

        assertThatThrownBy(() -> TestModels.open(model))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("model.onnx cannot be loaded: ModelProto does not have a graph.");
    }

    @Test
    void aNetworkThatTakesOneImageNeedsBatchesOfOne() throws IOException {
        String yaml = "input: {size: 8}\nscores: {brightness: output(score)}\n";

        Path batches = TestModels.folder(folder, "single", yaml);
        assertThatThrownBy(() -> TestModels.open(batches))
                .hasMessageContaining("max-batch 16: the input takes exactly 1 images");

        try (OnnxScorer scorer = open("single", yaml + "max-batch: 1\n")) {
            assertThat(scorer.score(List.of(TestModels.plain(51, 51, 51)))
                            .get(0)
                            .get("brightness"))
                    .isCloseTo(0.2, within(1e-6));
        }
    }

    @Test
    void twoModelsCannotHaveAScoreOfOneName() throws IOException {
        Path one = TestModels.folder(folder.resolve("1"), "colours", COLOURS);
        Path other = TestModels.folder(folder.resolve("2"), "colours", COLOURS);

        assertThatThrownBy(() -> TestModels.open(one, other))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("has the name of another model's score");
    }

    private OnnxScorer open(String network, String yaml) throws IOException {
        return OnnxScorer.open(ModelFolder.read(TestModels.folder(folder, network, yaml)), Device.cpu(), 1);
    }

    private static byte[] resource(String name) throws IOException {
        return OnnxScorerTest.class.getResourceAsStream(name).readAllBytes();
    }
}

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
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tiny CLIP with a head for aesthetics, against {@code tools/reference/clip_onnx.py}, which computes the same in transformers. */
class AgreementTest {
    private static final String YAML = """
            input: {size: 16, resampling: bicubic, mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711]}
            text: {length: 12}
            scores:
              agreement: 100 * cosine(image_embeds, text_embeds) < 20
              aesthetic: output(aesthetic)
            """;

    @TempDir
    private Path folder;

    private JsonNode reference;

    @BeforeEach
    void copyNetwork() throws IOException {
        Files.write(folder.resolve("model.onnx"), resource("model.onnx"));
        Files.write(folder.resolve("tokenizer.json"), resource("tokenizer.json"));
        reference = new ObjectMapper().readTree(resource("reference.json"));
    }

    @Test
    void theScoresOfImagesWithTheirTextsAreThoseOfTransformers() throws IOException {
        List<Input> inputs = new ArrayList<>();
        List<JsonNode> expected = new ArrayList<>();
        List<Double> cosines = new ArrayList<>();
        for (Map.Entry<String, JsonNode> image : reference.get("images").properties()) {
            for (int i = 0; i < reference.get("texts").size(); i++) {
                inputs.add(input(image.getKey(), reference.get("texts").get(i).asText()));
                expected.add(image.getValue());
                cosines.add(image.getValue().get("cosines").get(i).asDouble());
            }
        }

        try (OnnxScorer scorer = open(YAML)) {
            List<Map<String, Double>> scores = scorer.score(inputs);

            for (int i = 0; i < scores.size(); i++) {
                assertThat(scores.get(i).get("agreement"))
                        .as("pair %d", i)
                        .isCloseTo(100 * cosines.get(i), within(2e-3));
                assertThat(scores.get(i).get("aesthetic"))
                        .isCloseTo(expected.get(i).get("aesthetic").asDouble(), within(2e-5));
            }
            assertThat(scorer.readsText()).isTrue();
        }
        assertThat(cosines).as("the texts matter").doesNotHaveDuplicates();
    }

    @Test
    void anImageWithoutATextHasNoScoreThatDependsOnOne() throws IOException {
        Input without = new Input(input("waves", "").image(), Optional.empty());

        try (OnnxScorer scorer = open(YAML)) {
            List<Map<String, Double>> scores = scorer.score(List.of(without, input("waves", "a red square")));

            assertThat(scores.get(0)).containsOnlyKeys("aesthetic");
            assertThat(scores.get(1)).containsOnlyKeys("aesthetic", "agreement");
            assertThat(scores.get(0).get("aesthetic")).isCloseTo(scores.get(1).get("aesthetic"), within(1e-6));
        }
    }

    @Test
    void aModelWhoseRulesReadNoTextDoesNotDependOnIt() throws IOException {
        try (OnnxScorer scorer = open(YAML.replaceFirst("  agreement.*\n", ""))) {
            assertThat(scorer.readsText()).isFalse();
        }
    }

    @Test
    void aTextBeyondAnyLengthIsCut() throws IOException {
        try (OnnxScorer scorer = open(YAML)) {
            double cut = agreement(scorer, "a red square and ".repeat(100_000));
            double shorter = agreement(scorer, "  " + "a red square and ".repeat(20));

            assertThat(cut).isCloseTo(shorter, within(1e-4));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'text: {length: 12}' | ''                                 | the network has 3 inputs (pixel_values, input_ids, attention_mask), not 1
            'text: {length: 12}' | 'text: {length: 77}'               | text.ids: the input input_ids is INT64 of shape [-1, 12], not INT64 of shape [16, 77]
            'length: 12'         | 'length: 12, ids: tokens'          | the network has 2 inputs (pixel_values, input_ids), not 1 beside those of texts
            'length: 12'         | 'length: 12, tokenizer: vocab.txt' | text.tokenizer: the folder has no file vocab.txt
            'length: 12'         | 'length: 12, tokenizer: model.onnx' | model.onnx: not a tokenizer
            'text_embeds)'       | 'text)'                            | the network has no output text but image_embeds, text_embeds, aesthetic
            'text_embeds)'       | 'aesthetic)'                       | cosine: the outputs have 20 elements and 1
            """)
    void aModelThatDoesNotFitItsSettingsIsRefusedAtTheStart(String right, String wrong, String message)
            throws IOException {
        Files.writeString(folder.resolve("model.yaml"), YAML.replace(right, wrong));

        assertThatThrownBy(() -> TestModels.open(folder).close())
                .isInstanceOfAny(SettingsException.class, IOException.class)
                .hasMessageContaining(message);
    }

    private double agreement(OnnxScorer scorer, String text) throws IOException {
        return Objects.requireNonNull(
                scorer.score(List.of(input("waves", text))).get(0).get("agreement"));
    }

    private OnnxScorer open(String yaml) throws IOException {
        Files.writeString(folder.resolve("model.yaml"), yaml);
        return OnnxScorer.open(ModelFolder.read(folder), Device.cpu(), 1);
    }

    private static Input input(String image, String text) throws IOException {
        return new Input(RgbImage.decode(ByteBuffer.wrap(resource(image + ".png"))), Optional.of(text));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = AgreementTest.class.getResourceAsStream("clip/" + name)) {
            return file.readAllBytes();
        }
    }
}

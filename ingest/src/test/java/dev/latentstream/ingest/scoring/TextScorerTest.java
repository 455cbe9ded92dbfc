package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.models.onnx.TimeLimitException;
import dev.latentstream.runtime.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks of PP-OCR version 4 on drawings and photographs, against {@code tools/reference/text_scores.py}, which runs RapidOCR. */
class TextScorerTest {
    private static final Path PHOTOS = Path.of("../../shared/assets/photos"); // tests run in the module's folder

    private static final String YAML = """
            ocr:
              detection: ch_PP-OCRv4_det_infer.onnx
              direction: ch_ppocr_mobile_v2.0_cls_infer.onnx
              recognition: ch_PP-OCRv4_rec_infer.onnx
            """;

    @TempDir
    private static Path folder;

    private static JsonNode references;
    private static ImageScorer all;

    @BeforeAll
    static void openNetworks() throws IOException {
        for (String name : List.of(
                "ch_PP-OCRv4_det_infer.onnx", "ch_ppocr_mobile_v2.0_cls_infer.onnx", "ch_PP-OCRv4_rec_infer.onnx")) {
            try (InputStream file = TextScorerTest.class.getResourceAsStream("/models/" + name)) {
                Files.copy(file, folder.resolve(name));
            }
        }
        references = new ObjectMapper().readTree(resource("reference.json"));
        all = open(YAML + "scores: {area: output(area), confidence: output(confidence), lines: output(lines)}\n");
    }

    @AfterAll
    static void close() {
        all.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "caption", "watermark", "turned", "banner", "rings"})
    void theTextOfDrawingsIsThatOfTheReference(String name) throws IOException {
        assertLikeReference(name + ".png", resource(name + ".png"));
    }

    /** Among them a football, on which the detector finds a fifth of the image: nothing can be read there. */
    @ParameterizedTest
    @ValueSource(
            strings = {"000000000790", "000000078499", "000000099053", "000000107438", "000000205401", "000000214753"})
    void theTextOfPhotographsIsThatOfTheReference(String name) throws IOException {
        Path photo = PHOTOS.resolve(name + ".jpg");
        Assumptions.assumeTrue(Files.exists(photo), () -> "skipped: no " + photo);

        assertLikeReference(name + ".jpg", Files.readAllBytes(photo));
    }

    private static void assertLikeReference(String name, byte[] file) {
        JsonNode reference = references.get(name);

        Map<String, Double> scores = all.score(List.of(input(file))).get(0);

        assertThat(scores.get("area")).isCloseTo(reference.get("area").asDouble(), within(1e-4));
        assertThat(scores.get("confidence"))
                .isCloseTo(reference.get("confidence").asDouble(), within(0.01));
        assertThat(scores.get("lines")).isEqualTo(reference.get("lines").asDouble());
    }

    @Test
    void whatIsReadWithLessConfidenceDoesNotCount() throws IOException {
        try (ImageScorer scorer = open(YAML + "  min-confidence: 1\n")) {
            Map<String, Double> scores =
                    scorer.score(List.of(input(resource("caption.png")))).get(0);

            assertThat(scores.get("text-area")).isZero();
            assertThat(scores.get("text-confidence")).isBetween(0.9, 1.0);
        }
    }

    @Test
    void theLargestLinesAreReadFirst() throws IOException {
        String rules = "scores: {area: output(area), lines: output(lines)}\n";
        try (ImageScorer scorer = open(YAML + "  max-lines: 1\n" + rules)) {
            Map<String, Double> scores =
                    scorer.score(List.of(input(resource("caption.png")))).get(0);

            assertThat(scores.get("lines")).isEqualTo(1);
            assertThat(scores.get("area"))
                    .isBetween(
                            0.5 * references.get("caption.png").get("area").asDouble(),
                            0.99 * references.get("caption.png").get("area").asDouble());
        }
    }

    /** Sixteen lines, so that no network runs for half of the time. */
    @Test
    void theTimeLimitIsThatOfTheWholeImage() throws IOException {
        RgbImage line = input(resource("caption.png")).image();
        int height = 45;
        byte[] strip = Arrays.copyOfRange(line.values(), 3 * line.width() * 255, 3 * line.width() * (255 + height));
        ByteBuffer strips = ByteBuffer.allocate(16 * strip.length);
        while (strips.hasRemaining()) {
            strips.put(strip);
        }
        Input text = new Input(new RgbImage(line.width(), 16 * height, strips.array()), Optional.empty());
        long fastest = LongStream.generate(() -> millis(() -> all.score(List.of(text))))
                .limit(3)
                .min()
                .orElseThrow();
        long limit = Math.max(1, fastest / 2);
        try (ImageScorer scorer = open(YAML + "time-limit: %d ms\n".formatted(limit))) {
            assertThatThrownBy(() -> scorer.score(List.of(text)))
                    .isInstanceOf(TimeLimitException.class)
                    .hasMessageEndingWith("took longer than %d ms for an image".formatted(limit));
        }
    }

    private static long millis(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @Test
    void aFolderWithoutRulesHasTheScoresOfAreaAndConfidence() throws IOException {
        Files.writeString(folder.resolve("model.yaml"), YAML + "scores: {text-area: output(area) > 0.05}\n");
        try (Scorers scorers = TestModels.open(folder)) {
            assertThat(scorers.bounds())
                    .containsExactly(Map.entry("text-area", Optional.of(new ScoreBound(true, 0.05))));
        }
        try (ImageScorer scorer = open(YAML)) {
            assertThat(scorer.scores())
                    .containsOnly(
                            Map.entry("text-area", Optional.empty()), Map.entry("text-confidence", Optional.empty()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            direction: ch     | direction: absent                  | ocr.direction: the folder has no file absent_ppocr_mobile_v2.0_cls_infer.onnx
            ocr:              | 'file: a.onnx\nocr:'               | ocr: file, input, text and output are those of another kind of model
            ocr:              | 'scores: {a: output(text)}\nocr:'  | scores.a: there is no output text but [area, confidence, lines]
            ocr:              | 'scores: {a: p(text)}\nocr:'       | the label "text" is not among none
            '  detection: ch' | '  detektion: ch'                  | ocr.detektion
            '_det_'           | '_rec_'                            | ch_PP-OCRv4_rec_infer.onnx
            """)
    void aFolderThatDoesNotFitItsSettingsIsRefusedAtTheStart(String right, String wrong, String message)
            throws IOException {
        Files.writeString(folder.resolve("model.yaml"), YAML.replace(right, wrong.replace("\\n", "\n")));

        assertThatThrownBy(() -> TestModels.open(folder).close())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message);
    }

    private static ImageScorer open(String yaml) throws IOException {
        Files.writeString(folder.resolve("model.yaml"), yaml);
        ModelFolder model = ModelFolder.read(folder);
        ImageScorer scorer =
                TextScorer.open(model, Objects.requireNonNull(model.settings().ocr()), Device.cpu(), 1);
        assertThat(scorer.maxBatch()).isEqualTo(1);
        return scorer;
    }

    private static Input input(byte[] file) {
        return new Input(RgbImage.decode(ByteBuffer.wrap(file)), Optional.empty());
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = TextScorerTest.class.getResourceAsStream("text/" + name)) {
            return file.readAllBytes();
        }
    }
}

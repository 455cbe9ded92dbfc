package dev.latentstream.ingest.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real classifiers on photographs, against {@code tools/reference/photo_scores.py}, which resizes with another library. */
class PhotoScoresTest {
    private static final Path ASSETS = Path.of("../../shared/assets"); // tests run in the module's folder

    @TempDir
    private Path folder;

    private final List<Input> photos = new ArrayList<>();
    private final List<JsonNode> references = new ArrayList<>();

    @BeforeEach
    void readPhotos() throws IOException {
        Assumptions.assumeTrue(
                Files.isDirectory(ASSETS.resolve("photos")), () -> "skipped: no photographs in " + ASSETS);
        JsonNode all;
        try (InputStream reference = PhotoScoresTest.class.getResourceAsStream("photo-scores.json")) {
            all = new ObjectMapper().readTree(reference);
        }
        for (Map.Entry<String, JsonNode> photo : all.properties()) {
            byte[] file = Files.readAllBytes(ASSETS.resolve("photos").resolve(photo.getKey()));
            photos.add(new Input(RgbImage.decode(ByteBuffer.wrap(file)), Optional.empty()));
            references.add(photo.getValue());
        }
    }

    /** Processors without dot products of 8 bits saturate their sums, for the reference as for us. */
    @Test
    void theClassesOfMobileNetAreThoseOfTheReference() throws IOException {
        Path model = asset("classifier/mobilenetv2-12-int8.onnx");
        Files.copy(asset("classifier/imagenet1000.txt"), folder.resolve("imagenet1000.txt"));
        StringBuilder yaml = new StringBuilder("""
                input:
                  size: 224
                  resize-to: 256
                  mean: [0.485, 0.456, 0.406]
                  std: [0.229, 0.224, 0.225]
                output:
                  activation: softmax
                  labels-file: imagenet1000.txt
                scores:
                """);
        for (int i = 0; i < references.size(); i++) {
            yaml.append("  photo-%d: 'p(\"%s\")'\n"
                    .formatted(i, references.get(i).get("label").asText()));
        }

        try (OnnxScorer scorer = open(model, yaml.toString())) {
            List<Map<String, Double>> scores = scorer.score(photos.subList(0, 8));
            assertThat(List.of("probability", "saturated")).anySatisfy(processor -> assertThat(scores)
                    .zipSatisfy(indices(scores), (score, i) -> assertThat(score.get("photo-" + i))
                            .as("photograph %d: %s", i, references.get(i).get("label"))
                            .isCloseTo(references.get(i).get(processor).asDouble(), within(0.01))));
        }
    }

    private static List<Integer> indices(List<?> list) {
        return IntStream.range(0, list.size()).boxed().toList();
    }

    @Test
    void theProbabilitiesOfOpenNsfwAreThoseOfTheReference() throws IOException {
        String yaml = """
                input:
                  size: 224
                  resize-to: 256
                  fit: stretch
                  jpeg-quality: 75
                  layout: nhwc
                  channels: bgr
                  range: 255
                  mean: [123, 117, 104]
                output:
                  labels: [sfw, nsfw]
                scores:
                  nsfw: p(nsfw) > 0.8
                """;
        try (OnnxScorer scorer = open(asset("nsfw/open_nsfw.onnx"), yaml)) {
            for (int i : new int[] {6, 7, 14}) { // those with the highest probabilities
                assertThat(scorer.score(List.of(photos.get(i))).get(0).get("nsfw"))
                        .as("photograph %d", i)
                        .isCloseTo(references.get(i).get("nsfw").asDouble(), within(0.001));
            }
        }
    }

    private OnnxScorer open(Path model, String yaml) throws IOException {
        Files.copy(model, folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("model.yaml"), yaml);
        return OnnxScorer.open(ModelFolder.read(folder), Device.cpu(), 1);
    }

    private static Path asset(String name) {
        Path file = ASSETS.resolve(name);
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: no " + file);
        return file;
    }
}

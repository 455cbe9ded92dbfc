package dev.latentstream.ingest.scoring;

import ai.djl.Device;
import dev.latentstream.ingest.scoring.ImageScorer.Input;
import dev.latentstream.models.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Folders with the networks of {@code tools/reference/onnx_models.py}. */
public final class TestModels {
    /** Settings of the network that is no number, an error or without an end for some images. */
    public static final String FAULTY = """
            input: {size: 8}
            max-batch: 4
            time-limit: 200ms
            scores: {redness: "output(score) > 0.8"}
            """;

    private TestModels() {}

    /** Creates a folder with a network and a {@code model.yaml}. */
    public static Path folder(Path parent, String network, String yaml) throws IOException {
        Path folder = Files.createDirectories(parent.resolve(network));
        try (InputStream file = TestModels.class.getResourceAsStream(network + "/model.onnx")) {
            Files.write(folder.resolve("model.onnx"), file.readAllBytes());
        }
        Files.writeString(folder.resolve("model.yaml"), yaml);
        return folder;
    }

    /** Opens the models of some folders. */
    public static Scorers open(Path... folders) throws IOException {
        return Scorers.open(
                new ScoringSettings().withModels(List.of(folders)), Device.cpu(), Set.of("sharpness"), null);
    }

    /** An image of one colour. */
    public static Input plain(int red, int green, int blue) {
        byte[] values = new byte[3 * 16 * 16];
        for (int i = 0; i < values.length; i += 3) {
            values[i] = (byte) red;
            values[i + 1] = (byte) green;
            values[i + 2] = (byte) blue;
        }
        return new Input(new RgbImage(16, 16, values), Optional.empty());
    }

    static List<Input> plain(int... reds) {
        return Arrays.stream(reds).mapToObj(red -> plain(red, 0, 0)).toList();
    }
}

package dev.latentstream.app.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model that scores how red an image is; it gives no number for some images, fails on others, and does not end on others. */
public final class FaultyModel {
    private static final String NETWORK = "/dev/latentstream/app/faulty.onnx";

    private FaultyModel() {}

    /**
     * Writes the folder of the model.
     *
     * @param folder in which it is made
     * @param timeLimit of a run, as in {@code model.yaml}
     */
    public static Path write(Path folder, String timeLimit) throws IOException {
        Path model = Files.createDirectories(folder.resolve("redness"));
        try (InputStream network = FaultyModel.class.getResourceAsStream(NETWORK)) {
            Files.write(model.resolve("faulty.onnx"), network.readAllBytes());
        }
        Files.writeString(model.resolve("model.yaml"), """
                input: {size: 8}
                max-batch: 4
                time-limit: %s
                scores: {redness: "output(score) > 0.8"}
                """.formatted(timeLimit));
        return model;
    }
}

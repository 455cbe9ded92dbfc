package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.diffusion.DiffusionObjective;
import dev.latentstream.models.diffusion.DiffusionSchedule;
import dev.latentstream.models.diffusion.Prediction;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextEncoderFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A pipeline in half precision and in shards, as diffusers 0.42 and transformers 5.24 save it, against what they compute with it
 * ({@code tools/reference/pipeline.py}).
 */
class CurrentPipelineTest {
    private static final Path PIPELINE = Reference.folder("pipeline");

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private Reference reference;

    @BeforeEach
    void open() throws IOException {
        reference = new Reference(manager, "pipeline");
    }

    @AfterEach
    void close() throws IOException {
        reference.close();
        manager.close();
    }

    @Test
    void itsTextEncoderAgrees() throws IOException {
        JsonNode rows = new ObjectMapper()
                .readTree(Reference.folder("tokenizer-clip")
                        .resolve("reference.json")
                        .toFile());
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            texts.add(rows.get(i).get("text").asText());
        }

        try (TextEncoder encoder = TextEncoderFolder.load(PIPELINE, 0, Device.cpu())) {
            float[] states = encoder.encode(texts).on(manager).states().toFloatArray();

            reference.assertAgrees(states, "states");
        }
    }

    @Test
    void itsUNetAgrees() throws IOException {
        Backbone network = BackboneFolder.load(PIPELINE, manager);

        float[] noise = network.predict(
                        Pass.PLAIN,
                        reference.tensor("latent"),
                        new float[] {1, 500, 999},
                        new Conditioning(reference.tensor("states"), null))
                .toFloatArray();

        reference.assertAgrees(noise, "noise");
    }

    @Test
    void itsAutoencoderAgrees() throws IOException {
        try (Autoencoder autoencoder = Autoencoders.load(PIPELINE, Device.cpu())) {
            reference.assertAgrees(autoencoder.encode(reference.images("image")).values(), "mean");
        }
    }

    @Test
    void itsObjectiveIsThatOfItsScheduler() throws IOException {
        DiffusionObjective noise =
                new DiffusionObjective(DiffusionSchedule.scaledLinear(1000, 0.0001, 0.02), Prediction.NOISE);

        assertThat(noise.differences(PIPELINE)).isEmpty();
    }
}

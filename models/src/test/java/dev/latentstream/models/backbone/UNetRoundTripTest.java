package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.weights.SafetensorsWriter;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A network that was trained here is loaded again, here and in Python.
 *
 * <p>With {@code -DroundTrip=FOLDER} the checkpoints stay there, each with an input and its output; {@code
 * tools/reference/round_trip.py FOLDER} then opens them by diffusers' {@code from_pretrained} and compares.
 */
class UNetRoundTripTest {
    private static final float[] STEPS = {7, 921};

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path temporary;

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "unet-sizes", "unet-if", "unet-mixed"})
    void aTrainedNetworkIsWrittenAndReadAgain(String variant) throws IOException {
        Path folder =
                Path.of(System.getProperty("roundTrip", temporary.toString())).resolve(variant);
        try (UNetReference reference = new UNetReference(manager, variant)) {
            UNet2DConditionModel network = reference.network();
            NDArray noisy = reference.tensor("noisy");
            Conditioning text = reference.maskedText();
            train(network, noisy, text, reference.tensor("wanted"));

            BackboneFolder.save(network, folder, Precision.F32);
            NDArray predicted = predicted(network, noisy, text);
            SafetensorsWriter.write(
                    folder.resolve("made.safetensors"),
                    withInputs(reference, predicted),
                    Map.of("variant", variant),
                    Precision.F32);

            UNet2DConditionModel loaded = UNetReference.load(folder, manager);
            assertThat(loaded.config()).isEqualTo(network.config());
            network.weights().forEach((name, weight) -> {
                assertThat(UNetReference.value(loaded, name)).as(name).isEqualTo(weight.value());
            });
            assertThat(predicted).isNotEqualTo(reference.tensor("predicted_masked")); // it was trained
        }
    }

    private static NDArray predicted(UNet2DConditionModel network, NDArray noisy, Conditioning text) {
        return Torch.withoutGradients(() -> network.forward(Pass.PLAIN, noisy, STEPS, text));
    }

    private static void train(UNet2DConditionModel network, NDArray noisy, Conditioning text, NDArray wanted) {
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < 3; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    Torch.backward(
                            () -> Torch.meanSquaredError(network.forward(Pass.PLAIN, noisy, STEPS, text), wanted));
                    optimiser.step(0.001);
                }
            }
        }
    }

    private static Map<String, NDArray> withInputs(UNetReference reference, NDArray predicted) throws IOException {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        for (String name : reference.inputNames()) {
            tensors.put(name, reference.tensor(name));
        }
        tensors.put("predicted", predicted);
        return tensors;
    }
}

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

/** As {@link UNetRoundTripTest}, for transformers; U-ViT's authors have no mask, so their network attends to all tokens. */
class TransformerRoundTripTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path temporary;

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixart", "pixart-plain", "pixart-shapes", "uvit", "uvit-odd"})
    void aTrainedNetworkIsWrittenAndReadAgain(String variant) throws IOException {
        Path folder =
                Path.of(System.getProperty("roundTrip", temporary.toString())).resolve(variant);
        try (BackboneReference reference = new BackboneReference(manager, variant)) {
            Backbone network = reference.network();
            Conditioning text = network instanceof UViT ? reference.text() : reference.maskedText();
            NDArray before = predicted(network, reference, text);
            train(network, reference, text);

            BackboneFolder.save(network, folder, Precision.F32);
            NDArray predicted = predicted(network, reference, text);
            Map<String, NDArray> made = new LinkedHashMap<>(reference.inputs());
            made.put("predicted", predicted);
            SafetensorsWriter.write(
                    folder.resolve("made.safetensors"), made, Map.of("variant", variant), Precision.F32);

            Backbone loaded = BackboneFolder.load(folder, manager);
            network.weights().forEach((name, weight) -> assertThat(UNetReference.value(loaded, name))
                    .as(name)
                    .isEqualTo(weight.value()));
            assertThat(predicted).isNotEqualTo(before); // it was trained
        }
    }

    private static NDArray predicted(Backbone network, BackboneReference reference, Conditioning text)
            throws IOException {
        NDArray noisy = reference.tensor("noisy");
        return Torch.withoutGradients(() -> network.forward(Pass.PLAIN, noisy, BackboneReference.STEPS, text));
    }

    private static void train(Backbone network, BackboneReference reference, Conditioning text) throws IOException {
        NDArray noisy = reference.tensor("noisy");
        NDArray wanted = reference.tensor("wanted");
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < 3; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    Torch.backward(() -> reference.loss(network, noisy, wanted, text));
                    optimiser.step(0.001);
                }
            }
        }
    }
}

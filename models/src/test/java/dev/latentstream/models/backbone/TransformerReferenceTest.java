package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Gradients;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both transformers against their originals: small random networks that together use every option. */
class TransformerReferenceTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixart", "pixart-plain", "pixart-shapes", "uvit", "uvit-odd"})
    void predictsWhatTheOriginalPredicts(String variant) throws IOException {
        try (BackboneReference reference = new BackboneReference(manager, variant)) {
            Backbone network = reference.network();

            reference.assertPredicts(network, "noisy", reference.text(), "predicted");
            reference.assertPredicts(network, "noisy", reference.maskedText(), "predicted_masked");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixart", "pixart-plain", "pixart-shapes"})
    void predictsForALatentThatIsNotSquare(String variant) throws IOException {
        try (BackboneReference reference = new BackboneReference(manager, variant)) {
            reference.assertPredicts(reference.network(), "wide", reference.maskedText(), "predicted_wide");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixart", "pixart-plain", "pixart-shapes", "uvit", "uvit-odd"})
    void everyGradientIsTheOriginals(String variant) throws IOException {
        try (BackboneReference reference = new BackboneReference(manager, variant)) {
            Backbone network = reference.network();
            NDArray noisy = reference.tensor("noisy");
            NDArray wanted = reference.tensor("wanted");
            Conditioning text = reference.maskedText();

            Gradients.assertAgree(
                    Gradients.of(network, () -> reference.loss(network, noisy, wanted, text)), reference.file());

            float loss = reference.loss(network, noisy, wanted, text).getFloat();
            assertThat(loss).isCloseTo(reference.tensor("loss").toFloatArray()[0], withinPercentage(0.01));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pixart", "pixart-plain", "pixart-shapes", "uvit", "uvit-odd"})
    void gradientsDoNotChangeWhenMemoryIsCollectedBeforeTheBackwardPass(String variant) throws IOException {
        Map<String, float[]> undisturbed = gradients(variant, false);
        double greatest = undisturbed.values().stream()
                .mapToDouble(BackboneReference::greatest)
                .max()
                .orElseThrow();

        gradients(variant, true).forEach((name, gradient) -> {
            float[] expected = Objects.requireNonNull(undisturbed.get(name));
            assertThat(BackboneReference.distance(gradient, expected)).as(name).isLessThan(1e-6 * greatest);
        });
    }

    private Map<String, float[]> gradients(String variant, boolean disturbed) throws IOException {
        try (BackboneReference reference = new BackboneReference(manager, variant)) {
            Backbone network = reference.network();
            NDArray noisy = reference.tensor("noisy");
            NDArray wanted = reference.tensor("wanted");
            Conditioning text = reference.maskedText();
            return Gradients.of(network, () -> reference.loss(network, noisy, wanted, text), disturbed);
        }
    }
}

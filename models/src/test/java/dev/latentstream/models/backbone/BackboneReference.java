package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Reference;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A small transformer with its inputs and outputs, made by the original ({@code pixart.py}, {@code uvit.py}). */
final class BackboneReference implements AutoCloseable {
    static final float[] STEPS = {7, 921};

    private static final float MASKED = -10_000; // what diffusers adds to the attention score of a masked token

    private final NDManager manager;
    private final String name;
    private final Reference file;

    BackboneReference(NDManager manager, String name) throws IOException {
        this.manager = manager;
        this.name = name;
        file = new Reference(manager, name);
    }

    Backbone network() throws IOException {
        return BackboneFolder.load(Reference.folder(name), manager);
    }

    NDArray tensor(String tensor) throws IOException {
        return file.tensor(tensor);
    }

    /** Without a mask. */
    Conditioning text() throws IOException {
        return new Conditioning(tensor("text"), null, added());
    }

    /** With the reference's mask. */
    Conditioning maskedText() throws IOException {
        float[] bias = tensor("mask").toFloatArray();
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (1 - bias[i]) * MASKED;
        }
        return new Conditioning(tensor("text"), Torch.tensor(manager, bias, 2, 1, 1, bias.length / 2), added());
    }

    void assertPredicts(Backbone network, String latent, Conditioning text, String expected) throws IOException {
        file.assertAgrees(
                network.forward(Pass.PLAIN, tensor(latent), STEPS, text).toFloatArray(), expected);
    }

    /** The loss against the reference's target. */
    NDArray loss(Backbone network, NDArray noisy, NDArray wanted, Conditioning text) {
        return Torch.meanSquaredError(network.forward(Pass.PLAIN, noisy, STEPS, text), wanted);
    }

    /** The inputs of the network. */
    Map<String, NDArray> inputs() throws IOException {
        Map<String, NDArray> inputs = new LinkedHashMap<>();
        for (String input : List.of("noisy", "steps", "text", "mask")) {
            inputs.put(input, tensor(input));
        }
        if (added() != null) {
            inputs.put("resolution", tensor("resolution"));
            inputs.put("aspect_ratio", tensor("aspect_ratio"));
        }
        return inputs;
    }

    Reference file() {
        return file;
    }

    private @Nullable AddedConditioning added() throws IOException {
        if (!name.equals("pixart-shapes")) {
            return null;
        }
        float[] sides = tensor("resolution").toFloatArray(); // (2, 2)
        float[] ratios = tensor("aspect_ratio").toFloatArray(); // (2, 1)
        NDArray pooled = Torch.tensor(manager, new float[2], 2, 1); // not read by PixArt
        return new AddedConditioning(
                pooled, List.of(size(sides[0], sides[1], ratios[0]), size(sides[2], sides[3], ratios[1])));
    }

    private static SizeConditioning size(float height, float width, float aspectRatio) {
        return new SizeConditioning((int) height, (int) width, 0, 0, (int) (4 * aspectRatio), 4);
    }

    /** The greatest difference of two values at one place. */
    static double distance(float[] actual, float[] expected) {
        double distance = 0;
        for (int i = 0; i < expected.length; i++) {
            distance = Math.max(distance, Math.abs((double) actual[i] - expected[i]));
        }
        return distance;
    }

    static double greatest(float[] values) {
        return distance(values, new float[values.length]);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

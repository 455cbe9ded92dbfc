package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.BlipDecoder.Past;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlipTest {
    private static final Blip.Config SMALL = new Blip.Config(
            new BlipVision.Config(8, 4, 12, 20, 1, 3, 1e-5), new BlipDecoder.Config(9, 10, 8, 12, 2, 2, 1e-12, true));

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aTokenAPatchAndOneMoreAndScoresForEveryWord() {
        Blip network = small();

        NDArray seen = network.look(Pass.PLAIN, images());
        NDArray scores = network.tell(Pass.PLAIN, seen, Torch.indices(manager, new long[] {1, 2, 3, 4, 5, 6}, 2, 3));

        assertThat(seen.getShape()).isEqualTo(new Shape(2, 5, 12));
        assertThat(scores.getShape()).isEqualTo(new Shape(2, 3, 9));
    }

    @Test
    void tokensReadOneByOneGiveTheSameScoresAsAllAtOnce() {
        Blip network = small();
        long[] tokens = {1, 2, 3, 4, 5};
        NDArray seen = network.look(Pass.PLAIN, Torch.tensor(manager, Arrays.copyOf(pixels(), 192), 1, 3, 8, 8));
        List<BlipDecoder.Memory> image = network.decoder().see(Pass.PLAIN, seen);
        Past past = new Past();

        float[] whole = network.tell(Pass.PLAIN, seen, Torch.indices(manager, tokens, 1, 5))
                .toFloatArray();

        for (int i = 0; i < tokens.length; i++) {
            NDArray token = Torch.indices(manager, new long[] {tokens[i]}, 1, 1);
            float[] scores =
                    network.decoder().forward(Pass.PLAIN, token, image, past).toFloatArray();
            assertThat(scores)
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(Arrays.copyOfRange(whole, i * 9, (i + 1) * 9));
        }
        assertThat(past.length()).isEqualTo(5);
    }

    @Test
    void aWordDoesNotSeeTheWordsBehindIt() {
        Blip network = small();
        NDArray seen = network.look(Pass.PLAIN, images());

        float[] first = network.tell(Pass.PLAIN, seen, Torch.indices(manager, new long[] {1, 2, 3, 1, 2, 3}, 2, 3))
                .toFloatArray();
        float[] second = network.tell(Pass.PLAIN, seen, Torch.indices(manager, new long[] {1, 2, 7, 1, 2, 8}, 2, 3))
                .toFloatArray();

        assertThat(Arrays.copyOf(second, 18))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(Arrays.copyOf(first, 18));
        assertThat(Arrays.copyOfRange(second, 18, 27)).isNotEqualTo(Arrays.copyOfRange(first, 18, 27));
    }

    @Test
    void learnsOneBatchByHeart() {
        Blip network = small();
        NDArray images = images();
        NDArray read = Torch.indices(manager, new long[] {1, 2, 3, 1, 4, 5}, 2, 3);
        NDArray next = Torch.indices(manager, new long[] {2, 3, 6, 4, 5, 7}, 6);
        float last = Float.NaN;
        try (AdamW optimiser = new AdamW(network, AdamW.Config.standard())) {
            for (int step = 0; step < 150; step++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    optimiser.zeroGradients();
                    NDArray loss = Torch.backward(() -> {
                        NDArray seen = network.look(Pass.PLAIN, images);
                        NDArray scores = network.tell(Pass.PLAIN, seen, read).reshape(6, 9);
                        return Torch.crossEntropy(scores, next, -100, 0);
                    });
                    optimiser.step(1e-2);
                    last = loss.getFloat();
                }
            }
        }
        assertThat(last).isLessThan(0.05f); // log 9 = 2.2 for guessing
    }

    @Test
    void agreesWithTransformers() throws IOException {
        try (Reference reference = new Reference(manager, "blip");
                BlipCaptioner captioner = BlipCaptioner.load(Reference.folder("blip"), Device.cpu())) {
            NDArray seen = captioner.network().look(Pass.PLAIN, captioner.normalised(reference.images("images")));
            NDArray scores = captioner.network().tell(Pass.PLAIN, seen, reference.tensor("tokens"));

            reference.assertAgrees(seen.toFloatArray(), "seen");
            reference.assertAgrees(scores.toFloatArray(), "scores");
        }
    }

    @Test
    void patchesMustFillThePicture() {
        assertThatThrownBy(() -> new BlipVision.Config(10, 4, 12, 20, 1, 3, 1e-5))
                .hasMessage("a picture of 10 pixels does not split into patches of 4");
    }

    private Blip small() {
        Blip network = new Blip(SMALL);
        Weights.initialise(network, manager, 5);
        return network;
    }

    private NDArray images() {
        return Torch.tensor(manager, pixels(), 2, 3, 8, 8);
    }

    private static float[] pixels() {
        float[] values = new float[2 * 192];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.37);
        }
        return values;
    }
}

package dev.latentstream.models.pretrain;

import dev.latentstream.models.caption.BlipVision;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import java.util.Map;
import java.util.Objects;

/**
 * Initial weights from which a small vision transformer learns faster: sinusoidal positions (Beyer et al., arXiv 2205.01580), and keys
 * equal to the queries, so that tokens first attend to similar tokens, which with these positions are those nearby (mimetic
 * initialisation, Trockman and Kolter, arXiv 2305.09828).
 */
final class MimeticInit {
    private static final double SLOWEST = 100; // longest wavelength over the shortest
    private static final float GAIN = 1.6f; // sharpens the initial attention

    private MimeticInit() {}

    /** Overwrites positions, queries and keys of an initialised network. */
    static void apply(BlipVision network, BlipVision.Config config) {
        Map<String, Weight> weights = network.weights();
        Weight positions = Objects.requireNonNull(weights.get("embeddings.position_embedding"));
        Torch.write(positions.value(), sinusoidalPositions(config));
        for (int i = 0; i < config.depth(); i++) {
            Weight all = Objects.requireNonNull(weights.get("encoder.layers.%d.self_attn.qkv.weight".formatted(i)));
            float[] values = all.value().toFloatArray();
            int third = values.length / 3;
            for (int j = 0; j < third; j++) {
                values[j] *= GAIN;
                values[third + j] = values[j];
            }
            Torch.write(all.value(), values);
        }
    }

    /** (1 + P, D): zeros for the class token; for a patch sine and cosine of its column, then of its row. */
    private static float[] sinusoidalPositions(BlipVision.Config config) {
        int width = config.width();
        int quarter = width / 4;
        int row = config.side() / config.patch();
        float[] values = new float[(1 + config.patches()) * width];
        for (int patch = 0; patch < config.patches(); patch++) {
            int across = patch % row;
            int down = patch / row;
            for (int i = 0; i < quarter; i++) {
                double frequency = Math.pow(SLOWEST, -(double) i / quarter);
                int at = (1 + patch) * width + i;
                values[at] = (float) Math.sin(across * frequency);
                values[at + quarter] = (float) Math.cos(across * frequency);
                values[at + 2 * quarter] = (float) Math.sin(down * frequency);
                values[at + 3 * quarter] = (float) Math.cos(down * frequency);
            }
        }
        return values;
    }
}

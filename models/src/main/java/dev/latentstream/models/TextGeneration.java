package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.BlipDecoder.Memory;
import dev.latentstream.models.BlipDecoder.Past;
import java.util.List;

/** Writes texts about pictures, word by word, all pictures of a batch at once. */
final class TextGeneration {
    private final BlipDecoder decoder;
    private final NDManager manager;
    private final int positions;
    private final long end;

    /**
     * @param positions the longest text that the decoder can read
     * @param end token that ends a text
     */
    TextGeneration(BlipDecoder decoder, NDManager manager, int positions, long end) {
        this.decoder = decoder;
        this.manager = manager;
        this.positions = positions;
        this.end = end;
    }

    /** Texts of one picture each; the image tokens are (B, S, D). */
    List<TokenText> generate(NDArray image, long[] prefix, int maxTokens, Decoding decoding) {
        int most = Math.min(maxTokens, positions - prefix.length);
        if (most < 1) {
            throw new IllegalArgumentException("a prompt of %d tokens leaves no room in the decoder's %d positions"
                    .formatted(prefix.length, positions));
        }
        int batch = (int) image.getShape().get(0);
        if (decoding instanceof Decoding.Beam beam) {
            return new BeamSearch(beam.beams(), batch, end).search(new Reader(image, prefix), most);
        }
        return new TokenByToken(decoding, batch, end).search(new Reader(image, prefix), most);
    }

    /** Feeds the decoder. */
    private final class Reader implements TokenScores {
        private final Past past = new Past();
        private final long[] prefix;
        private List<Memory> image;
        private int rows;

        Reader(NDArray image, long[] prefix) {
            this.prefix = prefix;
            this.image = decoder.see(Pass.PLAIN, image);
            rows = (int) image.getShape().get(0);
        }

        @Override
        public float[][] first() {
            long[] tokens = new long[rows * prefix.length];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = prefix[i % prefix.length];
            }
            return read(tokens);
        }

        @Override
        public float[][] next(long[] tokens) {
            return read(tokens);
        }

        @Override
        public void keep(long[] kept) {
            List<NDArray> before = past.tensors();
            NDArray numbers = Torch.indices(manager, kept, kept.length);
            past.replace(t -> unscoped(Torch.rows(t, numbers)));
            before.forEach(NDArray::close);
            image = image.stream().map(m -> m.map(t -> Torch.rows(t, numbers))).toList();
            rows = kept.length;
        }

        private float[][] read(long[] tokens) {
            List<NDArray> before = past.tensors();
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray ids = Torch.indices(manager, tokens, rows, tokens.length / rows);
                NDArray scores = decoder.forward(Pass.PLAIN, ids, image, past); // (B, T, V)
                NDArray last = Torch.narrow(scores, 1, tokens.length / rows - 1, 1); // (B, 1, V)
                past.replace(TextGeneration::unscoped);
                return rows(Torch.logSoftmax(last).toFloatArray());
            } finally {
                before.forEach(NDArray::close);
            }
        }

        private float[][] rows(float[] all) {
            float[][] split = new float[rows][all.length / rows];
            for (int i = 0; i < rows; i++) {
                System.arraycopy(all, i * split[i].length, split[i], 0, split[i].length);
            }
            return split;
        }

        @Override
        public void close() {
            past.tensors().forEach(NDArray::close);
        }
    }

    private static NDArray unscoped(NDArray tensor) {
        NDScope.unregister(tensor);
        return tensor;
    }
}

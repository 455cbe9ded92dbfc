package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
        return write(new Reader(image, prefix), (int) image.getShape().get(0), most, end, decoding);
    }

    /** Texts of at most so many tokens, one for each of a batch. */
    static List<TokenText> write(TokenScores reader, int batch, int most, long end, Decoding decoding) {
        return decoding instanceof Decoding.Beam beam
                ? new BeamSearch(beam.beams(), batch, end).search(reader, most)
                : new TokenByToken(decoding, batch, end).search(reader, most);
    }

    /** Feeds the decoder. */
    private final class Reader extends DecoderReader {
        private List<Memory> image;

        Reader(NDArray image, long[] prefix) {
            super(manager, (int) image.getShape().get(0), prefix);
            this.image = decoder.see(Pass.PLAIN, image);
        }

        @Override
        NDArray scores(NDArray tokens, Past past) {
            return decoder.forward(Pass.PLAIN, tokens, image, past); // (B, T, V)
        }

        @Override
        void keep(NDArray kept) {
            image = image.stream().map(m -> m.map(t -> Torch.rows(t, kept))).toList();
        }
    }
}

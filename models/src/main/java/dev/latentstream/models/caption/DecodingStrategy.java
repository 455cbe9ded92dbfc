package dev.latentstream.models.caption;

/** The choice of the tokens of a caption. */
public sealed interface DecodingStrategy {
    /** Always the most probable token. */
    record Greedy() implements DecodingStrategy {}

    /** The text with the highest mean log-probability that a beam search finds. */
    record Beam(int beams) implements DecodingStrategy {
        public Beam {
            if (beams < 1 || beams > 64) {
                throw new IllegalArgumentException("%d beams are not in 1 to 64".formatted(beams));
            }
        }
    }

    /**
     * Draws from the fewest tokens whose probabilities reach {@code topP} (Holtzman et al., arXiv 1904.09751).
     *
     * @param temperature divides the logits; above 1 it flattens the distribution
     */
    record Nucleus(double topP, double temperature, long seed) implements DecodingStrategy {
        public Nucleus {
            if (!(topP > 0 && topP <= 1)) {
                throw new IllegalArgumentException("top-p %s is not in (0, 1]".formatted(topP));
            }
            if (!(temperature > 0)) {
                throw new IllegalArgumentException("temperature %s is not above 0".formatted(temperature));
            }
        }
    }
}

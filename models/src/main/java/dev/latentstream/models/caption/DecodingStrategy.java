package dev.latentstream.models.caption;

/** How the words of a caption are chosen. */
public sealed interface DecodingStrategy {
    /** Always the most probable word. */
    record Greedy() implements DecodingStrategy {}

    /** The most probable text, by its mean log-probability, of those that a beam search finds. */
    record Beam(int beams) implements DecodingStrategy {
        public Beam {
            if (beams < 1 || beams > 64) {
                throw new IllegalArgumentException("%d beams are not in 1 to 64".formatted(beams));
            }
        }
    }

    /**
     * Draws from the fewest words whose probabilities reach {@code topP} (Holtzman et al., arXiv 1904.09751).
     *
     * @param temperature divides the scores; above 1 flattens
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

package dev.latentstream.models.caption;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Chooses the next token by the log-probabilities of all tokens. */
final class TokenSampling {
    private TokenSampling() {}

    static int best(float[] logProbabilities) {
        int best = 0;
        for (int i = 1; i < logProbabilities.length; i++) {
            if (logProbabilities[i] > logProbabilities[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Draws from the fewest tokens whose probabilities, after the temperature, reach top-p. */
    static int nucleus(float[] logProbabilities, DecodingStrategy.Nucleus options, SplittableRandom random) {
        double[] weights = new double[logProbabilities.length];
        float greatest = logProbabilities[best(logProbabilities)];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp((logProbabilities[i] - greatest) / options.temperature());
            sum += weights[i];
        }
        int[] order = IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -weights[i]).thenComparing(i -> i))
                .mapToInt(Integer::intValue)
                .toArray();
        int count = 0;
        double kept = 0;
        while (count < order.length && kept < options.topP() * sum) {
            kept += weights[order[count++]];
        }
        double drawn = random.nextDouble() * kept;
        for (int i = 0; i < count - 1; i++) {
            drawn -= weights[order[i]];
            if (drawn < 0) {
                return order[i];
            }
        }
        return order[count - 1];
    }
}

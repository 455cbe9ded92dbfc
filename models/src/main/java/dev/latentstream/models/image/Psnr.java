package dev.latentstream.models.image;

/** Peak signal-to-noise ratio of a reconstruction. */
public final class Psnr {
    private Psnr() {}

    /** Decibels for values of which 1 is the peak; infinite where both are equal. */
    public static double of(float[] original, float[] reconstruction) {
        if (original.length != reconstruction.length) {
            throw new IllegalArgumentException(
                    "%d values against %d".formatted(original.length, reconstruction.length));
        }
        double squares = 0;
        for (int i = 0; i < original.length; i++) {
            double difference = original[i] - reconstruction[i];
            squares += difference * difference;
        }
        return -10 * Math.log10(squares / original.length);
    }
}

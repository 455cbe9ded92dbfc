package dev.latentstream.ingest.near;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Hashes and colours by which an image is recognised after it was encoded again, resized, made brighter, marked or cropped.
 *
 * <p>A hash has 256 bits: the signs, against their median, of the 16x16 lowest frequencies but the constant of the luma's discrete
 * cosine transform, as in PDQ (Facebook, 2019). With each hash are the mean colours of its window. The first hash is that of the image
 * without a margin of 5 % on each side. The others are those of windows of the image that coincide with the first window of an image that
 * was made from it by cropping up to 5 %, or that it was made from. Of two images in such a relation, one has a window whose hash is near
 * the first hash of the other.
 */
public final class NearHashes {
    /** Frequencies in each direction, from the lowest but the constant. */
    private static final int FREQUENCIES = 16;

    /** Side of the luma that is transformed, in pixels. */
    public static final int SIDE = 64;

    private static final double MARGIN = 0.05;

    /** The largest part of a side that a crop takes away. */
    private static final double CROP = 0.05;

    /**
     * Positions of a crop in each direction: measured, three leave a quarter of the crops beyond 28 bits, four a fiftieth, and five none beyond
     * 20. The middle one is the crop at the centre.
     */
    private static final int POSITIONS = 5;

    static final int WINDOWS = 1 + 2 * POSITIONS * (POSITIONS + 2);

    /** Samples of a basis function; the luma is interpolated between its pixels. */
    private static final int SAMPLES = 512;

    private static final List<Axis> AXES = axes();

    private NearHashes() {}

    /**
     * A window in one direction.
     *
     * @param frequencies the weights of the pixels in each frequency
     * @param cells the weights of the pixels in each cell
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Axis(float[][] frequencies, float[][] cells) {
        static Axis of(double start, double length) {
            return new Axis(basis(start, length), means(start, length));
        }
    }

    /** The sums of the rows of an image, weighted as by an axis. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Rows(float[][] frequencies, float[][] cells) {}

    /** Returns whether the hashes of an image can be compared: not if an earlier version made them. */
    public static boolean areReadable(ByteBuffer hashes) {
        return Window.areReadable(hashes);
    }

    /**
     * Returns the hash and the colours of all windows, one after the other.
     *
     * @param levels the luma of the whole image, shrunk to a square of this side whatever its shape
     * @param colours its colours, three bytes a pixel
     */
    public static ByteBuffer of(byte[] levels, byte[] colours) {
        List<Rows> rows = AXES.stream()
                .map(axis -> new Rows(
                        weighted(levels, axis.frequencies(), 1), weighted(colours, axis.cells(), Colours.CHANNELS)))
                .toList();
        ByteBuffer windows = ByteBuffer.allocate(WINDOWS * Window.BYTES);
        put(windows, rows.get(0), AXES.get(0));
        for (int first = 1; first < AXES.size(); first += POSITIONS) {
            for (int y = first; y < first + POSITIONS; y++) {
                put(windows, rows.get(y), AXES.get(0));
                put(windows, rows.get(0), AXES.get(y));
                for (int x = first; x < first + POSITIONS; x++) {
                    put(windows, rows.get(y), AXES.get(x));
                }
            }
        }
        return windows.flip();
    }

    /** Returns the axis of the image without its margins, those of a crop's windows, and those of windows of the image that it is a crop of. */
    private static List<Axis> axes() {
        List<Axis> axes = new ArrayList<>();
        axes.add(Axis.of(MARGIN, 1 - 2 * MARGIN));
        for (int i = 0; i < POSITIONS; i++) { // the crop began at this part of a side of the other image
            double start = CROP * i / (POSITIONS - 1);
            axes.add(Axis.of((MARGIN - start) / (1 - CROP), (1 - 2 * MARGIN) / (1 - CROP)));
        }
        for (int i = 0; i < POSITIONS; i++) {
            double start = CROP * i / (POSITIONS - 1);
            axes.add(Axis.of(start + MARGIN * (1 - CROP), (1 - 2 * MARGIN) * (1 - CROP)));
        }
        return List.copyOf(axes);
    }

    /** Returns the weights of the pixels of a row in each frequency of a window. */
    private static float[][] basis(double start, double length) {
        float[][] basis = new float[FREQUENCIES][SIDE];
        for (int frequency = 0; frequency < FREQUENCIES; frequency++) {
            for (int sample = 0; sample < SAMPLES; sample++) {
                double within = (sample + 0.5) / SAMPLES;
                double cosine = Math.cos(Math.PI * (frequency + 1) * within) / SAMPLES;
                double position = (start + length * within) * SIDE - 0.5;
                int left = (int) Math.floor(position);
                double weight = position - left;
                basis[frequency][Math.max(0, left)] += (float) (cosine * (1 - weight));
                basis[frequency][Math.min(SIDE - 1, left + 1)] += (float) (cosine * weight);
            }
        }
        return basis;
    }

    /** Returns the weights of the pixels of a row in the mean of each cell of a window. */
    private static float[][] means(double start, double length) {
        float[][] means = new float[Colours.CELLS][SIDE];
        double cell = length * SIDE / Colours.CELLS;
        for (int i = 0; i < Colours.CELLS; i++) {
            double from = start * SIDE + i * cell;
            for (int x = 0; x < SIDE; x++) {
                means[i][x] = (float) (Math.max(0, Math.min(x + 1, from + cell) - Math.max(x, from)) / cell);
            }
        }
        return means;
    }

    private static float[][] weighted(byte[] levels, float[][] weights, int channels) {
        float[][] rows = new float[weights.length][SIDE * channels];
        for (int i = 0; i < weights.length; i++) {
            float[] row = rows[i];
            for (int y = 0; y < SIDE; y++) {
                float weight = weights[i][y];
                for (int x = 0; weight != 0 && x < row.length; x++) {
                    row[x] += weight * (levels[y * row.length + x] & 0xff);
                }
            }
        }
        return rows;
    }

    private static void put(ByteBuffer windows, Rows rows, Axis axis) {
        putHash(windows, rows.frequencies(), axis.frequencies());
        for (float[] row : rows.cells()) {
            for (float[] weights : axis.cells()) {
                for (int channel = 0; channel < Colours.CHANNELS; channel++) {
                    float sum = 0;
                    for (int x = 0; x < SIDE; x++) {
                        sum += row[x * Colours.CHANNELS + channel] * weights[x];
                    }
                    windows.put((byte) Math.round(sum));
                }
            }
        }
    }

    private static void putHash(ByteBuffer windows, float[][] rows, float[][] basis) {
        float[] coefficients = new float[FREQUENCIES * FREQUENCIES];
        for (int i = 0; i < coefficients.length; i++) {
            float[] row = rows[i / FREQUENCIES];
            float[] weights = basis[i % FREQUENCIES];
            float sum = 0;
            for (int x = 0; x < SIDE; x++) {
                sum += row[x] * weights[x];
            }
            coefficients[i] = sum;
        }
        float[] sorted = coefficients.clone();
        Arrays.sort(sorted);
        float median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
        for (int first = 0; first < coefficients.length; first += Long.SIZE) {
            long bits = 0;
            for (int i = 0; i < Long.SIZE; i++) {
                if (coefficients[first + i] > median) {
                    bits |= 1L << i;
                }
            }
            windows.putLong(bits);
        }
    }
}

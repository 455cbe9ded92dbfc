package dev.latentstream.ingest.near;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Hashes by which an image is recognised after it was encoded again, resized, made brighter, marked or cropped.
 *
 * <p>A hash has 256 bits: the signs, against their median, of the 16x16 lowest frequencies but the constant of the luma's discrete
 * cosine transform, as in PDQ (Facebook, 2019). The first hash is that of the image without a margin of 5 % on each side. The others
 * are those of windows of the image that coincide with the first window of an image that was made from it by cropping up to 5 %, or
 * that it was made from. Of two images in such a relation, one has a window whose hash is near the first hash of the other.
 */
public final class NearHashes {
    /** Frequencies in each direction, from the lowest but the constant. */
    private static final int FREQUENCIES = 16;

    /** Side of the luma that is transformed, in pixels. */
    public static final int SIDE = 64;

    private static final double MARGIN = 0.05;

    /** The largest part of a side that a crop takes away. */
    private static final double CROP = 0.05;

    /** Positions of a crop in each direction: measured, three leave a quarter of the crops beyond 28 bits and four a fiftieth. */
    private static final int POSITIONS = 4;

    /** Samples of a basis function; the luma is interpolated between its pixels. */
    private static final int SAMPLES = 512;

    private static final List<float[][]> WINDOWS = windows();

    private NearHashes() {}

    /**
     * Returns all hashes, one after the other.
     *
     * @param levels the luma of the whole image, shrunk to a square of this side whatever its shape
     */
    public static ByteBuffer of(byte[] levels) {
        List<float[][]> rows =
                WINDOWS.stream().map(window -> transformedRows(levels, window)).toList();
        int all = 1 + 2 * POSITIONS * (POSITIONS + 2);
        ByteBuffer hashes = ByteBuffer.allocate(all * NearHash.BYTES);
        put(hashes, rows.get(0), WINDOWS.get(0));
        for (int first = 1; first < WINDOWS.size(); first += POSITIONS) {
            for (int y = first; y < first + POSITIONS; y++) {
                put(hashes, rows.get(y), WINDOWS.get(0));
                put(hashes, rows.get(0), WINDOWS.get(y));
                for (int x = first; x < first + POSITIONS; x++) {
                    put(hashes, rows.get(y), WINDOWS.get(x));
                }
            }
        }
        return hashes.flip();
    }

    /** Returns the basis of the image without its margins, those of a crop's windows, and those of windows of the image that it is a crop of. */
    private static List<float[][]> windows() {
        List<float[][]> windows = new ArrayList<>();
        windows.add(basis(MARGIN, 1 - 2 * MARGIN));
        for (int i = 0; i < POSITIONS; i++) { // the crop began at this part of a side of the other image
            double start = CROP * i / (POSITIONS - 1);
            windows.add(basis((MARGIN - start) / (1 - CROP), (1 - 2 * MARGIN) / (1 - CROP)));
        }
        for (int i = 0; i < POSITIONS; i++) {
            double start = CROP * i / (POSITIONS - 1);
            windows.add(basis(start + MARGIN * (1 - CROP), (1 - 2 * MARGIN) * (1 - CROP)));
        }
        return List.copyOf(windows);
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

    private static float[][] transformedRows(byte[] levels, float[][] basis) {
        float[][] rows = new float[FREQUENCIES][SIDE];
        for (int frequency = 0; frequency < FREQUENCIES; frequency++) {
            float[] row = rows[frequency];
            for (int y = 0; y < SIDE; y++) {
                float weight = basis[frequency][y];
                for (int x = 0; weight != 0 && x < SIDE; x++) {
                    row[x] += weight * (levels[y * SIDE + x] & 0xff);
                }
            }
        }
        return rows;
    }

    private static void put(ByteBuffer hashes, float[][] rows, float[][] basis) {
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
            hashes.putLong(bits);
        }
    }
}

package dev.latentstream.models.image;

/**
 * Resizing with antialiasing, bit for bit as by Pillow, with which images were prepared for most published classifiers: two passes, each
 * with weights in fixed-point arithmetic and rounded to bytes.
 */
public enum Resampling {
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** With a = -0.5. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double t = Math.abs(x);
            if (t < 1) {
                return ((A + 2) * t - (A + 3)) * t * t + 1;
            }
            return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
        }
    };

    private static final double A = -0.5;

    private static final int CHANNELS = 3;

    /** Fractional bits of a weight: 32 without the 8 of a byte and 2 for sums of weights beyond 1. */
    private static final int PRECISION = 22;

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    abstract double weight(double x);

    /** The weights of the input that make one element of the output. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Window(int first, int[] weights) {}

    /**
     * Resizes an image.
     *
     * @param values (height, width, 3)
     * @return (toHeight, toWidth, 3)
     */
    byte[] resize(byte[] values, int width, int height, int toWidth, int toHeight) {
        byte[] rows = width == toWidth ? values : resizedRows(values, width, height, toWidth);
        return height == toHeight ? rows : resizedColumns(rows, toWidth, height, toHeight);
    }

    private byte[] resizedRows(byte[] values, int width, int height, int toWidth) {
        Window[] windows = windows(width, toWidth);
        byte[] resized = new byte[CHANNELS * toWidth * height];
        int to = 0;
        for (int row = 0; row < height; row++) {
            for (Window window : windows) {
                int from = CHANNELS * (row * width + window.first());
                for (int channel = 0; channel < CHANNELS; channel++) {
                    resized[to++] = sum(values, from + channel, CHANNELS, window.weights());
                }
            }
        }
        return resized;
    }

    private byte[] resizedColumns(byte[] values, int width, int height, int toHeight) {
        int stride = CHANNELS * width;
        byte[] resized = new byte[stride * toHeight];
        int to = 0;
        for (Window window : windows(height, toHeight)) {
            int from = window.first() * stride;
            for (int i = 0; i < stride; i++) {
                resized[to++] = sum(values, from + i, stride, window.weights());
            }
        }
        return resized;
    }

    private static byte sum(byte[] values, int from, int stride, int[] weights) {
        int sum = 1 << (PRECISION - 1);
        int at = from;
        for (int weight : weights) {
            sum += (values[at] & 0xff) * weight;
            at += stride;
        }
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
    }

    private Window[] windows(int size, int toSize) {
        double scale = (double) size / toSize;
        double filterScale = Math.max(1, scale);
        double reach = support * filterScale;
        Window[] windows = new Window[toSize];
        for (int i = 0; i < toSize; i++) {
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - reach + 0.5));
            int end = Math.min(size, (int) (centre + reach + 0.5));
            double[] weights = new double[end - first];
            double sum = 0;
            for (int x = 0; x < weights.length; x++) {
                weights[x] = weight((x + first - centre + 0.5) / filterScale);
                sum += weights[x];
            }
            windows[i] = new Window(first, fixedPoint(weights, sum));
        }
        return windows;
    }

    private static int[] fixedPoint(double[] weights, double sum) {
        int[] fixed = new int[weights.length];
        for (int x = 0; x < fixed.length; x++) {
            double scaled = weights[x] / sum * (1 << PRECISION);
            fixed[x] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
        return fixed;
    }
}

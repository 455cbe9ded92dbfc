package dev.latentstream.ingest.image;

/**
 * Width and height of an image in pixels.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 */
public record Size(int width, int height) {
    public Size {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("size %dx%d has a side below 1".formatted(width, height));
        }
    }

    /** Checks a size claimed by a file. */
    static Size declared(long width, long height) {
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw BadImageException.damaged(
                    "%dx%d".formatted(width, height), "sides from 1 pixel", "the file claims an impossible size");
        }
        return new Size((int) width, (int) height);
    }

    public int shorterSide() {
        return Math.min(width, height);
    }

    public int longerSide() {
        return Math.max(width, height);
    }

    public long pixels() {
        return (long) width * height;
    }

    /** Returns the longer side divided by the shorter. */
    public double aspectRatio() {
        return (double) longerSide() / shorterSide();
    }

    Size transposed() {
        return new Size(height, width);
    }

    /** Returns the size with this shorter side and the same aspect ratio, rounded to whole pixels; never enlarges. */
    Size shrunkTo(int shorterSide) {
        if (shorterSide() <= shorterSide) {
            return this;
        }
        double scale = (double) shorterSide / shorterSide();
        return new Size((int) Math.round(width * scale), (int) Math.round(height * scale));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}

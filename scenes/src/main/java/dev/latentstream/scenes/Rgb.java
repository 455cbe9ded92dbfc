package dev.latentstream.scenes;

/** Arithmetic on colours packed as {@code 0xRRGGBB}, in integers so that it is the same everywhere. */
final class Rgb {
    private Rgb() {}

    /** Mixes {@code percent} of the second colour into the first. */
    static int blend(int first, int second, int percent) {
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int a = (first >> shift) & 0xFF;
            int b = (second >> shift) & 0xFF;
            mixed |= ((a * (100 - percent) + b * percent) / 100) << shift;
        }
        return mixed;
    }

    /**
     * Returns the squared perceptual distance, 0 to 585,225 (black to white), by the weighted Euclidean "redmean" formula.
     */
    static int squaredDistance(int first, int second) {
        int meanRed = (((first >> 16) & 0xFF) + ((second >> 16) & 0xFF)) / 2;
        int red = ((first >> 16) & 0xFF) - ((second >> 16) & 0xFF);
        int green = ((first >> 8) & 0xFF) - ((second >> 8) & 0xFF);
        int blue = (first & 0xFF) - (second & 0xFF);
        return (((512 + meanRed) * red * red) >> 8) + 4 * green * green + (((767 - meanRed) * blue * blue) >> 8);
    }
}

package dev.latentstream.ingest.image;

/** The transform from stored to upright rows and columns, in the order of the EXIF values, from 1. */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    HALF_TURN,
    UPSIDE_DOWN_MIRRORED,
    TRANSPOSED,
    QUARTER_TURN_CLOCKWISE,
    TRANSVERSED,
    QUARTER_TURN_COUNTERCLOCKWISE;

    /** Returns upright for values outside 1 to 8, which are undefined but written by some cameras. */
    static Orientation of(int exif) {
        return exif >= 1 && exif <= 8 ? values()[exif - 1] : UPRIGHT;
    }

    boolean swapsSides() {
        return compareTo(TRANSPOSED) >= 0;
    }
}

package dev.latentstream.ingest.image;

/** How the stored rows and columns of an image are to be shown; in the order of EXIF's values, from 1. */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    HALF_TURN,
    UPSIDE_DOWN_MIRRORED,
    TRANSPOSED,
    QUARTER_TURN_CLOCKWISE,
    TRANSVERSED,
    QUARTER_TURN_COUNTERCLOCKWISE;

    /** Values outside 1 to 8 mean nothing, and cameras write them. */
    static Orientation of(int exif) {
        return exif >= 1 && exif <= 8 ? values()[exif - 1] : UPRIGHT;
    }

    boolean swapsSides() {
        return compareTo(TRANSPOSED) >= 0;
    }
}

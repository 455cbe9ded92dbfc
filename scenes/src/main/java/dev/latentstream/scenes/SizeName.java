package dev.latentstream.scenes;

import java.util.Locale;

/** The size of an object relative to the image: bands of its extent. */
enum SizeName {
    SMALL(0.22, 0.30),
    MEDIUM(0.30, 0.46),
    LARGE(0.46, 0.92);

    /** Minimum extent of any object: 14 pixels of 64. */
    static final double LEAST = SMALL.above;

    /** Maximum extent of any object. */
    static final double GREATEST = LARGE.upTo;

    private final double above;
    private final double upTo;

    SizeName(double above, double upTo) {
        this.above = above;
        this.upTo = upTo;
    }

    /** Returns its word in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the band of an extent, a fraction of the image's shorter side. */
    public static SizeName of(double extent) {
        if (!(extent >= LEAST && extent <= GREATEST)) {
            throw new IllegalArgumentException("extent %s is not in [%s, %s]".formatted(extent, LEAST, GREATEST));
        }
        if (extent <= SMALL.upTo) {
            return SMALL;
        }
        return extent <= MEDIUM.upTo ? MEDIUM : LARGE;
    }
}

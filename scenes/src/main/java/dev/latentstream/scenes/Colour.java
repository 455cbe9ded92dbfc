package dev.latentstream.scenes;

import java.util.Locale;

/** The colour of an object. The twelve are chosen to be distinguishable in small images. */
public enum Colour {
    RED(0xD62020, 0xFFFFFF),
    ORANGE(0xFF8206, 0xFFFFFF),
    YELLOW(0xFFDD10, 0x9A6500),
    GREEN(0x1F9A38, 0xFFFFFF),
    BLUE(0x1F4FDB, 0xFFFFFF),
    PURPLE(0x7A22B8, 0xFFFFFF),
    PINK(0xFF86BE, 0xB01C66),
    BROWN(0x7A451C, 0xFFFFFF),
    BLACK(0x191919, 0xFFFFFF),
    WHITE(0xFDFDFD, 0x6A7078),
    GREY(0x878C93, 0xFFFFFF),
    CYAN(0x1CCBDA, 0x0A5A68);

    private final int rgb;
    private final int mark;

    Colour(int rgb, int mark) {
        this.rgb = rgb;
        this.mark = mark;
    }

    /** Returns its word in captions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Red, green and blue as {@code 0xRRGGBB}. */
    public int rgb() {
        return rgb;
    }

    /** Returns the colour of stripes, dots or squares on an object of this colour, as {@code 0xRRGGBB}. */
    int mark() {
        return mark;
    }

    /** Returns the colour of its thin outline: darker, except for black, whose outline must be lighter to be visible. */
    int outline() {
        return switch (this) {
            case BLACK -> 0x5C6066;
            case WHITE -> 0x5A6068;
            case RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE, PINK, BROWN, GREY, CYAN -> Rgb.blend(rgb, 0x000000, 55);
        };
    }

    /** Returns the colour of its shaded parts: darker, except for black. */
    int shade() {
        return switch (this) {
            case BLACK -> 0x4B4F55;
            case WHITE -> 0xC3CAD2;
            case RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE, PINK, BROWN, GREY, CYAN -> Rgb.blend(rgb, 0x000000, 32);
        };
    }
}

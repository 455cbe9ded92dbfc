package dev.latentstream.scenes;

import java.awt.Graphics2D;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** The background of a scene: pale or dull, so that objects stand out. */
// Its lists are unmodifiable and its drawings are methods without state.
@SuppressWarnings("ImmutableEnumChecker")
public enum Background {
    MEADOW("a green meadow", Scenery::meadow, new Band(55, 0xCDE6F5), new Band(100, 0xB4D89A)),
    BEACH("a sandy beach", Scenery::beach, new Band(40, 0xDDF0FA), new Band(60, 0x8FC6DE), new Band(100, 0xEEDDB0)),
    NIGHT("a night sky", Scenery::night, new Band(100, 0x232A52)),
    DESERT("a dry desert", Scenery::desert, new Band(50, 0xFBE9D2), new Band(100, 0xE3B77F)),
    SNOW("white snow", Scenery::snow, new Band(45, 0xB9CBE0), new Band(100, 0xF2F6FA)),
    SEA("a deep sea", Scenery::sea, new Band(100, 0x4A8FB0)),
    ROOM("a room", Scenery::room, new Band(66, 0xEFE3D2), new Band(100, 0xC29A6E)),
    STREET("a city street", Scenery::street, new Band(64, 0xD3DCE4), new Band(100, 0x6F747C)),
    EVENING(
            "an evening sky",
            Scenery::evening,
            new Band(40, 0x8E6FA0),
            new Band(75, 0xE8A08A),
            new Band(100, 0x4A3D5C)),
    PAPER("white paper", Scenery::paper, new Band(100, 0xF7F4EC)),
    MOUNTAIN("a high mountain", Scenery::mountain, new Band(35, 0xCFE0EE), new Band(100, 0xA9AFA6)),
    FOREST("a dark forest", Scenery::forest, new Band(70, 0x3F5F4A), new Band(100, 0x7E8A5A));

    /** A stripe of one base colour, from the end of the one above it. */
    private record Band(int untilPercent, int rgb) {}

    // The squared distance at which a colour is distinguishable from its background even in small images.
    private static final int CONTRAST = 175 * 175;

    private final String phrase;
    private final BiConsumer<Graphics2D, SeededRandom> scenery;
    private final List<Band> bands;

    Background(String phrase, BiConsumer<Graphics2D, SeededRandom> scenery, Band... bands) {
        this.phrase = phrase;
        this.scenery = scenery;
        this.bands = List.of(bands);
    }

    /** Returns its name in attributes: one word. */
    public String noun() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns its noun phrase in captions, with the article. */
    public String phrase() {
        return phrase;
    }

    /**
     * Returns whether an object of this colour stands out against all stripes it overlaps.
     *
     * @param top upper edge of the object in thousandths of the image's height
     * @param bottom its lower edge
     */
    boolean contrasts(Colour colour, int top, int bottom) {
        int from = 0;
        for (Band band : bands) {
            int until = band.untilPercent * 10;
            // A band that only touches the object's edge does not matter.
            int shared = Math.min(until, bottom) - Math.max(from, top);
            if (shared * 8 > bottom - top && Rgb.squaredDistance(colour.rgb(), band.rgb) < CONTRAST) {
                return false;
            }
            from = until;
        }
        return true;
    }

    /** Paints it over the square from (0, 0) to (100, 100) of the given graphics. */
    void paint(Graphics2D graphics, int variation) {
        int from = 0;
        for (Band band : bands) {
            // Down to the end, so that no seam shows where the next band begins within a pixel.
            Scenery.fill(graphics, Shapes.box(0, from, 100, 100 - from), band.rgb);
            from = band.untilPercent;
        }
        scenery.accept(graphics, new SeededRandom(name().hashCode(), variation));
    }
}

package dev.latentstream.scenes;

import java.util.EnumSet;
import java.util.Set;

/** Limits on the contents of scenes, for a curriculum from single plain objects to crowded scenes. */
public record SceneLimits(
        int minObjects,
        int maxObjects,
        Set<Kind> kinds,
        Set<Pattern> patterns,
        Set<Background> backgrounds,
        Placement placement) {
    /** Where an object is in its part of the image, and how large. */
    public enum Placement {
        /** Anywhere, filling six tenths of it or more. */
        FREE,
        /** Close to the centre, filling nine tenths of it or more. */
        CENTRED
    }

    public SceneLimits {
        kinds = Set.copyOf(kinds);
        patterns = Set.copyOf(patterns);
        backgrounds = Set.copyOf(backgrounds);
        if (minObjects < 1 || maxObjects > Scene.MOST_OBJECTS || minObjects > maxObjects) {
            throw new IllegalArgumentException(
                    "%d to %d objects are not within 1 to %d".formatted(minObjects, maxObjects, Scene.MOST_OBJECTS));
        }
        if (kinds.size() < maxObjects) {
            throw new IllegalArgumentException(
                    "%d kinds are too few for %d different objects".formatted(kinds.size(), maxObjects));
        }
        if (!patterns.contains(Pattern.PLAIN)) {
            throw new IllegalArgumentException("patterns %s lack PLAIN, which some kinds need".formatted(patterns));
        }
        if (backgrounds.isEmpty()) {
            throw new IllegalArgumentException("0 backgrounds are fewer than 1");
        }
    }

    /** Returns the widest limits: one to six objects of all kinds and patterns, anywhere on all backgrounds. */
    public static SceneLimits all() {
        return new SceneLimits(
                1,
                Scene.MOST_OBJECTS,
                EnumSet.allOf(Kind.class),
                EnumSet.allOf(Pattern.class),
                EnumSet.allOf(Background.class),
                Placement.FREE);
    }

    /** Returns the same limits with another number of objects. */
    public SceneLimits withObjects(int least, int most) {
        return new SceneLimits(least, most, kinds, patterns, backgrounds, placement);
    }

    /** Returns the same limits for objects without patterns, in the centre. */
    public SceneLimits plainAndCentred() {
        return new SceneLimits(minObjects, maxObjects, kinds, Set.of(Pattern.PLAIN), backgrounds, Placement.CENTRED);
    }
}

package dev.latentstream.scenes;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The contents of an image: everything that is needed to draw and to describe it.
 *
 * @param objects from back to front, each of a different kind, so that its noun identifies it
 * @param variation chooses the details of the background, 0 to 999
 */
public record Scene(Background background, List<SceneObject> objects, int variation) {
    /** Maximum number of objects in one scene. */
    public static final int MOST_OBJECTS = 6;

    static final int VARIATIONS = 1000;

    public Scene {
        objects = List.copyOf(objects);
        if (objects.isEmpty() || objects.size() > MOST_OBJECTS) {
            throw new IllegalArgumentException("%d objects are not 1 to %d".formatted(objects.size(), MOST_OBJECTS));
        }
        if (variation < 0 || variation >= VARIATIONS) {
            throw new IllegalArgumentException("variation %d is not in [0, %d)".formatted(variation, VARIATIONS));
        }
        Set<Kind> kinds = new HashSet<>();
        for (SceneObject object : objects) {
            if (!kinds.add(object.kind())) {
                throw new IllegalArgumentException("two objects of kind %s".formatted(object.kind()));
            }
        }
    }
}

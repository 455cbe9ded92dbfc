package dev.latentstream.scenes;

import java.util.List;

/** The spatial relation of one object to another. */
// Its list is unmodifiable.
@SuppressWarnings("ImmutableEnumChecker")
enum Relation {
    LEFT_OF("to the left of", "on the left of"),
    RIGHT_OF("to the right of", "on the right of"),
    ABOVE("above", "above"),
    BELOW("below", "under"),
    IN_FRONT_OF("in front of", "in front of"),
    BEHIND("behind", "behind");

    private final List<String> phrases;

    Relation(String... phrases) {
        this.phrases = List.of(phrases);
    }

    String phrase(SeededRandom draws) {
        return draws.oneOf(phrases);
    }

    /** Returns the relation between two objects of a scene, given by their indices. */
    static Relation between(Scene scene, int first, int second) {
        SceneObject a = scene.objects().get(first);
        SceneObject b = scene.objects().get(second);
        if (a.box().overlap(b.box()) >= Foreground.IN_FRONT) {
            return first > second ? IN_FRONT_OF : BEHIND;
        }
        double right = a.x() - b.x();
        double down = a.y() - b.y();
        if (Math.abs(right) >= Math.abs(down)) {
            return right < 0 ? LEFT_OF : RIGHT_OF;
        }
        return down < 0 ? ABOVE : BELOW;
    }
}

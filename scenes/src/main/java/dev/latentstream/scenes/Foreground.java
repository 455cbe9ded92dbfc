package dev.latentstream.scenes;

import java.util.ArrayList;
import java.util.List;

/** Moves one object in front of another, far enough for a recognisable overlap. */
final class Foreground {
    private static final int PERCENT = 35;

    // Below the first, boxes merely touch; above the second, too much of the rear object is hidden.
    static final double IN_FRONT = 0.12;
    static final double HIDDEN = 0.40;
    private static final double TOUCHING = 0.04;
    private static final int STEPS = 40;

    private Foreground() {}

    /** Returns the objects from back to front, with at most one of them moved. */
    static List<SceneObject> perhaps(List<SceneObject> objects, Background background, SeededRandom draws) {
        if (objects.size() < 2 || !draws.inPercent(PERCENT)) {
            return objects;
        }
        int front = draws.between(1, objects.size() - 1);
        int back = draws.below(front);
        SceneObject still = objects.get(back);
        SceneObject moving = objects.get(front);
        if (still.colour() == moving.colour()) {
            return objects;
        }
        for (int step = 1; step <= STEPS; step++) {
            SceneObject moved = toward(moving, still, step);
            double overlap = moved.box().overlap(still.box());
            if (overlap >= IN_FRONT * 1.3 && overlap <= HIDDEN && free(moved, front, back, objects, background)) {
                List<SceneObject> result = new ArrayList<>(objects);
                result.set(front, moved);
                return result;
            }
        }
        return objects;
    }

    /** Returns the object moved some steps towards the other, but never over the image's edge. */
    private static SceneObject toward(SceneObject moving, SceneObject still, int step) {
        long halfWidth = (long) (moving.extent() * moving.kind().widthPercent() * 5) + 1;
        long halfHeight = (long) (moving.extent() * moving.kind().heightPercent() * 5) + 1;
        return moving.at(
                between(moving.x(), still.x(), step, halfWidth), between(moving.y(), still.y(), step, halfHeight));
    }

    private static double between(double from, double to, int step, long half) {
        long start = Math.round(from * 1000);
        long reached = start + (Math.round(to * 1000) - start) * step / STEPS;
        return Math.max(half, Math.min(1000 - half, reached)) / 1000.0;
    }

    private static boolean free(
            SceneObject moved, int front, int back, List<SceneObject> objects, Background background) {
        for (int other = 0; other < objects.size(); other++) {
            if (other != front
                    && other != back
                    && moved.box().overlap(objects.get(other).box()) > TOUCHING) {
                return false;
            }
        }
        Box box = moved.box();
        return background.contrasts(moved.colour(), (int) (box.top() * 1000), (int) (box.bottom() * 1000));
    }
}

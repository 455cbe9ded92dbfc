package dev.latentstream.scenes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Generates scenes: a pure function of seed and index, with equal results on every machine. */
public final class Scenes {
    private static final int PATTERNED_PERCENT = 40;
    private static final int FLIERS_UP_PERCENT = 75;

    private Scenes() {}

    /** Returns the scene with this index, within {@link SceneLimits#all()}. */
    public static Scene scene(long seed, long index) {
        return scene(seed, index, SceneLimits.all());
    }

    /** Returns the scene with this index. */
    public static Scene scene(long seed, long index, SceneLimits limits) {
        SeededRandom draws = new SeededRandom(seed, index);
        Background background = draws.oneOf(ordered(limits.backgrounds()));
        List<GridCell> cells = GridCell.divide(draws.between(limits.minObjects(), limits.maxObjects()), draws);
        List<Kind> kinds = kinds(limits, cells.size(), draws);
        List<SceneObject> objects = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            objects.add(object(kinds.get(i), cells.get(i), background, limits, draws));
        }
        // The largest are at the back.
        objects.sort(Comparator.comparingDouble(SceneObject::extent).reversed());
        List<SceneObject> moved = Foreground.perhaps(objects, background, draws);
        return new Scene(background, moved, draws.below(Scene.VARIATIONS));
    }

    /** Returns different kinds, usually with flying ones in the upper cells. */
    private static List<Kind> kinds(SceneLimits limits, int count, SeededRandom draws) {
        List<Kind> pool = new ArrayList<>(ordered(limits.kinds()));
        for (int i = 0; i < count; i++) {
            Collections.swap(pool, i, draws.between(i, pool.size() - 1));
        }
        List<Kind> kinds = pool.subList(0, count);
        if (draws.inPercent(FLIERS_UP_PERCENT)) {
            kinds.sort(Comparator.comparing(kind -> kind.flies() ? 0 : 1));
        }
        return kinds;
    }

    private static SceneObject object(
            Kind kind, GridCell cell, Background background, SceneLimits limits, SeededRandom draws) {
        int extent = cell.extent(kind, limits.placement(), draws);
        int x = cell.x(extent * kind.widthPercent() / 100 + 1, limits.placement(), draws);
        int y = cell.y(extent * kind.heightPercent() / 100 + 1, limits.placement(), draws);
        int half = extent * kind.heightPercent() / 200;
        List<Colour> colours = new ArrayList<>();
        for (Colour colour : Colour.values()) {
            if (background.contrasts(colour, y - half, y + half)) {
                colours.add(colour);
            }
        }
        double share = extent / 1000.0;
        return new SceneObject(
                kind,
                draws.oneOf(colours),
                pattern(kind, extent, limits, draws),
                SizeName.of(share),
                x / 1000.0,
                y / 1000.0,
                share);
    }

    /** Draws a pattern if it would be visible: on a large enough body, and not on the smallest objects. */
    private static Pattern pattern(Kind kind, int extent, SceneLimits limits, SeededRandom draws) {
        boolean visible = kind.takesPattern() && SizeName.of(extent / 1000.0) != SizeName.SMALL;
        List<Pattern> marked = ordered(limits.patterns()).stream()
                .filter(pattern -> pattern != Pattern.PLAIN)
                .toList();
        boolean wanted = draws.inPercent(PATTERNED_PERCENT);
        return visible && wanted && !marked.isEmpty() ? draws.oneOf(marked) : Pattern.PLAIN;
    }

    /** Sorts by declaration: the order of an immutable set differs from run to run. */
    private static <E extends Enum<E>> List<E> ordered(Collection<E> constants) {
        return constants.stream().sorted().toList();
    }
}

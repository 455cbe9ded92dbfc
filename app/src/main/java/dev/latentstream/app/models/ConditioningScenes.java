package dev.latentstream.app.models;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.pretrain.CaptionedImages;
import dev.latentstream.scenes.Scene;
import dev.latentstream.scenes.SceneCaptions;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Drawn scenes with their true captions, for training and evaluating a backbone. Seven of ten show one large plain object in the centre, so
 * that a network soon learns what a noun looks like; one shows an object anywhere, and two are crowded.
 */
final class ConditioningScenes implements CaptionedImages {
    static final int SIDE = 64;

    private static final int OF = 10; // scenes, of which:
    private static final int CROWDED = 2;
    private static final int FREE = 1;
    private static final int DENSE_EVERY = 3; // crowded scenes with a dense caption
    private static final SceneLimits CROWD = SceneLimits.all().withObjects(2, Scene.MOST_OBJECTS);
    private static final SceneLimits SINGLE = SceneLimits.all().withObjects(1, 1);
    private static final List<String> PREPOSITIONS = List.of("on", "in", "before");

    private final long seed;

    ConditioningScenes(long seed) {
        this.seed = seed;
    }

    @Override
    public ImageBatch image(long number) {
        return new ImageBatch(1, SIDE, SIDE, SceneRenderer.rgbPlanar(scene(number), SIDE, SIDE));
    }

    /**
     * Returns captions that say what matters: all objects with their colours, alone or with the background, as in prompts; and a dense one
     * where objects have patterns and are elsewhere than in the centre.
     */
    @Override
    public List<String> captions(long number) {
        Scene scene = scene(number);
        if (isFree(number)) {
            return List.of(SceneCaptions.denseCaption(scene, number));
        }
        String named = isCrowded(number)
                ? SceneCaptions.mediumCaption(scene, number)
                : SceneCaptions.shortCaption(scene, number);
        String preposition = PREPOSITIONS.get((int) (number / OF % PREPOSITIONS.size()));
        String placed =
                "%s %s %s".formatted(named, preposition, scene.background().phrase());
        return isCrowded(number) && number / OF % DENSE_EVERY == 0
                ? List.of(named, placed, SceneCaptions.denseCaption(scene, number))
                : List.of(named, placed);
    }

    /** Returns the numbers of scenes with one object in the centre, the {@code first}-th of them and those that follow. */
    static List<Long> centred(int first, int count) {
        int among = OF - CROWDED - FREE;
        return IntStream.range(first, first + count)
                .mapToObj(i -> (long) i / among * OF + CROWDED + FREE + i % among)
                .toList();
    }

    /** Returns the caption of a scene that names the object, its colour and the background. */
    String prompt(long number) {
        return captions(number).get(1);
    }

    /** Returns the noun phrase of the background. */
    String background(long number) {
        return scene(number).background().phrase();
    }

    private Scene scene(long number) {
        return Scenes.scene(seed, number, limits(number));
    }

    private static boolean isCrowded(long number) {
        return number % OF < CROWDED;
    }

    private static boolean isFree(long number) {
        return !isCrowded(number) && number % OF < CROWDED + FREE;
    }

    private static SceneLimits limits(long number) {
        if (isCrowded(number)) {
            return CROWD;
        }
        return isFree(number) ? SINGLE : SINGLE.plainAndCentred();
    }
}

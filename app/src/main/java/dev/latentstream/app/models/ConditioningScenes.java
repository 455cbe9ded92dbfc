package dev.latentstream.app.models;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.pretrain.CaptionedImages;
import dev.latentstream.scenes.Scene;
import dev.latentstream.scenes.SceneCaptions;
import dev.latentstream.scenes.SceneLimits;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import java.util.List;

/**
 * Drawn scenes with their true captions, for training and evaluating a backbone. Two thirds of them show one large object, from which
 * the network learns the meaning of single words.
 */
final class ConditioningScenes implements CaptionedImages {
    private static final int SIDE = 64;
    private static final int CROWDED_EVERY = 3;
    private static final SceneLimits SINGLE = SceneLimits.all().withObjects(1, 1);
    private static final SceneLimits CROWDED = SceneLimits.all().withObjects(2, Scene.MOST_OBJECTS);
    private static final List<String> PREPOSITIONS = List.of("on", "in", "before");

    private final long seed;

    ConditioningScenes(long seed) {
        this.seed = seed;
    }

    @Override
    public ImageBatch image(long number) {
        return new ImageBatch(1, SIDE, SIDE, SceneRenderer.rgbPlanar(scene(number), SIDE, SIDE));
    }

    /** Returns captions at the three densities of the shipped captioner, and a short one with the background, as in prompts. */
    @Override
    public List<String> captions(long number) {
        Scene scene = scene(number);
        String brief = SceneCaptions.shortCaption(scene, number);
        String preposition = PREPOSITIONS.get((int) (number / CROWDED_EVERY % PREPOSITIONS.size()));
        return List.of(
                brief,
                SceneCaptions.mediumCaption(scene, number),
                SceneCaptions.denseCaption(scene, number),
                "%s %s %s".formatted(brief, preposition, scene.background().phrase()));
    }

    private Scene scene(long number) {
        return Scenes.scene(seed, number, number % CROWDED_EVERY == 0 ? CROWDED : SINGLE);
    }
}

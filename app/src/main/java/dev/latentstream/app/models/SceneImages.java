package dev.latentstream.app.models;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.pretrain.ImageSamples;
import dev.latentstream.scenes.Scene;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;

/** Drawn scenes for training an autoencoder: whole ones, and crops of larger drawings, where lines are thicker. */
final class SceneImages implements ImageSamples {
    private static final int SIDE = 64;
    private static final int WINDOW_EVERY = 3;
    private static final int[] LARGER = {96, 128, 192};

    private final long seed;
    private final boolean windows;

    private SceneImages(long seed, boolean windows) {
        this.seed = seed;
        this.windows = windows;
    }

    /** Whole scenes. */
    static SceneImages whole(long seed) {
        return new SceneImages(seed, false);
    }

    /** Whole scenes, but every third a crop of a larger one. */
    static SceneImages mixed(long seed) {
        return new SceneImages(seed, true);
    }

    @Override
    public ImageBatch batch(long first, int count) {
        float[] rgb = new float[count * ImageBatch.PLANES * SIDE * SIDE];
        for (int i = 0; i < count; i++) {
            draw(first + i, rgb, i * ImageBatch.PLANES * SIDE * SIDE);
        }
        return new ImageBatch(count, SIDE, SIDE, rgb);
    }

    private void draw(long index, float[] target, int offset) {
        Scene scene = Scenes.scene(seed, index);
        if (!windows || index % WINDOW_EVERY != 0) {
            SceneRenderer.rgbPlanar(scene, SIDE, SIDE, target, offset);
            return;
        }
        int whole = LARGER[(int) (index / WINDOW_EVERY % LARGER.length)];
        float[] large = SceneRenderer.rgbPlanar(scene, whole, whole);
        int left = Math.floorMod(scene.variation() * 31, whole - SIDE + 1);
        int top = Math.floorMod(scene.variation() * 17, whole - SIDE + 1);
        for (int row = 0; row < ImageBatch.PLANES * SIDE; row++) {
            int plane = row / SIDE;
            int from = (plane * whole + top + row % SIDE) * whole + left;
            System.arraycopy(large, from, target, offset + row * SIDE, SIDE);
        }
    }
}

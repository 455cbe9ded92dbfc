package dev.latentstream.app.models;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.pretrain.CaptionedSamples;
import dev.latentstream.scenes.Background;
import dev.latentstream.scenes.Box;
import dev.latentstream.scenes.Colour;
import dev.latentstream.scenes.Kind;
import dev.latentstream.scenes.Pattern;
import dev.latentstream.scenes.Scene;
import dev.latentstream.scenes.SceneCaptions;
import dev.latentstream.scenes.SceneObject;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Drawn scenes with their true captions, for training and evaluating a captioner. */
final class CaptionedScenes implements CaptionedSamples {
    static final String SHORT = "a short caption:";
    static final String MEDIUM = "a caption:";
    static final String DENSE = "a detailed caption:";

    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final List<Colour> COLOURS = List.of(Colour.values());
    private static final List<Pattern> PATTERNS = List.of(Pattern.values());
    private static final List<Background> BACKGROUNDS = List.of(Background.values());

    /** The words that captions of scenes are scored by. */
    static final Words WORDS = new Words(
            KINDS.stream().map(Kind::noun).collect(Collectors.toSet()),
            COLOURS.stream().map(Colour::word).collect(Collectors.toSet()));

    private static final int SIDE = 64;
    private static final int PATCH = 8;
    private static final int ROW = SIDE / PATCH;
    private static final double COVERED = 0.3; // minimum share of a patch that an object covers to be its label

    private final long seed;
    private final boolean twoEach;

    private CaptionedScenes(long seed, boolean twoEach) {
        this.seed = seed;
        this.twoEach = twoEach;
    }

    /** Scenes with all three captions each. */
    static CaptionedScenes measuring(long seed) {
        return new CaptionedScenes(seed, false);
    }

    /** Scenes with two captions each: the dense one, and one of the others. */
    static CaptionedScenes training(long seed) {
        return new CaptionedScenes(seed, true);
    }

    @Override
    public Batch batch(long first, int count) {
        int size = ImageBatch.PLANES * SIDE * SIDE;
        float[] rgb = new float[count * size];
        List<List<PromptedCaption>> texts = new ArrayList<>();
        List<long[]> labels =
                classes().stream().map(c -> new long[count * ROW * ROW]).toList();
        for (int i = 0; i < count; i++) {
            long index = first + i;
            Scene scene = Scenes.scene(seed, index);
            SceneRenderer.rgbPlanar(scene, SIDE, SIDE, rgb, i * size);
            texts.add(texts(scene, index));
            label(scene, labels, i * ROW * ROW);
        }
        return new Batch(new ImageBatch(count, SIDE, SIDE, rgb), texts, labels);
    }

    @Override
    public List<PromptedCaption> texts(int count) {
        return LongStream.range(0, count)
                .mapToObj(index -> texts(Scenes.scene(seed, index), index))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public List<Integer> classes() {
        return List.of(1 + KINDS.size(), 1 + COLOURS.size(), 1 + PATTERNS.size(), BACKGROUNDS.size());
    }

    @Override
    public Words words() {
        return WORDS;
    }

    private List<PromptedCaption> texts(Scene scene, long index) {
        PromptedCaption dense = new PromptedCaption(DENSE, SceneCaptions.denseCaption(scene, index));
        PromptedCaption medium = new PromptedCaption(MEDIUM, SceneCaptions.mediumCaption(scene, index));
        PromptedCaption brief = new PromptedCaption(SHORT, SceneCaptions.shortCaption(scene, index));
        if (!twoEach) {
            return List.of(dense, medium, brief);
        }
        return index % 2 == 0 ? List.of(dense, medium) : List.of(dense, brief);
    }

    private static void label(Scene scene, List<long[]> labels, int offset) {
        Arrays.fill(labels.get(3), offset, offset + ROW * ROW, BACKGROUNDS.indexOf(scene.background()));
        for (SceneObject object : scene.objects()) {
            for (int patch = 0; patch < ROW * ROW; patch++) {
                if (covers(object, patch % ROW, patch / ROW)) {
                    labels.get(0)[offset + patch] = 1L + KINDS.indexOf(object.kind());
                    labels.get(1)[offset + patch] = 1L + COLOURS.indexOf(object.colour());
                    labels.get(2)[offset + patch] = 1L + PATTERNS.indexOf(object.pattern());
                }
            }
        }
    }

    private static boolean covers(SceneObject object, int column, int row) {
        Box box = object.box();
        double width = overlap(box.left(), box.right(), column);
        double height = overlap(box.top(), box.bottom(), row);
        boolean centre = (int) (object.x() * ROW) == column && (int) (object.y() * ROW) == row;
        return centre || width * height >= COVERED;
    }

    /** Returns the share of a patch's side that lies between two positions. */
    private static double overlap(double from, double to, int patch) {
        return Math.max(0, Math.min(to * ROW, patch + 1) - Math.max(from * ROW, patch));
    }
}

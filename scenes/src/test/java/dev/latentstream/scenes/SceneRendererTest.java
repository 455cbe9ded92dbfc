package dev.latentstream.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SceneRendererTest {
    private static final int SIDE = 64;

    // As small as the objects of a crowded scene of 64 pixels.
    private static final int SMALL = 24;

    // Of 442 between black and white.
    private static final double CLEAR = 45;
    private static final double OUTLINED = 25;

    @Test
    void everyKindInEveryColourShowsOnEveryBackground() {
        List<String> faint = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            boolean[] covered = covered(kind);
            for (Background background : Background.values()) {
                int[] empty = pixels(empty(background, SMALL));
                for (Colour colour : Colour.values()) {
                    double distance = meanDistance(pixels(large(background, kind, colour)), empty, covered);
                    // Colours that the generator does not put here still show by their outline.
                    if (distance < (background.contrasts(colour, 100, 900) ? CLEAR : OUTLINED)) {
                        faint.add("%s %s on %s: %.0f".formatted(colour, kind, background, distance));
                    }
                }
            }
        }

        assertThat(faint).isEmpty();
    }

    @Test
    void everyBackgroundLeavesAChoiceOfColours() {
        for (Background background : Background.values()) {
            for (int top = 0; top < 1000; top += 20) {
                for (int bottom = top + 100; bottom <= 1000; bottom += 20) {
                    int from = top;
                    int to = bottom;
                    assertThat(Arrays.stream(Colour.values()).filter(colour -> background.contrasts(colour, from, to)))
                            .as("%s from %d to %d", background, top, bottom)
                            .hasSizeGreaterThanOrEqualTo(6);
                }
            }
        }
    }

    @Test
    void kindsStayApartAtSixtyFourPixels() {
        Map<Kind, int[]> templates = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            templates.put(kind, silhouette(kind, Colour.RED, Background.PAPER, 0.9));
        }
        List<String> mistaken = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            int[] seen = silhouette(kind, Colour.BLUE, Background.DESERT, 0.4);
            Kind nearest = templates.entrySet().stream()
                    .min(Comparator.comparingInt(template -> mismatches(seen, template.getValue())))
                    .orElseThrow()
                    .getKey();
            if (nearest != kind) {
                mistaken.add(kind + " for " + nearest);
            }
        }

        assertThat(mistaken).isEmpty();
    }

    @Test
    void nothingIsDrawnOutsideAnObjectsBox() {
        int side = 200;
        double extent = 0.7;
        for (Kind kind : Kind.values()) {
            BufferedImage image = SceneRenderer.render(alone(Background.PAPER, kind, Colour.BLUE, extent), side, side);
            BufferedImage empty = empty(Background.PAPER, side);
            // The outline is centred on the edge.
            double margin = 0.02 * extent * side + 1;
            double halfWidth = extent * side * kind.widthPercent() / 200 + margin;
            double halfHeight = extent * side * kind.heightPercent() / 200 + margin;
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    if (Math.abs(x + 0.5 - side / 2.0) > halfWidth || Math.abs(y + 0.5 - side / 2.0) > halfHeight) {
                        assertThat(image.getRGB(x, y))
                                .as("%s at %d, %d", kind, x, y)
                                .isEqualTo(empty.getRGB(x, y));
                    }
                }
            }
        }
    }

    @Test
    void patternsChangeTheImage() {
        BufferedImage plain = SceneRenderer.render(heart(Pattern.PLAIN), SIDE, SIDE);
        for (Pattern pattern : List.of(Pattern.STRIPED, Pattern.DOTTED, Pattern.CHECKED)) {
            BufferedImage marked = SceneRenderer.render(heart(pattern), SIDE, SIDE);

            int changed = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                int first = plain.getRGB(i % SIDE, i / SIDE);
                int second = marked.getRGB(i % SIDE, i / SIDE);
                changed += Rgb.squaredDistance(first, second) > 100 * 100 ? 1 : 0;
            }

            // A third to a half of the heart, which covers about a quarter of the image.
            assertThat(changed).as("%s", pattern).isBetween(SIDE * SIDE / 20, SIDE * SIDE / 4);
        }
    }

    @Test
    void planesHoldThePixelsInOrder() {
        Scene scene = Scenes.scene(3, 5);
        BufferedImage image = SceneRenderer.render(scene, 30, 20);

        float[] planes = SceneRenderer.rgbPlanar(scene, 30, 20);

        assertThat(planes).hasSize(3 * 20 * 30);
        for (int y = 0; y < 20; y++) {
            for (int x = 0; x < 30; x++) {
                int[] pixel = image.getRaster().getPixel(x, y, (int[]) null);
                for (int channel = 0; channel < 3; channel++) {
                    assertThat(planes[(channel * 20 + y) * 30 + x]).isEqualTo(pixel[channel] / 255f);
                }
            }
        }
    }

    @Test
    void aBatchIsFilledFromTheOffsetOn() {
        Scene scene = Scenes.scene(3, 6);
        int size = 3 * 16 * 16;
        float[] batch = new float[3 * size];

        SceneRenderer.rgbPlanar(scene, 16, 16, batch, size);

        assertThat(Arrays.copyOfRange(batch, 0, size)).containsOnly(0);
        assertThat(Arrays.copyOfRange(batch, size, 2 * size)).isEqualTo(SceneRenderer.rgbPlanar(scene, 16, 16));
        assertThat(Arrays.copyOfRange(batch, 2 * size, 3 * size)).containsOnly(0);
    }

    private static Scene heart(Pattern pattern) {
        SceneObject heart = new SceneObject(Kind.HEART, Colour.RED, pattern, SizeName.LARGE, 0.5, 0.5, 0.6);
        return new Scene(Background.PAPER, List.of(heart), 0);
    }

    private static Scene alone(Background background, Kind kind, Colour colour, double extent) {
        SceneObject object = new SceneObject(kind, colour, Pattern.PLAIN, SizeName.of(extent), 0.5, 0.5, extent);
        return new Scene(background, List.of(object), 0);
    }

    private static BufferedImage empty(Background background) {
        return empty(background, SIDE);
    }

    private static BufferedImage empty(Background background, int side) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(side / 100.0, side / 100.0);
        background.paint(graphics, 0);
        graphics.dispose();
        return image;
    }

    private static BufferedImage large(Background background, Kind kind, Colour colour) {
        return SceneRenderer.render(alone(background, kind, colour, 0.8), SMALL, SMALL);
    }

    /** Returns the pixels of the object: those that differ between a black and a white one. */
    private static boolean[] covered(Kind kind) {
        int[] empty = pixels(empty(Background.NIGHT, SMALL));
        int[] white = pixels(large(Background.NIGHT, kind, Colour.WHITE));
        int[] black = pixels(large(Background.NIGHT, kind, Colour.BLACK));
        boolean[] covered = new boolean[empty.length];
        for (int i = 0; i < covered.length; i++) {
            covered[i] = white[i] != empty[i] || black[i] != empty[i];
        }
        return covered;
    }

    /** Returns the mean Euclidean RGB distance over the object's pixels. */
    private static double meanDistance(int[] image, int[] empty, boolean[] covered) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < covered.length; i++) {
            if (covered[i]) {
                int red = ((image[i] >> 16) & 0xFF) - ((empty[i] >> 16) & 0xFF);
                int green = ((image[i] >> 8) & 0xFF) - ((empty[i] >> 8) & 0xFF);
                int blue = (image[i] & 0xFF) - (empty[i] & 0xFF);
                sum += Math.sqrt(red * red + green * green + blue * blue);
                count++;
            }
        }
        return sum / count;
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    /** Returns the object's square as 16 by 16 cells: 0 background, 1 the object's colour, 2 other parts. */
    private static int[] silhouette(Kind kind, Colour colour, Background background, double extent) {
        BufferedImage image = SceneRenderer.render(alone(background, kind, colour, extent), SIDE, SIDE);
        BufferedImage empty = empty(background);
        int[] cells = new int[16 * 16];
        for (int i = 0; i < cells.length; i++) {
            int column = i % 16;
            int row = i / 16;
            int x = (int) (SIDE * (0.5 + extent * ((column + 0.5) / 16 - 0.5)));
            int y = (int) (SIDE * (0.5 + extent * ((row + 0.5) / 16 - 0.5)));
            int pixel = image.getRGB(x, y);
            if (Rgb.squaredDistance(pixel, empty.getRGB(x, y)) > 60 * 60) {
                cells[i] = Rgb.squaredDistance(pixel, colour.rgb()) < 150 * 150 ? 1 : 2;
            }
        }
        return cells;
    }

    private static int mismatches(int[] first, int[] second) {
        int count = 0;
        for (int i = 0; i < first.length; i++) {
            count += first[i] == second[i] ? 0 : 1;
        }
        return count;
    }
}

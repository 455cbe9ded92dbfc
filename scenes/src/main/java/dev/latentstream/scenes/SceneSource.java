package dev.latentstream.scenes;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Delivers the scenes of one seed as PNG files, each with poor alt text and its exact contents. */
public final class SceneSource implements Iterator<SceneSource.Picture> {
    /** Name of the attribute that contains {@link SceneContents#toJson(Scene)}. */
    public static final String CONTENTS = "scene";

    private final Range range;
    private final SceneLimits limits;
    private final int width;
    private final int height;
    private long next;

    /**
     * A range of scenes.
     *
     * @param first the index of the first
     * @param end the index after the last; {@link Long#MAX_VALUE} for an endless source
     */
    public record Range(long seed, long first, long end) {
        public Range {
            if (first < 0 || end < first) {
                throw new IllegalArgumentException("scenes %d to %d are not a range from 0 on".formatted(first, end));
            }
        }

        /** Returns the range of all scenes of a seed. */
        public static Range endless(long seed) {
            return new Range(seed, 0, Long.MAX_VALUE);
        }
    }

    /**
     * One delivered picture.
     *
     * @param uri see {@link #uri}
     * @param png the encoded picture
     */
    // The bytes are handed over, not shared: nobody else holds them.
    @SuppressWarnings("ArrayRecordComponent")
    public record Picture(String uri, byte[] png, String altText, Map<String, String> attributes) {
        public Picture {
            attributes = Map.copyOf(attributes);
        }
    }

    public SceneSource(Range range, SceneLimits limits, int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("size %d x %d is below 1 x 1".formatted(width, height));
        }
        this.range = range;
        this.limits = limits;
        this.width = width;
        this.height = height;
        this.next = range.first();
    }

    /**
     * Names a picture of a scene: {@code scenes:<seed>/<width>x<height>/<index>}, with the number of objects before the index
     * where it is limited, for another scene is drawn then.
     */
    public static String uri(long seed, SceneLimits limits, int width, int height, long index) {
        boolean crowded = limits.minObjects() == 1 && limits.maxObjects() == Scene.MOST_OBJECTS;
        String objects = crowded ? "" : "%d-%d/".formatted(limits.minObjects(), limits.maxObjects());
        return "scenes:%d/%dx%d/%s%d".formatted(seed, width, height, objects, index);
    }

    @Override
    public boolean hasNext() {
        return next < range.end();
    }

    @Override
    public Picture next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no scene from index %d on".formatted(range.end()));
        }
        long index = next++;
        Scene scene = Scenes.scene(range.seed(), index, limits);
        return new Picture(
                uri(range.seed(), limits, width, height, index),
                png(SceneRenderer.render(scene, width, height)),
                SceneAltText.altText(scene, range.seed() + index),
                Map.of(CONTENTS, SceneContents.toJson(scene)));
    }

    private static byte[] png(BufferedImage image) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(image);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture in memory could not be encoded", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}

package dev.latentstream.scenes;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A rendered scene as a PNG file, with poor alt text and its exact contents.
 *
 * @param uri see {@link #uri}
 * @param png the encoded image
 */
// The bytes are owned by the receiver.
@SuppressWarnings("ArrayRecordComponent")
public record SceneImage(String uri, byte[] png, String altText, Map<String, String> attributes) {
    /** Name of the attribute that contains {@link SceneContents#toJson(Scene)}. */
    public static final String CONTENTS = "scene";

    public SceneImage {
        attributes = Map.copyOf(attributes);
    }

    /** Renders the scene with this index. */
    public static SceneImage of(long seed, SceneLimits limits, int width, int height, long index) {
        Scene scene = Scenes.scene(seed, index, limits);
        return new SceneImage(
                uri(seed, limits, width, height, index),
                png(SceneRenderer.render(scene, width, height)),
                SceneAltText.altText(scene, seed + index),
                Map.of(CONTENTS, SceneContents.toJson(scene)));
    }

    /**
     * Returns the URI of a rendered scene: {@code scenes:<seed>/<width>x<height>/<index>}, with the number of objects before the
     * index if it is limited, since the limits change the scene.
     */
    public static String uri(long seed, SceneLimits limits, int width, int height, long index) {
        boolean unlimited = limits.minObjects() == 1 && limits.maxObjects() == Scene.MOST_OBJECTS;
        String objects = unlimited ? "" : "%d-%d/".formatted(limits.minObjects(), limits.maxObjects());
        return "scenes:%d/%dx%d/%s%d".formatted(seed, width, height, objects, index);
    }

    private static byte[] png(BufferedImage image) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(image);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode a PNG in memory", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}

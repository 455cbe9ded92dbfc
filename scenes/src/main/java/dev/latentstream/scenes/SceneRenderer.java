package dev.latentstream.scenes;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** Renders scenes with antialiasing at any resolution. */
public final class SceneRenderer {
    private SceneRenderer() {}

    /** Renders a scene to an image of type {@link BufferedImage#TYPE_INT_RGB}. */
    public static BufferedImage render(Scene scene, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            Graphics2D ground = (Graphics2D) graphics.create();
            ground.scale(width / 100.0, height / 100.0);
            scene.background().paint(ground, scene.variation());
            ground.dispose();
            for (SceneObject object : scene.objects()) {
                draw(graphics, object, width, height);
            }
        } finally {
            graphics.dispose();
        }
        return image;
    }

    /** Renders a scene to values in [0, 1], shape (3, height, width), C-contiguous: red, green and blue planes. */
    public static float[] rgbPlanar(Scene scene, int width, int height) {
        float[] planes = new float[3 * width * height];
        rgbPlanar(scene, width, height, planes, 0);
        return planes;
    }

    /** Writes the values of {@link #rgbPlanar(Scene, int, int)} into a batch, from this offset on. */
    public static void rgbPlanar(Scene scene, int width, int height, float[] target, int offset) {
        BufferedImage image = render(scene, width, height);
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        int plane = width * height;
        for (int i = 0; i < plane; i++) {
            target[offset + i] = ((pixels[i] >> 16) & 0xFF) / 255f;
            target[offset + plane + i] = ((pixels[i] >> 8) & 0xFF) / 255f;
            target[offset + 2 * plane + i] = (pixels[i] & 0xFF) / 255f;
        }
    }

    /** Draws one object, mirrored in the right half, so that every object faces the centre. */
    private static void draw(Graphics2D image, SceneObject object, int width, int height) {
        double unit = object.extent() * Math.min(width, height) / 100;
        Graphics2D graphics = (Graphics2D) image.create();
        graphics.translate(object.x() * width, object.y() * height);
        graphics.scale(object.x() > 0.5 ? -unit : unit, unit);
        graphics.translate(-50, -50);
        object.kind().draw(graphics, object.colour(), object.pattern());
        graphics.dispose();
    }
}

package dev.latentstream.captioning;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** A drawing of a red disc, a blue square and a green triangle, which every captioner that works can describe. */
final class ReferenceImage {
    /** As the shorter side of working images, so that it costs a service as many tokens. */
    private static final int SIDE = 512;

    private ReferenceImage() {}

    static byte[] jpeg() {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D drawing = image.createGraphics();
        drawing.setColor(Color.WHITE);
        drawing.fillRect(0, 0, SIDE, SIDE);
        drawing.setColor(Color.RED);
        drawing.fillOval(32, 32, 192, 192);
        drawing.setColor(Color.BLUE);
        drawing.fillRect(288, 48, 176, 176);
        drawing.setColor(new Color(0, 128, 0));
        drawing.fillPolygon(new int[] {144, 256, 368}, new int[] {464, 272, 464}, 3);
        drawing.dispose();
        return DataUrl.jpeg(image);
    }
}

package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.blob;
import static dev.latentstream.scenes.Shapes.curve;
import static dev.latentstream.scenes.Shapes.dome;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polygon;
import static dev.latentstream.scenes.Shapes.polyline;
import static dev.latentstream.scenes.Shapes.rounded;

/** Drawings of animals whose shell or wings have the colour. */
final class SmallAnimals {
    private static final int SKIN = 0xD9B98A;
    private static final int LEAFY = 0x8FA860;
    private static final int DARK = 0x3A2E28;

    private SmallAnimals() {}

    static void snail(ShapePainter pencil) {
        pencil.line(3.5, polyline(84, 46, 80, 20), 0xA8855A)
                .line(3.5, polyline(90, 46, 95, 22), 0xA8855A)
                .dot(oval(80, 19, 4, 4), DARK)
                .dot(oval(95, 21, 4, 4), DARK)
                .part(blob(2, 84, 20, 72, 60, 76, 76, 66, 80, 44, 94, 42, 98, 56, 92, 78, 76, 85, 30, 86), SKIN)
                .body(oval(42, 49, 33, 31))
                .line(4.5, curve(70, 66, 40, 72, 20, 54, 30, 34, 50, 32, 60, 48, 50, 60, 38, 54, 42, 46))
                .line(2.5, curve(84, 64, 90, 66, 95, 62), 0x7A5A34);
    }

    static void butterfly(ShapePainter pencil) {
        pencil.body(blob(48, 46, 34, 16, 10, 9, 3, 26, 14, 48, 34, 54))
                .body(blob(52, 46, 66, 16, 90, 9, 97, 26, 86, 48, 66, 54))
                .shade(blob(48, 54, 28, 54, 12, 66, 18, 86, 36, 86, 46, 68))
                .shade(blob(52, 54, 72, 54, 88, 66, 82, 86, 64, 86, 54, 68))
                .line(3, curve(49, 28, 44, 16, 36, 11), DARK)
                .line(3, curve(51, 28, 56, 16, 64, 11), DARK)
                .part(rounded(45, 26, 10, 54, 5), DARK);
    }

    static void turtle(ShapePainter pencil) {
        pencil.part(polygon(12, 62, 1, 70, 16, 72), LEAFY)
                .part(rounded(18, 64, 16, 18, 5), LEAFY)
                .part(rounded(56, 64, 16, 18, 5), LEAFY)
                .part(blob(70, 62, 76, 46, 86, 38, 97, 42, 98, 54, 90, 62, 80, 72), LEAFY)
                .body(dome(44, 68, 35, 50, 0, 180))
                .line(3, polyline(44, 20, 44, 66))
                .line(3, curve(26, 30, 24, 48, 28, 66))
                .line(3, curve(62, 30, 64, 48, 60, 66))
                .plain(rounded(6, 62, 76, 9, 4))
                .eye(90, 47, 4.5);
    }
}

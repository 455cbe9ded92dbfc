package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.blob;
import static dev.latentstream.scenes.Shapes.box;
import static dev.latentstream.scenes.Shapes.curve;
import static dev.latentstream.scenes.Shapes.dome;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polygon;
import static dev.latentstream.scenes.Shapes.polyline;
import static dev.latentstream.scenes.Shapes.rounded;

/** Drawings of plants and food. */
final class Plants {
    private static final int BARK = 0x7A5230;
    private static final int STEM = 0x3E8E3A;
    private static final int CREAM = 0xF3E6C8;

    private Plants() {}

    static void tree(ShapePainter pencil) {
        pencil.part(polygon(43, 56, 57, 56, 62, 98, 38, 98), BARK)
                .body(blob(50, 2, 68, 8, 76, 22, 88, 34, 86, 54, 70, 64, 50, 68, 30, 64, 14, 54, 12, 34, 24, 22, 32, 8))
                .line(4, polyline(50, 66, 50, 50), BARK)
                .line(4, polyline(50, 58, 60, 48), BARK);
    }

    static void flower(ShapePainter pencil) {
        pencil.line(6, curve(50, 50, 52, 76, 50, 98), STEM)
                .part(blob(51, 88, 60, 72, 76, 68, 70, 84), STEM)
                .part(blob(49, 92, 40, 78, 24, 74, 30, 90), STEM);
        for (int petal = 0; petal < 6; petal++) {
            double angle = Math.PI * petal / 3;
            pencil.plain(oval(50 + 20 * Math.cos(angle), 36 + 20 * Math.sin(angle), 13, 13));
        }
        int heart = pencil.colour() == Colour.YELLOW || pencil.colour() == Colour.ORANGE ? 0x8A4B14 : 0xFFC91A;
        pencil.part(oval(50, 36, 12, 12), heart);
    }

    static void mushroom(ShapePainter pencil) {
        pencil.part(blob(40, 52, 60, 52, 64, 76, 69, 92, 50, 95, 31, 92, 36, 76), CREAM)
                .body(dome(50, 56, 45, 50, 0, 180))
                .part(dome(50, 55, 45, 9, 180, 180), 0xD9C59E);
    }

    static void cactus(ShapePainter pencil) {
        pencil.body(rounded(60, 44, 28, 13, 6))
                .body(rounded(75, 20, 13, 37, 6))
                .body(rounded(12, 56, 28, 13, 6))
                .body(rounded(12, 32, 13, 37, 6))
                .body(rounded(37, 2, 26, 76, 13))
                .line(2.5, polyline(46, 14, 46, 70))
                .line(2.5, polyline(54, 14, 54, 70))
                .part(polygon(26, 76, 74, 76, 68, 98, 32, 98), 0xC46A3A);
    }

    static void apple(ShapePainter pencil) {
        pencil.line(5, curve(50, 26, 50, 14, 56, 4), BARK)
                .part(blob(56, 16, 66, 4, 84, 6, 74, 18), STEM)
                .body(blob(
                        50, 26, 66, 18, 86, 26, 91, 50, 80, 82, 64, 97, 50, 92, 36, 97, 20, 82, 9, 50, 14, 26, 34, 18))
                .dot(blob(22, 40, 30, 32, 28, 44, 22, 54), 0xFFFFFF);
    }

    static void cake(ShapePainter pencil) {
        pencil.part(rounded(3, 88, 94, 8, 4), 0xD5DADF)
                .body(box(10, 56, 80, 33))
                .part(
                        blob(
                                9, 52, 50, 46, 91, 52, 92, 64, 84, 70, 76, 62, 64, 72, 52, 62, 40, 72, 28, 62, 16, 70,
                                8, 64),
                        CREAM);
        for (int candle = 0; candle < 3; candle++) {
            int x = 28 + 22 * candle;
            pencil.plain(box(x - 4, 24, 8, 28)).dot(blob(x, 4, x + 5, 15, x, 22, x - 5, 15), 0xFF9A1A);
        }
    }
}

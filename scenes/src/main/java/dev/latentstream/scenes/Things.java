package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.blob;
import static dev.latentstream.scenes.Shapes.box;
import static dev.latentstream.scenes.Shapes.curve;
import static dev.latentstream.scenes.Shapes.dome;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polygon;
import static dev.latentstream.scenes.Shapes.polyline;
import static dev.latentstream.scenes.Shapes.rounded;

/** Drawings of things that are carried or worn. */
final class Things {
    private static final int WOOD = 0x8A5A30;
    private static final int METAL = 0x9AA1A8;

    private Things() {}

    static void cup(ShapePainter pencil) {
        pencil.bar(6, curve(68, 34, 86, 30, 91, 46, 82, 62, 66, 64))
                .body(blob(8, 22, 40, 18, 72, 22, 70, 60, 62, 84, 40, 88, 18, 84, 10, 60))
                .part(oval(40, 20, 33, 9), 0x5A3620);
    }

    static void bottle(ShapePainter pencil) {
        pencil.part(rounded(40, 2, 20, 13, 3), WOOD)
                .body(blob(42, 15, 58, 15, 58, 32, 70, 46, 71, 90, 62, 98, 38, 98, 29, 90, 30, 46, 42, 32))
                .part(box(30, 58, 40, 22), 0xFFF8E6)
                .line(2.5, polyline(37, 66, 63, 66), 0x777777)
                .line(2.5, polyline(37, 73, 56, 73), 0x777777);
    }

    static void book(ShapePainter pencil) {
        pencil.body(polygon(2, 19, 50, 26, 98, 19, 98, 80, 50, 87, 2, 80))
                .part(blob(14, 17, 32, 15, 50, 22, 50, 74, 32, 66, 14, 67), 0xFFFCF0)
                .part(blob(86, 17, 68, 15, 50, 22, 50, 74, 68, 66, 86, 67), 0xFFFCF0);
        for (int row = 0; row < 3; row++) {
            int y = 29 + 12 * row;
            pencil.line(3, polyline(21, y, 42, y + 4), 0x8A8A8A).line(3, polyline(79, y, 58, y + 4), 0x8A8A8A);
        }
    }

    static void key(ShapePainter pencil) {
        pencil.bar(9, oval(24, 50, 16, 16))
                .plain(box(43, 45, 54, 10))
                .plain(box(72, 54, 8, 14))
                .plain(box(86, 54, 9, 18))
                .dot(box(44, 46.5, 50, 7), pencil.colour().rgb());
    }

    static void hat(ShapePainter pencil) {
        pencil.body(blob(26, 72, 26, 36, 34, 17, 50, 15, 66, 17, 74, 36, 74, 72))
                .shade(polygon(25, 56, 75, 56, 76, 70, 24, 70))
                .plain(blob(2, 70, 24, 70, 50, 73, 76, 70, 98, 70, 82, 85, 50, 87, 18, 85));
    }

    static void umbrella(ShapePainter pencil) {
        pencil.line(6, curve(50, 48, 50, 70, 50, 88, 58, 96, 68, 92, 69, 84), WOOD)
                .line(4, polyline(50, 2, 50, 10), METAL)
                .body(blob(50, 7, 72, 13, 92, 32, 98, 56, 82, 48, 66, 56, 50, 48, 34, 56, 18, 48, 2, 56, 8, 32, 28, 13))
                .line(3, curve(50, 8, 36, 24, 34, 54))
                .line(3, curve(50, 8, 64, 24, 66, 54));
    }

    static void crown(ShapePainter pencil) {
        pencil.plain(polygon(8, 84, 5, 30, 27, 54, 50, 18, 73, 54, 95, 30, 92, 84))
                .shade(box(8, 72, 84, 13))
                .part(oval(50, 20, 6, 6), 0xFFE9A0)
                .part(oval(8, 31, 5, 5), 0xFFE9A0)
                .part(oval(92, 31, 5, 5), 0xFFE9A0)
                .part(dome(50, 60, 8, 9, 0, 360), 0xE8F4FF)
                .dot(oval(25, 79, 4, 4), 0xFFFFFF)
                .dot(oval(50, 79, 4, 4), 0xFFFFFF)
                .dot(oval(75, 79, 4, 4), 0xFFFFFF);
    }
}

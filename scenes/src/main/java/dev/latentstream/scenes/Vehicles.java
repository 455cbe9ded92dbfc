package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.blob;
import static dev.latentstream.scenes.Shapes.box;
import static dev.latentstream.scenes.Shapes.curve;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polygon;
import static dev.latentstream.scenes.Shapes.polyline;
import static dev.latentstream.scenes.Shapes.rounded;

/** Drawings of vehicles that drive, sail or fly. */
final class Vehicles {
    private static final int GLASS = 0xCDEBF7;
    private static final int RUBBER = 0x2A2A2A;
    private static final int WOOD = 0x8A5A30;

    private Vehicles() {}

    static void car(ShapePainter pencil) {
        pencil.body(polygon(24, 48, 36, 25, 66, 25, 80, 48))
                .part(polygon(31, 47, 39, 30, 49, 30, 49, 47), GLASS)
                .part(polygon(54, 47, 54, 30, 63, 30, 73, 47), GLASS)
                .body(blob(6, 50, 22, 46, 78, 46, 93, 53, 95, 65, 50, 68, 5, 65))
                .dot(oval(93, 56, 4, 4), 0xFFF0A0);
        wheel(pencil, 25, 66, 12);
        wheel(pencil, 75, 66, 12);
    }

    static void bus(ShapePainter pencil) {
        pencil.body(rounded(3, 19, 94, 54, 8));
        for (int window = 0; window < 3; window++) {
            pencil.part(box(10 + 19 * window, 27, 15, 17), GLASS);
        }
        pencil.part(box(69, 27, 22, 40), GLASS)
                .line(3, polyline(80, 27, 80, 67))
                .dot(box(5, 58, 5, 6), 0xFFE680);
        wheel(pencil, 24, 71, 10);
        wheel(pencil, 60, 71, 10);
    }

    static void boat(ShapePainter pencil) {
        pencil.line(6, polyline(48, 6, 48, 72), WOOD)
                .part(polygon(44, 14, 44, 62, 10, 62), 0xF4F1E6)
                .body(polygon(53, 6, 90, 62, 53, 62))
                .body(polygon(4, 69, 96, 69, 80, 96, 20, 96));
    }

    static void bicycle(ShapePainter pencil) {
        spokedWheel(pencil, 22);
        spokedWheel(pencil, 78);
        pencil.bar(5, polyline(22, 62, 36, 36, 66, 36, 48, 62, 22, 62))
                .bar(5, polyline(36, 36, 48, 62))
                .bar(5, polyline(78, 62, 65, 28))
                .line(6, curve(56, 22, 65, 27, 73, 20), RUBBER)
                .line(7, polyline(28, 30, 42, 30), RUBBER)
                .dot(oval(48, 62, 5, 5), RUBBER);
    }

    static void rocket(ShapePainter pencil) {
        pencil.part(blob(40, 82, 60, 82, 56, 92, 50, 99, 44, 92), 0xFF9D1E)
                .shade(polygon(32, 54, 19, 82, 36, 78))
                .shade(polygon(68, 54, 81, 82, 64, 78))
                .body(blob(50, 2, 64, 22, 69, 50, 63, 82, 37, 82, 31, 50, 36, 22))
                .part(oval(50, 38, 11, 11), GLASS)
                .line(4, polyline(38, 74, 62, 74));
    }

    static void balloon(ShapePainter pencil) {
        pencil.line(3, curve(50, 70, 46, 80, 54, 89, 50, 98), 0x555555)
                .plain(polygon(50, 64, 58, 75, 42, 75))
                .body(blob(50, 2, 72, 12, 79, 34, 68, 57, 50, 67, 32, 57, 21, 34, 28, 12))
                .dot(blob(35, 18, 42, 15, 38, 24, 33, 30), 0xFFFFFF);
    }

    static void kite(ShapePainter pencil) {
        pencil.line(3, curve(50, 66, 38, 76, 52, 86, 42, 98), 0x555555)
                .body(polygon(50, 2, 83, 28, 50, 68, 17, 28))
                .line(3.5, polyline(50, 2, 50, 68))
                .line(3.5, polyline(17, 28, 83, 28))
                .plain(polygon(42, 75, 34, 70, 34, 80, 50, 71, 50, 81))
                .plain(polygon(47, 89, 39, 84, 39, 94, 55, 85, 55, 95));
    }

    private static void wheel(ShapePainter pencil, double x, double y, double radius) {
        pencil.dot(oval(x, y, radius, radius), RUBBER).dot(oval(x, y, radius * 0.45, radius * 0.45), 0xC8CDD2);
    }

    private static void spokedWheel(ShapePainter pencil, double x) {
        // The lighter rim keeps the wheel visible where the ground is as dark as the tyre.
        pencil.line(6, oval(x, 62, 18.5, 18.5), RUBBER)
                .line(2.4, oval(x, 62, 18, 18), 0xB4BAC0)
                .line(1.5, polyline(x - 18, 62, x + 18, 62), 0x8A9096)
                .line(1.5, polyline(x, 44, x, 80), 0x8A9096);
    }
}

package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.box;
import static dev.latentstream.scenes.Shapes.dome;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polygon;
import static dev.latentstream.scenes.Shapes.polyline;
import static dev.latentstream.scenes.Shapes.rounded;

/** Drawings of buildings and furniture. */
final class Buildings {
    private static final int GLASS = 0xFFF2B8;
    private static final int WOOD = 0x8A5A30;

    private Buildings() {}

    static void house(ShapePainter pencil) {
        pencil.part(box(68, 10, 11, 26), 0x6B4A3A)
                .body(box(14, 44, 72, 50))
                .shade(polygon(50, 6, 96, 46, 4, 46))
                .part(box(56, 60, 20, 34), WOOD)
                .dot(oval(71, 78, 2.5, 2.5), 0xFFE08A)
                .part(box(24, 56, 22, 20), GLASS)
                .line(2.5, polyline(35, 56, 35, 76), WOOD)
                .line(2.5, polyline(24, 66, 46, 66), WOOD);
    }

    static void tent(ShapePainter pencil) {
        pencil.line(4, polyline(50, 20, 46, 14), WOOD)
                .line(4, polyline(50, 20, 54, 14), WOOD)
                .body(polygon(50, 18, 98, 86, 2, 86))
                .part(polygon(50, 38, 68, 86, 32, 86), 0x3A2E28)
                .shade(polygon(50, 38, 38, 86, 24, 86));
    }

    static void lamp(ShapePainter pencil) {
        pencil.part(box(46, 48, 8, 40), 0xB58A3C)
                .part(rounded(28, 86, 44, 10, 4), 0x8A6428)
                .dot(oval(50, 54, 12, 9), 0xFFF6C0)
                .body(polygon(34, 4, 66, 4, 84, 52, 16, 52))
                .line(3, polyline(66, 52, 66, 68))
                .dot(oval(66, 70, 3, 3), 0xB58A3C);
    }

    static void chair(ShapePainter pencil) {
        pencil.shade(box(64, 58, 8, 32))
                .shade(box(30, 58, 7, 30))
                .plain(box(22, 4, 9, 92))
                .plain(rounded(24, 6, 30, 10, 3))
                .plain(rounded(24, 26, 30, 8, 3))
                .plain(box(46, 8, 8, 46))
                .plain(rounded(20, 52, 60, 12, 3))
                .plain(box(70, 60, 9, 36));
    }

    static void table(ShapePainter pencil) {
        pencil.shade(box(24, 34, 8, 38))
                .shade(box(68, 34, 8, 38))
                .plain(box(7, 36, 10, 45))
                .plain(box(83, 36, 10, 45))
                .shade(box(7, 34, 86, 11))
                .plain(rounded(2, 20, 96, 16, 4));
    }

    static void clock(ShapePainter pencil) {
        pencil.shade(polygon(24, 80, 34, 86, 24, 97, 16, 95))
                .shade(polygon(76, 80, 66, 86, 76, 97, 84, 95))
                .plain(dome(27, 20, 17, 17, 20, 210))
                .plain(dome(73, 20, 17, 17, -50, 210))
                .plain(oval(50, 54, 41, 40))
                .part(oval(50, 54, 29, 28), 0xFFFDF2)
                .line(5, polyline(50, 54, 50, 33), 0x222222)
                .line(5, polyline(50, 54, 66, 60), 0x222222)
                .dot(box(48, 77, 4, 4), 0x222222)
                .dot(box(25, 52, 4, 4), 0x222222)
                .dot(box(71, 52, 4, 4), 0x222222);
    }

    static void bed(ShapePainter pencil) {
        pencil.part(rounded(2, 20, 10, 62, 3), WOOD)
                .part(rounded(88, 44, 10, 38, 3), WOOD)
                .part(box(10, 62, 80, 10), WOOD)
                .part(rounded(11, 40, 30, 18, 7), 0xFFFFFF)
                .part(rounded(11, 52, 78, 14, 4), 0xF2EBDD)
                .body(rounded(36, 44, 54, 26, 6))
                .plain(rounded(32, 42, 13, 28, 5));
    }
}

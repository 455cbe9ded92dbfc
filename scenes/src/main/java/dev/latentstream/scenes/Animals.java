package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.arc;
import static dev.latentstream.scenes.Shapes.blob;
import static dev.latentstream.scenes.Shapes.curve;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polygon;
import static dev.latentstream.scenes.Shapes.polyline;
import static dev.latentstream.scenes.Shapes.rounded;

/** Drawings of animals with a face. */
final class Animals {
    private static final int NOSE = 0xE58A96;
    private static final int BEAK = 0xF5A623;

    private Animals() {}

    static void fish(ShapePainter pencil) {
        pencil.shade(polygon(42, 30, 66, 18, 72, 32))
                .shade(polygon(44, 70, 60, 82, 64, 70))
                .plain(polygon(30, 50, 2, 26, 10, 50, 2, 74))
                .body(blob(22, 50, 40, 31, 64, 25, 86, 36, 97, 51, 86, 66, 64, 75, 40, 69))
                .line(3, curve(70, 34, 65, 50, 70, 67))
                .eye(82, 43, 6.5)
                .line(3, curve(95, 56, 90, 60, 84, 59));
    }

    static void bird(ShapePainter pencil) {
        pencil.line(4, polyline(44, 72, 42, 91, 50, 91), BEAK)
                .line(4, polyline(56, 72, 56, 91, 64, 91), BEAK)
                .plain(polygon(24, 54, 1, 36, 3, 56))
                .part(polygon(86, 24, 99, 32, 86, 38), BEAK)
                .body(blob(14, 50, 40, 42, 58, 30, 64, 14, 78, 9, 90, 20, 90, 36, 82, 60, 62, 76, 36, 72))
                .shade(blob(26, 50, 46, 46, 64, 50, 52, 64, 36, 64))
                .eye(78, 24, 6);
    }

    static void cat(ShapePainter pencil) {
        pencil.bar(8, curve(64, 90, 78, 90, 81, 75, 77, 65))
                .body(blob(50, 44, 68, 62, 74, 92, 50, 97, 26, 92, 32, 62))
                .plain(polygon(24, 30, 24, 3, 46, 16))
                .plain(polygon(76, 30, 76, 3, 54, 16))
                .dot(polygon(29, 20, 29, 11, 37, 16), NOSE)
                .dot(polygon(71, 20, 71, 11, 63, 16), NOSE)
                .plain(oval(50, 33, 29, 23))
                .eye(39, 30, 6)
                .eye(61, 30, 6)
                .dot(polygon(45, 39, 55, 39, 50, 45), NOSE)
                .line(2.5, polyline(20, 36, 34, 40))
                .line(2.5, polyline(80, 36, 66, 40))
                .line(2.5, polyline(20, 47, 34, 44))
                .line(2.5, polyline(80, 47, 66, 44))
                .line(3, polyline(44, 82, 44, 95))
                .line(3, polyline(56, 82, 56, 95));
    }

    static void dog(ShapePainter pencil) {
        pencil.bar(8, curve(20, 48, 8, 38, 7, 22))
                .shade(rounded(28, 66, 10, 26, 4))
                .shade(rounded(56, 66, 10, 26, 4))
                .body(blob(14, 48, 40, 42, 62, 40, 72, 44, 72, 64, 60, 72, 34, 70, 15, 68))
                .plain(rounded(16, 64, 11, 29, 4))
                .plain(rounded(61, 60, 11, 33, 4))
                .plain(blob(60, 22, 72, 9, 86, 14, 90, 25, 98, 30, 97, 42, 84, 46, 68, 48, 60, 38))
                .shade(blob(61, 12, 70, 14, 72, 30, 66, 42, 58, 36, 56, 22))
                .eye(81, 23, 5)
                .dot(oval(95, 31, 5, 4.5), 0x151515)
                .line(3, curve(94, 41, 88, 41, 84, 38));
    }

    static void rabbit(ShapePainter pencil) {
        pencil.part(oval(74, 84, 7, 7), 0xFFFFFF)
                .body(blob(50, 54, 69, 66, 73, 88, 62, 98, 38, 98, 27, 88, 31, 66))
                .plain(oval(38, 21, 9, 20))
                .plain(oval(62, 21, 9, 20))
                .dot(oval(38, 22, 4, 13), NOSE)
                .dot(oval(62, 22, 4, 13), NOSE)
                .plain(oval(50, 48, 23, 19))
                .eye(41, 45, 5)
                .eye(59, 45, 5)
                .dot(oval(50, 53, 4, 3), NOSE)
                .part(rounded(46.5, 58, 7, 7, 1), 0xFFFFFF)
                .line(3, arc(36, 94, 9, 6, 0, 180))
                .line(3, arc(64, 94, 9, 6, 0, 180));
    }
}

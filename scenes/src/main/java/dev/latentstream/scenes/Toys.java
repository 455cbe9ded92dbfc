package dev.latentstream.scenes;

import static dev.latentstream.scenes.Shapes.blob;
import static dev.latentstream.scenes.Shapes.box;
import static dev.latentstream.scenes.Shapes.dome;
import static dev.latentstream.scenes.Shapes.oval;
import static dev.latentstream.scenes.Shapes.polyline;
import static dev.latentstream.scenes.Shapes.rounded;

import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Path2D;

/** Drawings of plain shapes, toys and instruments. */
final class Toys {
    private static final int WOOD = 0x8A5A30;
    private static final int SKIN = 0xFFF3DC;

    private Toys() {}

    static void star(ShapePainter pencil) {
        pencil.body(Shapes.star(50, 54, 50, 21, 5));
    }

    static void ball(ShapePainter pencil) {
        int stripe = pencil.colour() == Colour.WHITE ? 0xB9C0C8 : 0xFFFFFF;
        pencil.plain(oval(50, 50, 44, 44));
        for (int panel = 0; panel < 3; panel++) {
            pencil.part(beachBallPanel(120 * panel + 20), stripe);
        }
        pencil.line(3, oval(50, 50, 44, 44)).plain(oval(42, 38, 7, 6));
    }

    /** A sixth of the ball, narrower than the coloured ones, from its pole to its edge. */
    private static Shape beachBallPanel(int degrees) {
        Path2D path = new Path2D.Double(new Arc2D.Double(6, 6, 88, 88, degrees, 46, Arc2D.OPEN));
        path.lineTo(42, 38);
        path.closePath();
        return path;
    }

    static void heart(ShapePainter pencil) {
        Path2D path = new Path2D.Double();
        path.moveTo(50, 94);
        path.curveTo(10, 64, 2, 48, 2, 32);
        path.curveTo(2, 2, 40, -2, 50, 26);
        path.curveTo(60, -2, 98, 2, 98, 32);
        path.curveTo(98, 48, 90, 64, 50, 94);
        path.closePath();
        pencil.body(path);
    }

    static void drum(ShapePainter pencil) {
        pencil.body(box(8, 42, 84, 42))
                .body(dome(50, 83, 42, 12, 180, 180))
                .line(3.5, polyline(8, 48, 22, 88, 36, 54, 50, 92, 64, 54, 78, 88, 92, 48), 0xFFE9A0)
                .part(oval(50, 40, 42, 14), SKIN)
                .line(5, polyline(20, 6, 44, 38), WOOD)
                .line(5, polyline(80, 6, 56, 38), WOOD)
                .dot(oval(44, 38, 5, 5), 0x5A3A1C)
                .dot(oval(56, 38, 5, 5), 0x5A3A1C);
    }

    static void guitar(ShapePainter pencil) {
        pencil.part(box(45.5, 14, 9, 46), WOOD)
                .part(rounded(42, 2, 16, 14, 3), 0x5A3A1C)
                .plain(blob(
                        50, 44, 64, 46, 67, 58, 64, 66, 73, 78, 70, 94, 50, 98, 30, 94, 27, 78, 36, 66, 33, 58, 36, 46))
                .part(oval(50, 65, 9, 9), 0x2A1A10)
                .part(box(40, 84, 20, 5), WOOD)
                .line(2, polyline(48, 8, 48, 84), SKIN)
                .line(2, polyline(52, 8, 52, 84), SKIN);
    }

    static void bell(ShapePainter pencil) {
        pencil.part(oval(50, 88, 9, 9), 0x6B4A1E)
                .line(5, oval(50, 9, 6, 6))
                .body(blob(
                        50, 13, 64, 18, 72, 36, 75, 60, 88, 78, 88, 84, 50, 86, 12, 84, 12, 78, 25, 60, 28, 36, 36, 18))
                .shade(rounded(11, 76, 78, 10, 5));
    }
}

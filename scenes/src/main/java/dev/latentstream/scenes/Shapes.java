package dev.latentstream.scenes;

import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/** The shapes that all drawings consist of. Points are given as x, y, x, y, ... */
final class Shapes {
    private Shapes() {}

    static Shape box(double x, double y, double width, double height) {
        return new Rectangle2D.Double(x, y, width, height);
    }

    static Shape rounded(double x, double y, double width, double height, double radius) {
        return new RoundRectangle2D.Double(x, y, width, height, 2 * radius, 2 * radius);
    }

    static Shape oval(double centreX, double centreY, double radiusX, double radiusY) {
        return new Ellipse2D.Double(centreX - radiusX, centreY - radiusY, 2 * radiusX, 2 * radiusY);
    }

    /** A piece of an oval closed by its chord; degrees anticlockwise from the right. */
    static Shape dome(double x, double y, double radiusX, double radiusY, double from, double span) {
        return new Arc2D.Double(x - radiusX, y - radiusY, 2 * radiusX, 2 * radiusY, from, span, Arc2D.CHORD);
    }

    /** An open piece of an oval's edge. */
    static Shape arc(double x, double y, double radiusX, double radiusY, double from, double span) {
        return new Arc2D.Double(x - radiusX, y - radiusY, 2 * radiusX, 2 * radiusY, from, span, Arc2D.OPEN);
    }

    static Shape polygon(double... points) {
        Path2D path = polyline(points);
        path.closePath();
        return path;
    }

    static Path2D polyline(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        return path;
    }

    /** A closed smooth curve through the points (Catmull-Rom). */
    static Shape blob(double... points) {
        Path2D path = new Path2D.Double();
        int count = points.length / 2;
        path.moveTo(points[0], points[1]);
        for (int i = 0; i < count; i++) {
            smooth(path, points, (i + count - 1) % count, i, (i + 1) % count, (i + 2) % count);
        }
        path.closePath();
        return path;
    }

    /** An open smooth curve through the points (Catmull-Rom). */
    static Shape curve(double... points) {
        Path2D path = new Path2D.Double();
        int last = points.length / 2 - 1;
        path.moveTo(points[0], points[1]);
        for (int i = 0; i < last; i++) {
            smooth(path, points, Math.max(i - 1, 0), i, i + 1, Math.min(i + 2, last));
        }
        return path;
    }

    /** A star polygon; an inner radius close to the outer one gives a burst. */
    static Shape star(double x, double y, double outer, double inner, int tips) {
        double[] points = new double[4 * tips];
        for (int i = 0; i < 2 * tips; i++) {
            double angle = Math.PI * i / tips - Math.PI / 2;
            double radius = i % 2 == 0 ? outer : inner;
            points[2 * i] = x + radius * Math.cos(angle);
            points[2 * i + 1] = y + radius * Math.sin(angle);
        }
        return polygon(points);
    }

    private static void smooth(Path2D path, double[] p, int before, int from, int to, int after) {
        path.curveTo(
                p[2 * from] + (p[2 * to] - p[2 * before]) / 6,
                p[2 * from + 1] + (p[2 * to + 1] - p[2 * before + 1]) / 6,
                p[2 * to] - (p[2 * after] - p[2 * from]) / 6,
                p[2 * to + 1] - (p[2 * after + 1] - p[2 * from + 1]) / 6,
                p[2 * to],
                p[2 * to + 1]);
    }
}

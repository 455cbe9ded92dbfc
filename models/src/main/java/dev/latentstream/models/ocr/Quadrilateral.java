package dev.latentstream.models.ocr;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC2;
import static org.bytedeco.opencv.global.opencv_core.CV_32SC2;
import static org.bytedeco.opencv.global.opencv_imgproc.boxPoints;
import static org.bytedeco.opencv.global.opencv_imgproc.minAreaRect;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.RotatedRect;

/** The box of a line of text, in any orientation. */
record Quadrilateral(Point topLeft, Point topRight, Point bottomRight, Point bottomLeft) {
    /** A point in pixels, y downwards. */
    record Point(float x, float y) {
        double to(Point other) {
            return Math.hypot(x - other.x, y - other.y);
        }
    }

    /**
     * Returns the smallest rectangle around points.
     *
     * @param points (N, 1, 2), floats or integers
     */
    static Quadrilateral around(Mat points) {
        RotatedRect rectangle = minAreaRect(points);
        Mat corners = new Mat(4, 2, CV_32F);
        boxPoints(rectangle, corners);
        FloatBuffer values = corners.createBuffer();
        List<Point> sorted = List.of(
                        new Point(values.get(0), values.get(1)),
                        new Point(values.get(2), values.get(3)),
                        new Point(values.get(4), values.get(5)),
                        new Point(values.get(6), values.get(7)))
                .stream()
                .sorted(Comparator.comparing(Point::x))
                .toList();
        boolean leftIsDown = sorted.get(1).y > sorted.get(0).y;
        boolean rightIsDown = sorted.get(3).y > sorted.get(2).y;
        return new Quadrilateral(
                sorted.get(leftIsDown ? 0 : 1),
                sorted.get(rightIsDown ? 2 : 3),
                sorted.get(rightIsDown ? 3 : 2),
                sorted.get(leftIsDown ? 1 : 0));
    }

    /** Returns the same corners, of which the upper of the two left ones is the first. */
    Quadrilateral ordered() {
        List<Point> sorted =
                points().stream().sorted(Comparator.comparing(Point::x)).toList();
        List<Point> left = sorted.subList(0, 2).stream()
                .sorted(Comparator.comparing(Point::y))
                .toList();
        List<Point> right = sorted.subList(2, 4).stream()
                .sorted(Comparator.comparing(Point::y))
                .toList();
        return new Quadrilateral(left.get(0), right.get(0), right.get(1), left.get(1));
    }

    /** Clockwise. */
    List<Point> points() {
        return List.of(topLeft, topRight, bottomRight, bottomLeft);
    }

    double width() {
        return Math.max(topLeft.to(topRight), bottomRight.to(bottomLeft));
    }

    double height() {
        return Math.max(topLeft.to(bottomLeft), topRight.to(bottomRight));
    }

    double area() {
        List<Point> points = points();
        double twice = 0;
        for (int i = 0; i < points.size(); i++) {
            Point from = points.get(i);
            Point to = points.get((i + 1) % points.size());
            twice += (double) from.x * to.y - (double) to.x * from.y;
        }
        return Math.abs(twice) / 2;
    }

    double perimeter() {
        return topLeft.to(topRight) + topRight.to(bottomRight) + bottomRight.to(bottomLeft) + bottomLeft.to(topLeft);
    }

    /** Returns the corners as (4, 1, 2) floats. */
    Mat floats() {
        Mat corners = new Mat(4, 1, CV_32FC2);
        try (FloatPointer to = new FloatPointer(corners.data())) {
            List<Point> points = points();
            for (int i = 0; i < points.size(); i++) {
                to.put(2L * i, points.get(i).x).put(2L * i + 1, points.get(i).y);
            }
        }
        return corners;
    }

    /** Returns the corners, relative to a point and cut to whole pixels, as (4, 1, 2) integers. */
    Mat integers(int left, int top) {
        Mat corners = new Mat(4, 1, CV_32SC2);
        int[] values = new int[8];
        for (int i = 0; i < 4; i++) {
            values[2 * i] = (int) (points().get(i).x - left);
            values[2 * i + 1] = (int) (points().get(i).y - top);
        }
        corners.<IntBuffer>createBuffer().put(values);
        return corners;
    }
}

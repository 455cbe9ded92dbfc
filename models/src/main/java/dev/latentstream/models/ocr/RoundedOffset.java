package dev.latentstream.models.ocr;

import static org.bytedeco.opencv.global.opencv_core.CV_32SC2;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The outline at a distance around a convex polygon, with round corners, in whole pixels as Angus Johnson's Clipper 6.4 computes it, with which
 * RapidOCR enlarges boxes: a pixel more or less in a line of twenty changes what the recogniser reads.
 */
final class RoundedOffset {
    /** Largest distance between an arc and its chords: a quarter of a pixel. */
    private static final double ARC_TOLERANCE = 0.25;

    private final double distance;
    private final double stepsPerRadian;
    private final double sine;
    private final double cosine;
    private final List<int[]> outline = new ArrayList<>();

    private RoundedOffset(double distance) {
        this.distance = distance;
        double tolerance = Math.min(ARC_TOLERANCE, distance * ARC_TOLERANCE);
        double steps = Math.min(Math.PI / Math.acos(1 - tolerance / distance), distance * Math.PI);
        this.stepsPerRadian = steps / (2 * Math.PI);
        this.sine = Math.sin(2 * Math.PI / steps);
        this.cosine = Math.cos(2 * Math.PI / steps);
    }

    /**
     * Returns the outline.
     *
     * @param polygon clockwise, cut to whole pixels
     * @param distance above 0
     * @return (N, 1, 2) integers
     */
    static Mat of(Quadrilateral polygon, double distance) {
        RoundedOffset offset = new RoundedOffset(distance);
        List<long[]> corners = new ArrayList<>();
        polygon.points().forEach(corner -> {
            long[] whole = {(long) corner.x(), (long) corner.y()};
            if (corners.isEmpty() || !isSame(corners.get(corners.size() - 1), whole)) {
                corners.add(whole);
            }
        });
        double[][] normals = new double[corners.size()][];
        for (int i = 0; i < normals.length; i++) {
            normals[i] = normal(corners.get(i), corners.get((i + 1) % normals.length));
        }
        for (int i = 0; i < normals.length; i++) {
            offset.corner(corners.get(i), normals[(i + normals.length - 1) % normals.length], normals[i]);
        }
        return offset.points();
    }

    private static boolean isSame(long[] one, long[] other) {
        return one[0] == other[0] && one[1] == other[1];
    }

    private static double[] normal(long[] from, long[] to) {
        double dx = to[0] - from[0];
        double dy = to[1] - from[1];
        double length = Math.max(Math.sqrt(dx * dx + dy * dy), Double.MIN_NORMAL);
        return new double[] {dy / length, -dx / length};
    }

    private void corner(long[] corner, double[] before, double[] after) {
        double sineOfTurn = before[0] * after[1] - after[0] * before[1];
        double cosineOfTurn = before[0] * after[0] + before[1] * after[1];
        if (Math.abs(sineOfTurn * distance) < 1 && cosineOfTurn > 0) {
            add(corner, before[0], before[1]);
            return;
        }
        int steps = (int) Math.max(Math.round(stepsPerRadian * Math.abs(Math.atan2(sineOfTurn, cosineOfTurn))), 1);
        double x = before[0];
        double y = before[1];
        for (int i = 0; i < steps; i++) {
            add(corner, x, y);
            double turned = x * cosine - sine * y;
            y = x * sine + y * cosine;
            x = turned;
        }
        add(corner, after[0], after[1]);
    }

    private void add(long[] corner, double x, double y) {
        outline.add(new int[] {rounded(corner[0] + x * distance), rounded(corner[1] + y * distance)});
    }

    /** Rounds halves away from zero. */
    private static int rounded(double value) {
        return (int) (value < 0 ? value - 0.5 : value + 0.5);
    }

    private Mat points() {
        Mat points = new Mat(outline.size(), 1, CV_32SC2);
        IntBuffer to = points.createBuffer();
        outline.forEach(to::put);
        return points;
    }
}

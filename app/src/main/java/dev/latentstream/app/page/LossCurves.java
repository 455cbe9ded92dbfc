package dev.latentstream.app.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws losses as SVG: a line through their running mean for each run, and faint points if there is only one. */
public final class LossCurves {
    /**
     * The loss at a place of a run.
     *
     * @param x step, or another measure that grows with it
     * @param loss mean since the previous point
     */
    public record LossPoint(double x, double loss) {}

    /** A run, by its points from left to right. */
    public record Curve(String name, List<LossPoint> points) {
        public Curve {
            points = List.copyOf(points);
        }
    }

    private static final int HEIGHT = 260;
    private static final int MAX_POINTS = 400;

    /** Half-life of the running mean, as a share of the run; a few points are not smoothed at all. */
    private static final double HALF_LIFE = 0.02;

    private final String measure;
    private final List<Curve> curves;
    private final List<Mark> marks;
    private final Plot plot;

    /**
     * The curve of one run over its steps.
     *
     * @param marks drawn as vertical lines, from left to right
     */
    public LossCurves(List<LossPoint> points, List<Mark> marks) {
        this("steps", List.of(new Curve("", points)), marks);
    }

    /** @param measure what grows to the right */
    public LossCurves(String measure, List<Curve> curves) {
        this(measure, curves, List.of());
    }

    private LossCurves(String measure, List<Curve> curves, List<Mark> marks) {
        this.measure = measure;
        this.marks = List.copyOf(marks);
        this.curves = curves.stream()
                .map(curve -> new Curve(curve.name(), thinned(curve.points())))
                .filter(curve -> curve.points().size() > 1)
                .toList();
        boolean single = curves.size() == 1;
        this.plot =
                new Plot(HEIGHT, Axis.over(values(single, LossPoint::x)), Axis.over(values(single, LossPoint::loss)));
    }

    /** Returns the drawing, with a legend if there are several runs. */
    public String svg() {
        if (curves.isEmpty()) {
            return "<p class=\"quiet\">Too few steps for a curve.</p>";
        }
        String lines = IntStream.range(0, curves.size())
                .mapToObj(i -> Plot.text(
                        "<path class=\"line %s\" d=\"%s\"/>",
                        Plot.colour(i), path(smoothed(curves.get(i).points()))))
                .collect(Collectors.joining());
        String dots = curves.size() == 1 ? dots(curves.get(0).points()) : "";
        return plot.svg("Loss over " + measure, dots + lines, marks) + legend();
    }

    /** The points that are drawn: those of several runs only smoothed. */
    private double[] values(boolean single, ToDoubleFunction<LossPoint> value) {
        return curves.stream()
                .flatMap(curve -> (single ? curve.points() : smoothed(curve.points())).stream())
                .mapToDouble(value)
                .toArray();
    }

    private String legend() {
        return curves.size() == 1
                ? ""
                : Plot.legend(curves.stream().map(Curve::name).toList());
    }

    private String dots(List<LossPoint> points) {
        return points.stream()
                .map(point -> Plot.text(
                        "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\"/>",
                        plot.x(point.x()), plot.y(point.loss())))
                .collect(Collectors.joining());
    }

    private String path(List<LossPoint> line) {
        return line.stream()
                .map(point -> Plot.text("%.1f %.1f", plot.x(point.x()), plot.y(point.loss())))
                .collect(Collectors.joining(" L ", "M ", ""));
    }

    private static List<LossPoint> smoothed(List<LossPoint> points) {
        double halfLife = HALF_LIFE * points.size();
        double keep = halfLife < 1 ? 0 : Math.pow(0.5, 1 / halfLife);
        List<LossPoint> line = new ArrayList<>();
        double mean = points.get(0).loss();
        for (LossPoint point : points) {
            mean = keep * mean + (1 - keep) * point.loss();
            line.add(new LossPoint(point.x(), mean));
        }
        return line;
    }

    /** Averages neighbours if there are more points than can be distinguished. */
    private static List<LossPoint> thinned(List<LossPoint> points) {
        int together = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
        List<LossPoint> thinned = new ArrayList<>();
        for (int start = 0; start < points.size(); start += Math.max(1, together)) {
            List<LossPoint> part = points.subList(start, Math.min(points.size(), start + together));
            thinned.add(new LossPoint(mean(part, LossPoint::x), mean(part, LossPoint::loss)));
        }
        return thinned;
    }

    private static double mean(List<LossPoint> points, ToDoubleFunction<LossPoint> value) {
        return points.stream().mapToDouble(value).average().orElse(0);
    }
}

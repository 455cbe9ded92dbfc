package dev.latentstream.app.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Draws the loss over the steps as SVG: each point faintly, and a line through their running mean. */
public final class LossCurve {
    /**
     * The loss at a step.
     *
     * @param loss mean since the previous point
     */
    public record LossPoint(long step, double loss) {}

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 260;
    private static final int LEFT = 56;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 32;
    private static final int MAX_POINTS = 400;

    /** Half-life of the running mean, as a share of the run; a few points are not smoothed at all. */
    private static final double HALF_LIFE = 0.02;

    private final List<LossPoint> points;
    private final Axis steps;
    private final Axis losses;

    public LossCurve(List<LossPoint> points) {
        this.points = thinned(points);
        this.steps = Axis.over(this.points.stream().mapToDouble(LossPoint::step).toArray());
        this.losses =
                Axis.over(this.points.stream().mapToDouble(LossPoint::loss).toArray());
    }

    public String svg() {
        if (points.size() < 2) {
            return "<p class=\"quiet\">Too few steps for a curve.</p>";
        }
        return "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Loss over steps\">%s%s%s<path class=\"line\" d=\"%s\"/></svg>"
                .formatted(WIDTH, HEIGHT, horizontals(), verticals(), dots(), path(smoothed()));
    }

    private String horizontals() {
        StringBuilder svg = new StringBuilder();
        for (double tick : losses.ticks()) {
            double y = y(tick);
            svg.append(text(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(text(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 8, y + 4, losses.label(tick)));
        }
        return svg.toString();
    }

    private String verticals() {
        StringBuilder svg = new StringBuilder();
        for (double tick : steps.ticks()) {
            svg.append(text(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(tick), HEIGHT - 10, steps.label(tick)));
        }
        return svg.toString();
    }

    private String dots() {
        return points.stream()
                .map(point -> text(
                        "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\"/>",
                        x((double) point.step()), y(point.loss())))
                .collect(Collectors.joining());
    }

    private String path(List<LossPoint> line) {
        return line.stream()
                .map(point -> text("%.1f %.1f", x((double) point.step()), y(point.loss())))
                .collect(Collectors.joining(" L ", "M ", ""));
    }

    private List<LossPoint> smoothed() {
        double halfLife = HALF_LIFE * points.size();
        double keep = halfLife < 1 ? 0 : Math.pow(0.5, 1 / halfLife);
        List<LossPoint> line = new ArrayList<>();
        double mean = points.get(0).loss();
        for (LossPoint point : points) {
            mean = keep * mean + (1 - keep) * point.loss();
            line.add(new LossPoint(point.step(), mean));
        }
        return line;
    }

    /** Averages neighbours if there are more points than can be distinguished. */
    private static List<LossPoint> thinned(List<LossPoint> points) {
        int together = (points.size() + MAX_POINTS - 1) / MAX_POINTS;
        List<LossPoint> thinned = new ArrayList<>();
        for (int start = 0; start < points.size(); start += Math.max(1, together)) {
            List<LossPoint> part = points.subList(start, Math.min(points.size(), start + together));
            thinned.add(new LossPoint(Math.round(mean(part, LossPoint::step)), mean(part, LossPoint::loss)));
        }
        return thinned;
    }

    private static double mean(List<LossPoint> points, ToDoubleFunction<LossPoint> value) {
        return points.stream().mapToDouble(value).average().orElse(0);
    }

    private double x(double step) {
        return LEFT + steps.fraction(step) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double loss) {
        return HEIGHT - BOTTOM - losses.fraction(loss) * (HEIGHT - TOP - BOTTOM);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

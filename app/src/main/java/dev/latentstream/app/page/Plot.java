package dev.latentstream.app.page;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The area of a drawing in SVG, 1,000 units wide: its scales, and what is drawn at their ticks.
 *
 * @param height in units
 * @param horizontal scale from left to right
 * @param vertical scale from bottom to top
 */
record Plot(int height, Axis horizontal, Axis vertical) {
    private static final int WIDTH = 1000;
    private static final int LEFT = 56;
    private static final int RIGHT = 28;
    private static final int TOP = 12;
    private static final int BOTTOM = 32;

    /** Two labels, one to the right of its line and one to the left. */
    private static final int BETWEEN_LABELS = 240;

    /** Colours in the style sheet. */
    private static final int COLOURS = 6;

    /** Returns the drawing: a grid, the content, and marks above it. */
    String svg(String title, String content, List<Mark> marks) {
        return "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%s%s%s%s</svg>"
                .formatted(WIDTH, height, Html.escaped(title), horizontals(), verticals(), content, lines(marks));
    }

    double x(double value) {
        return LEFT + horizontal.fraction(value) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
        return height - BOTTOM - vertical.fraction(value) * (height - TOP - BOTTOM);
    }

    /** Returns the class of the n-th colour, from 0; after the last one they begin again. */
    static String colour(int n) {
        return "colour" + n % COLOURS;
    }

    /** Returns a list of names, each beside its colour. */
    static String legend(List<String> names) {
        return IntStream.range(0, names.size())
                .mapToObj(i ->
                        "<li><span class=\"key %s\"></span>%s</li>".formatted(colour(i), Html.escaped(names.get(i))))
                .collect(Collectors.joining("", "<ul class=\"legend\">", "</ul>"));
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private String horizontals() {
        StringBuilder svg = new StringBuilder();
        for (double tick : vertical.ticks()) {
            double y = y(tick);
            svg.append(text(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(text(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 8, y + 4, vertical.label(tick)));
        }
        return svg.toString();
    }

    private String verticals() {
        StringBuilder svg = new StringBuilder();
        for (double tick : horizontal.ticks()) {
            svg.append(text(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    x(tick), height - 10, horizontal.label(tick)));
        }
        return svg.toString();
    }

    /** The lines of the marks, with labels to the right, or to the left in the right half; no label where it would cover another. */
    private String lines(List<Mark> marks) {
        StringBuilder svg = new StringBuilder();
        double labelled = Double.NEGATIVE_INFINITY;
        for (Mark mark : marks) {
            double x = x(mark.x());
            boolean right = horizontal.fraction(mark.x()) > 0.5;
            svg.append(text(
                    "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, TOP, height - BOTTOM));
            if (x - labelled >= BETWEEN_LABELS) {
                svg.append(text(
                        "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>",
                        right ? x - 6 : x + 6, TOP + 10, right ? "end" : "start", Html.escaped(mark.label())));
                labelled = x;
            }
        }
        return svg.toString();
    }
}

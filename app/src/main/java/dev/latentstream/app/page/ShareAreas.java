package dev.latentstream.app.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Draws the parts of a whole over the steps of a run as SVG: stacked columns, one for each stretch of steps, with a legend. */
public final class ShareAreas {
    /**
     * Samples of some steps.
     *
     * @param from the step before the first
     * @param to the last step
     * @param samples number of samples of each part; parts without samples may be left out
     */
    public record Stretch(double from, double to, Map<String, Long> samples) {
        public Stretch {
            samples = Map.copyOf(samples);
        }
    }

    private static final int HEIGHT = 170;
    private static final int MAX_COLUMNS = 100;

    /** Of shares. */
    private static final Axis SHARES = new Axis(0, 1, 0.5);

    private final String title;
    private final List<Stretch> columns;
    private final List<Mark> marks;

    /**
     * @param title for readers that see no drawing
     * @param stretches one after the other; many are drawn together
     * @param marks drawn as vertical lines, from left to right
     */
    public ShareAreas(String title, List<Stretch> stretches, List<Mark> marks) {
        this.title = title;
        this.marks = List.copyOf(marks);
        columns =
                joined(stretches.stream().filter(stretch -> total(stretch) > 0).toList());
    }

    /** Returns the drawing; nothing if there are no samples. */
    public String svg() {
        if (columns.isEmpty()) {
            return "";
        }
        Plot plot = new Plot(
                HEIGHT,
                Axis.over(columns.get(0).from(), columns.get(columns.size() - 1).to()),
                SHARES);
        List<String> names = columns.stream()
                .flatMap(column -> column.samples().keySet().stream())
                .collect(Collectors.collectingAndThen(Collectors.toCollection(TreeSet::new), List::copyOf));
        StringBuilder areas = new StringBuilder();
        Map<Stretch, Double> below = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            StringBuilder path = new StringBuilder();
            for (Stretch column : columns) {
                double share = column.samples().getOrDefault(names.get(i), 0L) / (double) total(column);
                double base = below.merge(column, share, Double::sum) - share;
                path.append(Plot.text(
                        "M %.1f %.1f H %.1f V %.1f H %.1f Z ",
                        plot.x(column.from()),
                        plot.y(base),
                        plot.x(column.to()),
                        plot.y(base + share),
                        plot.x(column.from())));
            }
            areas.append("<path class=\"area %s\" d=\"%s\"/>"
                    .formatted(Plot.colour(i), path.toString().strip()));
        }
        return plot.svg(title, areas.toString(), marks) + Plot.legend(names);
    }

    private static long total(Stretch stretch) {
        return stretch.samples().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Joins neighbours if there are more stretches than can be distinguished. */
    private static List<Stretch> joined(List<Stretch> stretches) {
        int together = Math.max(1, (stretches.size() + MAX_COLUMNS - 1) / MAX_COLUMNS);
        List<Stretch> joined = new ArrayList<>();
        for (int start = 0; start < stretches.size(); start += together) {
            List<Stretch> part = stretches.subList(start, Math.min(stretches.size(), start + together));
            Map<String, Long> samples = new HashMap<>();
            part.forEach(stretch -> stretch.samples().forEach((name, count) -> samples.merge(name, count, Long::sum)));
            joined.add(new Stretch(part.get(0).from(), part.get(part.size() - 1).to(), samples));
        }
        return joined;
    }
}

package dev.latentstream.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Renders progress as text: on a terminal a block that is redrawn in place, else one line at a time. */
final class ProgressView {
    private static final String UP_ONE_LINE = "\u001b[1A";
    private static final String CLEAR_LINE = "\u001b[2K";
    private static final String WRAP_OFF = "\u001b[?7l"; // a wrapped line would count as two when the block is redrawn
    private static final String WRAP_ON = "\u001b[?7h";
    private static final int BAR_WIDTH = 24;
    private static final Duration RECENT = Duration.ofSeconds(30);

    private final boolean terminal;
    private int drawn;

    /** @param terminal whether the output understands control sequences */
    public ProgressView(boolean terminal) {
        this.terminal = terminal;
    }

    /** Returns the characters to write for the next state. */
    public String next(Progress progress) {
        if (!terminal) {
            return line(progress) + "\n";
        }
        List<String> lines = block(progress);
        StringBuilder text = new StringBuilder((UP_ONE_LINE + CLEAR_LINE).repeat(drawn)).append(WRAP_OFF);
        lines.forEach(line -> text.append(line).append('\n'));
        drawn = lines.size();
        return text.append(WRAP_ON).toString();
    }

    private static List<String> block(Progress progress) {
        List<String> lines = new ArrayList<>();
        int width = progress.stages().stream()
                .mapToInt(stage -> stage.name().length())
                .max()
                .orElse(0);
        for (Progress.Stage stage : progress.stages()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-" + width + "s  %,9d %s %8.1f/s%s",
                    stage.name(),
                    stage.done(),
                    stage.unit(),
                    stage.perSecond(),
                    stage.note().isEmpty() ? "" : "  " + stage.note()));
        }
        lines.add("  " + training(progress) + left(progress));
        lines.add("  " + details(progress));
        return lines;
    }

    private static String line(Progress progress) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%5ds", progress.elapsed().toSeconds()));
        for (Progress.Stage stage : progress.stages()) {
            line.append(String.format(Locale.ROOT, "  %s %d", stage.name(), stage.done()));
        }
        line.append("  ").append(training(progress)).append(left(progress));
        String details = details(progress);
        return details.isEmpty()
                ? line.toString()
                : line.append("  ").append(details).toString();
    }

    private static String training(Progress progress) {
        double share = progress.steps() == 0 ? 0 : Math.min(1, progress.step() / (double) progress.steps());
        int filled = (int) Math.round(share * BAR_WIDTH);
        String bar = "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]";
        return "training %s step %d/%d".formatted(bar, progress.step(), progress.steps());
    }

    private static String details(Progress progress) {
        String report = progress.report().map(ProgressView::details).orElse("");
        return report.isEmpty() || progress.activity().isEmpty()
                ? report + progress.activity()
                : report + "  " + progress.activity();
    }

    private static String details(Progress.Report report) {
        return String.format(
                Locale.ROOT,
                "loss %.4f at step %d%s  %.1f images/s  waiting for data %.1f %%",
                report.loss(),
                report.step(),
                isRecent(report) ? "" : ", " + age(report.age()),
                report.imagesPerSecond(),
                report.stall() * 100);
    }

    private static String age(Duration age) {
        return age.toMinutes() == 0 ? age.toSeconds() + " s ago" : age.toMinutes() + " min ago";
    }

    private static String left(Progress progress) {
        double stepsPerSecond = progress.report()
                .filter(ProgressView::isRecent)
                .map(Progress.Report::stepsPerSecond)
                .orElse(0.0);
        if (stepsPerSecond <= 0 || progress.step() >= progress.steps()) {
            return "";
        }
        Duration left = Duration.ofSeconds(Math.round((progress.steps() - progress.step()) / stepsPerSecond));
        return "  %d:%02d left".formatted(left.toMinutes(), left.toSecondsPart());
    }

    private static boolean isRecent(Progress.Report report) {
        return report.age().compareTo(RECENT) < 0;
    }
}

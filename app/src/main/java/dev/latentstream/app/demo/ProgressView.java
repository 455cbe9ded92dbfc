package dev.latentstream.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns what the stages report into what the terminal shows: one block that is redrawn in place where the terminal can do
 * that, else one line now and then.
 */
final class ProgressView {
    private static final String UP_ONE_LINE = "\u001b[1A";
    private static final String CLEAR_LINE = "\u001b[2K";
    private static final int BAR_WIDTH = 24;

    private final boolean terminal;
    private int drawn;

    /** @param terminal whether what it writes to understands control sequences */
    public ProgressView(boolean terminal) {
        this.terminal = terminal;
    }

    /** The characters to write for the next state. */
    public String next(Progress progress) {
        if (!terminal) {
            return line(progress) + "\n";
        }
        List<String> lines = block(progress);
        StringBuilder text = new StringBuilder((UP_ONE_LINE + CLEAR_LINE).repeat(drawn));
        lines.forEach(line -> text.append(line).append('\n'));
        drawn = lines.size();
        return text.toString();
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
        lines.add("  " + training(progress));
        return lines;
    }

    private static String line(Progress progress) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%5ds", progress.elapsed().toSeconds()));
        for (Progress.Stage stage : progress.stages()) {
            line.append(String.format(Locale.ROOT, "  %s %d", stage.name(), stage.done()));
        }
        return line.append("  ").append(training(progress)).toString();
    }

    private static String training(Progress progress) {
        double share = progress.steps() == 0 ? 0 : Math.min(1, progress.step() / (double) progress.steps());
        int filled = (int) Math.round(share * BAR_WIDTH);
        String bar = "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]";
        String text = String.format(Locale.ROOT, "training %s step %d/%d", bar, progress.step(), progress.steps());
        if (progress.imagesPerSecond() == 0) { // the first steps have not been reported on yet
            return text;
        }
        return text
                + String.format(
                        Locale.ROOT,
                        "  loss %.4f  %.1f images/s  waiting %.1f %%%s",
                        progress.loss(),
                        progress.imagesPerSecond(),
                        progress.stall() * 100,
                        left(progress));
    }

    private static String left(Progress progress) {
        double stepsPerSecond = progress.stepsPerSecond();
        if (stepsPerSecond <= 0 || progress.step() >= progress.steps()) {
            return "";
        }
        Duration left = Duration.ofSeconds(Math.round((progress.steps() - progress.step()) / stepsPerSecond));
        return "  %d:%02d left".formatted(left.toMinutes(), left.toSecondsPart());
    }
}

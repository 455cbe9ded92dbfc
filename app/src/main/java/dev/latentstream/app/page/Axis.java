package dev.latentstream.app.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A linear scale over round numbers.
 *
 * @param low lower end, a multiple of {@code step}
 * @param high upper end, a multiple of {@code step}
 * @param step distance of the ticks: 1, 2 or 5 times a power of ten
 */
record Axis(double low, double high, double step) {
    private static final int ABOUT_TICKS = 5;

    /** Returns the smallest scale of about five ticks that contains all values. */
    static Axis over(double... values) {
        double least = Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
        double greatest = Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
        double range = greatest > least ? greatest - least : Math.max(1, Math.abs(greatest));
        double rough = range / ABOUT_TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
        double low = Math.floor(least / step) * step;
        double high = Math.ceil(greatest / step) * step;
        return new Axis(low, high > low ? high : low + step, step);
    }

    /** Returns the position of a value between the ends, 0 to 1. */
    double fraction(double value) {
        return (value - low) / (high - low);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        long count = Math.round((high - low) / step);
        for (long i = 0; i <= count; i++) {
            ticks.add(low + i * step);
        }
        return ticks;
    }

    /** Formats a tick with as many digits as distinguish it from its neighbours. */
    String label(double tick) {
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + digits + "f", tick);
    }
}

package dev.latentstream.runtime.settings;

import java.time.Duration;

/** Checks of settings and policies against their bounds; each failure names the setting, its value and the bound. */
public final class Checks {
    private Checks() {}

    /** Returns a count or size that is not below a bound. */
    public static long atLeast(String name, long value, long bound) {
        if (value < bound) {
            throw new IllegalArgumentException("%s %d is below %d".formatted(name, value, bound));
        }
        return value;
    }

    /** Returns a whole number within bounds, both included. */
    public static long between(String name, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException("%s %d is not between %d and %d".formatted(name, value, low, high));
        }
        return value;
    }

    /** Returns a number within bounds, both included. */
    public static double between(String name, double value, double low, double high) {
        if (!(value >= low && value <= high)) { // also refuses NaN
            throw new IllegalArgumentException("%s %s is not between %s and %s".formatted(name, value, low, high));
        }
        return value;
    }

    /** Returns a text that is not blank. */
    public static String nonBlank(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("%s is empty".formatted(name));
        }
        return value;
    }

    /** Returns a duration above zero. */
    public static Duration positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("%s %s is not above zero".formatted(name, value));
        }
        return value;
    }
}

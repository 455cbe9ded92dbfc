package dev.latentstream.app.compare;

import java.util.Locale;

/** Prints numbers of MACs. */
enum Compute {
    GIGA("GMACs", 1e9),
    TERA("TMACs", 1e12),
    PETA("PMACs", 1e15),
    EXA("EMACs", 1e18);

    private final String unit;
    private final double size;

    Compute(String unit, double size) {
        this.unit = unit;
        this.size = size;
    }

    /** Returns the largest unit in which a number of MACs is at least 1. */
    static Compute of(double macs) {
        Compute best = GIGA;
        for (Compute unit : values()) {
            best = macs >= unit.size ? unit : best;
        }
        return best;
    }

    /** Returns a number of MACs in a fitting unit. */
    static String text(double macs) {
        Compute unit = of(macs);
        return String.format(Locale.ROOT, "%.3g %s", unit.amount(macs), unit.unit);
    }

    String unit() {
        return unit;
    }

    double amount(double macs) {
        return macs / size;
    }
}

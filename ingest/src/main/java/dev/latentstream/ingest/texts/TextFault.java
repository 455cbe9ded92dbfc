package dev.latentstream.ingest.texts;

/**
 * The rule that a text breaks.
 *
 * @param rule its name, for meters: for example {@code too-short}
 * @param value what was measured
 * @param bound the bound of the rule
 */
public record TextFault(String rule, String value, String bound) {}

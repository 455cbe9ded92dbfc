package dev.latentstream.ingest.scoring;

/**
 * The bound of a score.
 *
 * @param isMaximum whether scores above it are refused; else those below it
 * @param value the last score that is admitted
 */
public record ScoreBound(boolean isMaximum, double value) {}

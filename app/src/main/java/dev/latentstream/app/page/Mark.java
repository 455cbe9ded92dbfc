package dev.latentstream.app.page;

/**
 * A moment of a run that explains its curves, such as a change of a policy.
 *
 * @param x step, or another measure that grows with it
 */
public record Mark(double x, String label) {}

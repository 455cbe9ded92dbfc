package dev.latentstream.models.backbone;

/** The size of a network made from a {@link Preset}. */
public enum ModelSize {
    /** As published. */
    FULL,
    /** Of the same structure, small enough to be trained on a CPU: a few million parameters. */
    TINY
}

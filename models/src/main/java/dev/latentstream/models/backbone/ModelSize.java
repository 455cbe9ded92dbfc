package dev.latentstream.models.backbone;

/** How large a network of a name is made. */
public enum ModelSize {
    /** As the name says. */
    FULL,
    /** Of the same structure, small enough to learn on a processor: a few million numbers. */
    TINY
}

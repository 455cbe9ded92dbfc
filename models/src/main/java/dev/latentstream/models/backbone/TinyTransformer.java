package dev.latentstream.models.backbone;

/** The small version of a transformer: an eighth of its width and a seventh of its depth, within bounds. */
final class TinyTransformer {
    static final int HEADS = 4;

    private static final int NARROWEST = 128;
    private static final int WIDEST = 192;
    private static final int SHALLOWEST = 4;

    private TinyTransformer() {}

    static int width(int full) {
        return Math.min(WIDEST, Math.max(NARROWEST, full / 8));
    }

    static int depth(int full) {
        return Math.max(SHALLOWEST, full / 7);
    }
}

package dev.latentstream.scenes;

/**
 * One object of a scene.
 *
 * @param size band of its extent
 * @param x centre as a fraction of the image's width
 * @param y centre as a fraction of the image's height, from the top
 * @param extent its longer side as a fraction of the image's shorter side
 */
public record SceneObject(Kind kind, Colour colour, Pattern pattern, SizeName size, double x, double y, double extent) {
    // Boxes and limits are sums of decimal fractions; this tolerates their binary rounding.
    private static final double ROUNDING = 1e-9;

    public SceneObject {
        if (size != SizeName.of(extent)) {
            throw new IllegalArgumentException("extent %s is not %s".formatted(extent, size.word()));
        }
        if (pattern != Pattern.PLAIN && !kind.takesPattern()) {
            throw new IllegalArgumentException("a %s cannot be %s".formatted(kind.noun(), pattern.word()));
        }
        double halfWidth = extent * kind.widthPercent() / 200;
        double halfHeight = extent * kind.heightPercent() / 200;
        if (!(x - halfWidth >= -ROUNDING
                && x + halfWidth <= 1 + ROUNDING
                && y - halfHeight >= -ROUNDING
                && y + halfHeight <= 1 + ROUNDING)) {
            throw new IllegalArgumentException(
                    "a %s of extent %s at (%s, %s) is partly outside the image".formatted(kind.noun(), extent, x, y));
        }
    }

    /** Returns its box in a square image. */
    public Box box() {
        return Box.around(x, y, extent * kind.widthPercent() / 100, extent * kind.heightPercent() / 100);
    }

    SceneObject at(double newX, double newY) {
        return new SceneObject(kind, colour, pattern, size, newX, newY, extent);
    }
}

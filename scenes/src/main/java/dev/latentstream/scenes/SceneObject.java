package dev.latentstream.scenes;

/**
 * One object of a scene.
 *
 * @param size the band of its extent
 * @param x centre as a share of the picture's width
 * @param y centre as a share of the picture's height, downwards
 * @param extent its longer side as a share of the picture's shorter side
 */
public record SceneObject(Kind kind, Colour colour, Pattern pattern, SizeName size, double x, double y, double extent) {
    // Boxes and limits are sums of decimal shares; this forgives their binary rounding.
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
                    "a %s of extent %s at (%s, %s) leaves the picture".formatted(kind.noun(), extent, x, y));
        }
    }

    /** Its box in a square picture. */
    public Box box() {
        return Box.around(x, y, extent * kind.widthPercent() / 100, extent * kind.heightPercent() / 100);
    }

    SceneObject at(double newX, double newY) {
        return new SceneObject(kind, colour, pattern, size, newX, newY, extent);
    }
}

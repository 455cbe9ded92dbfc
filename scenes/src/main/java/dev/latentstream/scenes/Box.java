package dev.latentstream.scenes;

/** An axis-aligned rectangle, in fractions of the image. */
public record Box(double left, double top, double right, double bottom) {
    static Box around(double x, double y, double width, double height) {
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }

    double area() {
        return (right - left) * (bottom - top);
    }

    /** Returns the overlap as a fraction of the smaller box. */
    double overlap(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        return width <= 0 || height <= 0 ? 0 : width * height / Math.min(area(), other.area());
    }
}

package dev.latentstream.scenes;

/** The position of a single object in the image. */
enum ObjectPosition {
    MIDDLE("in the middle"),
    LEFT("on the left side"),
    RIGHT("on the right side"),
    TOP("at the top"),
    BOTTOM("at the bottom");

    // Closer to the centre than this counts as the middle.
    private static final double OFF_CENTRE = 0.1;

    private final String phrase;

    ObjectPosition(String phrase) {
        this.phrase = phrase;
    }

    String phrase() {
        return phrase;
    }

    static ObjectPosition of(SceneObject object) {
        double right = object.x() - 0.5;
        double down = object.y() - 0.5;
        if (Math.max(Math.abs(right), Math.abs(down)) < OFF_CENTRE) {
            return MIDDLE;
        }
        if (Math.abs(right) >= Math.abs(down)) {
            return right < 0 ? LEFT : RIGHT;
        }
        return down < 0 ? TOP : BOTTOM;
    }
}

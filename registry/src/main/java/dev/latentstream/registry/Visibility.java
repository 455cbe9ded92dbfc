package dev.latentstream.registry;

/** Which versions a question is about. */
enum Visibility {
    LIVE,
    DELETED,
    ALL;

    boolean shows(Version version) {
        return switch (this) {
            case LIVE -> !version.deleted();
            case DELETED -> version.deleted();
            case ALL -> true;
        };
    }
}

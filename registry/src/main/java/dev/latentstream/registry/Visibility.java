package dev.latentstream.registry;

/** Which versions a question is about. */
enum Visibility {
    ACTIVE,
    DELETED,
    ALL;

    boolean shows(Version version) {
        return switch (this) {
            case ACTIVE -> !version.deleted();
            case DELETED -> version.deleted();
            case ALL -> true;
        };
    }
}

package dev.latentstream.registry;

/** Selects versions by whether they are soft-deleted. */
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

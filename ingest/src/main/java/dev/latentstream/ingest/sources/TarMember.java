package dev.latentstream.ingest.sources;

/** Names of tar members, as WebDataset reads them. */
final class TarMember {
    private TarMember() {}

    /** Returns the name up to the first dot after its last slash: {@code a/b.seg.png} has the key {@code a/b}. */
    static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }
}

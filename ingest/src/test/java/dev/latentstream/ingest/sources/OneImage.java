package dev.latentstream.ingest.sources;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A source of one image. */
class OneImage implements ImageSource {
    private final String uri;
    private boolean read;

    OneImage(String uri) {
        this.uri = uri;
    }

    static SourceItem found(String uri, String text) {
        return new SourceItem.Found(
                uri, new byte[] {1}, List.of(text), Map.of(), Optional.of("stamp"), /* othersBeside */ 0);
    }

    @Override
    public String name() {
        return "one";
    }

    @Override
    public OptionalLong total() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<SourceItem> next(Known known) {
        if (read) {
            return Optional.empty();
        }
        read = true;
        return Optional.of(known.unchanged(uri, "stamp") ? new SourceItem.Done(uri) : found(uri, "a cat"));
    }

    @Override
    public void close() {}
}

package dev.latentstream.ingest.sources;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads sources to their ends. */
final class Sources {
    private Sources() {}

    /** Returns all items but positions. */
    static List<SourceItem> all(ImageSource source) throws IOException {
        List<SourceItem> items = new ArrayList<>();
        for (Optional<SourceItem> item = source.next(Known.NOTHING);
                item.isPresent();
                item = source.next(Known.NOTHING)) {
            if (!(item.get() instanceof SourceItem.Position)) {
                items.add(item.get());
            }
        }
        return items;
    }
}

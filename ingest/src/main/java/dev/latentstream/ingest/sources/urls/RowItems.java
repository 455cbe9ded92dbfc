package dev.latentstream.ingest.sources.urls;

import dev.latentstream.ingest.lists.ListRow;
import dev.latentstream.ingest.lists.RowMetadata;
import dev.latentstream.ingest.sources.SampleTexts;
import dev.latentstream.ingest.sources.SourceItem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of a file, and the items that it becomes.
 *
 * @param repeated whether an earlier row may have had its URL
 */
record RowItems(Path file, ListRow row, boolean repeated) {
    /**
     * Returns the URL of the image, or the place of the row. A repeated URL has a fragment that depends on the texts of the row: a URI is the
     * origin of its texts, and the rows would replace those of each other.
     */
    String uri() {
        if (repeated && row instanceof ListRow.Link link) {
            return "%s#%08x".formatted(link.url(), link.about().texts().hashCode());
        }
        return row instanceof ListRow.Link link ? link.url() : "%s#row=%d".formatted(file.toUri(), row.number());
    }

    /** Returns what changes whenever the row does; its image may change without. */
    String stamp() {
        if (row instanceof ListRow.Link link) {
            return link.hash() + " " + link.about();
        }
        return row instanceof ListRow.Embedded embedded ? embedded.image().length + " " + embedded.about() : "";
    }

    /** Returns the image with its texts and attributes, and the texts that it does not receive. */
    List<SourceItem> found(byte[] image, Optional<String> version) {
        SampleTexts texts = new SampleTexts();
        RowMetadata about = about();
        about.texts().forEach(text -> texts.addText(uri(), text));
        about.attributes().forEach((name, value) -> texts.addAttribute(uri(), name, value));
        about.dropped().forEach(value -> texts.drop(uri(), value.fault(), value.reason()));
        List<SourceItem> items = new ArrayList<>();
        items.add(SourceItem.Found.of(uri(), image, texts, Optional.of(stamp()), 0)
                .withVersion(version));
        items.addAll(texts.dropped());
        return items;
    }

    private RowMetadata about() {
        if (row instanceof ListRow.Link link) {
            return link.about();
        }
        return row instanceof ListRow.Embedded embedded
                ? embedded.about()
                : new RowMetadata(List.of(), Map.of(), List.of());
    }
}

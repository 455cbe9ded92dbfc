package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.FolderListing.Image;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.files.FileFaults;
import dev.latentstream.ingest.sources.files.Stamp;
import dev.latentstream.schemas.AltTextFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an image of a folder with its texts. */
final class FolderReader {
    private final int maxImageBytes;

    FolderReader(int maxImageBytes) {
        this.maxImageBytes = maxImageBytes;
    }

    /** Returns the image, and each of its texts that it does not receive. */
    List<SourceItem> read(Image image, Known known) {
        String uri = image.path().toUri().toString();
        try {
            Optional<String> stamp = stamp(image);
            if (stamp.isPresent() && known.unchanged(uri, stamp.get())) {
                return List.of(new Done(uri));
            }
            SourceItem item = bytes(image.path(), uri);
            return item instanceof Found bare ? withTexts(bare, image, stamp) : withoutTexts(item, image);
        } catch (IOException fault) {
            return withoutTexts(new Unreadable(uri, FileFaults.describe(fault)), image);
        }
    }

    private SourceItem bytes(Path file, String uri) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return BoundedRead.image(uri, in, maxImageBytes);
        }
    }

    private static List<SourceItem> withoutTexts(SourceItem item, Image image) {
        List<SourceItem> items = new ArrayList<>(List.of(item));
        for (Path text : image.texts()) {
            items.add(new DroppedText(text.toUri().toString(), AltTextFault.NO_IMAGE, "its image is not delivered"));
        }
        return items;
    }

    private static List<SourceItem> withTexts(Found bare, Image image, Optional<String> stamp) {
        SampleTexts texts = new SampleTexts();
        boolean whole = true;
        for (Path file : image.texts()) {
            whole &= read(file, texts);
        }
        List<SourceItem> items = new ArrayList<>();
        items.add(bare.with(texts, whole ? stamp : Optional.empty(), image.othersBeside()));
        items.addAll(texts.dropped());
        return items;
    }

    /** Returns whether the file could be read. */
    private static boolean read(Path file, SampleTexts texts) {
        String uri = file.toUri().toString();
        try {
            Stamp.of(file);
            try (InputStream in = Files.newInputStream(file)) {
                texts.add(uri, in.readNBytes(SampleTexts.MAX_BYTES), Files.size(file));
                return true;
            }
        } catch (IOException fault) {
            texts.drop(uri, AltTextFault.UNREADABLE, FileFaults.describe(fault));
            return false;
        }
    }

    /**
     * Returns the stamps of all files of an image; empty if a text has none.
     *
     * @throws IOException if the image itself has none
     */
    static Optional<String> stamp(Image image) throws IOException {
        StringBuilder stamp = new StringBuilder(Stamp.of(image.path()));
        for (Path text : image.texts()) {
            try {
                stamp.append(' ').append(text.toUri()).append(' ').append(Stamp.of(text));
            } catch (IOException unreadable) {
                return Optional.empty();
            }
        }
        return Optional.of(stamp.toString());
    }
}

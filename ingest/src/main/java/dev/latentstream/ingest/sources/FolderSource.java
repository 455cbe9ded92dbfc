package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.FolderListing.Clutter;
import dev.latentstream.ingest.sources.FolderListing.Entry;
import dev.latentstream.ingest.sources.FolderListing.Fault;
import dev.latentstream.ingest.sources.FolderListing.Image;
import dev.latentstream.ingest.sources.FolderListing.LoneText;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.schemas.AltTextFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;

/**
 * Delivers the images of a folder and its subfolders in path order. The texts of {@code a.jpg} are {@code a.txt}, {@code a.caption}
 * and {@code a.jpg.txt}; {@code a.json} has attributes and may have texts.
 *
 * <p>Links to files are followed, and only regular files are opened. Links to folders are not followed, to avoid cycles; they count as
 * unreadable.
 */
public final class FolderSource implements ImageSource {
    private final String name;
    private final Path folder;
    private final ImageExtensions extensions;
    private final int maxImageBytes;
    private final FolderReader reader;
    private final List<Entry> entries;
    private final Queue<SourceItem> ready = new ArrayDeque<>();
    private int next;

    /**
     * Lists the folder.
     *
     * @throws IOException if the folder itself cannot be listed
     */
    public FolderSource(String name, Path folder, ImageExtensions extensions, int maxImageBytes) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": not a folder");
        }
        if (!Files.isReadable(folder)) {
            throw new IOException(folder + ": this user may not read the folder");
        }
        this.name = name;
        this.folder = folder;
        this.extensions = extensions;
        this.maxImageBytes = maxImageBytes;
        this.reader = new FolderReader(maxImageBytes);
        this.entries = FolderListing.of(folder, extensions);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String origin() {
        return "folder " + folder.toAbsolutePath().normalize();
    }

    @Override
    public Optional<ImageSource> again() throws IOException {
        return Optional.of(new FolderSource(name, folder, extensions, maxImageBytes));
    }

    /** Returns the number of all files but texts. */
    @Override
    public OptionalLong total() {
        return OptionalLong.of(
                entries.stream().filter(entry -> !(entry instanceof LoneText)).count());
    }

    @Override
    public Optional<SourceItem> next(Known known) {
        if (ready.isEmpty() && next < entries.size()) {
            Entry entry = entries.get(next++);
            if (entry instanceof Image image) {
                reader.read(image, known).forEach(ready::add);
            } else {
                ready.add(unread(entry));
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    private static SourceItem unread(Entry entry) {
        String uri = entry.path().toUri().toString();
        if (entry instanceof Fault fault) {
            return new Unreadable(uri, fault.reason());
        }
        if (entry instanceof Clutter clutter) {
            return new Skipped(uri, clutter.kind());
        }
        return entry instanceof LoneText
                ? new DroppedText(uri, AltTextFault.NO_IMAGE, "no image beside it has its name")
                : new Other(uri);
    }

    @Override
    public void close() {}
}

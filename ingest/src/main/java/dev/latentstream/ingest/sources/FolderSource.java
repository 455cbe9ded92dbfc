package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.FolderListing.Clutter;
import dev.latentstream.ingest.sources.FolderListing.Entry;
import dev.latentstream.ingest.sources.FolderListing.Fault;
import dev.latentstream.ingest.sources.FolderListing.Image;
import dev.latentstream.ingest.sources.FolderListing.LoneText;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.schemas.AltTextFault;
import java.io.IOException;
import java.io.InputStream;
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
            ready.add(entry instanceof Image image ? read(image, known) : unread(entry));
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

    private SourceItem read(Image image, Known known) {
        String uri = image.path().toUri().toString();
        try {
            Optional<String> stamp = stamp(image);
            if (stamp.isPresent() && known.unchanged(uri, stamp.get())) {
                return new Done(uri);
            }
            SourceItem item = bytes(image.path(), uri);
            return item instanceof Found bare ? withTexts(bare, image, stamp) : withoutTexts(item, image);
        } catch (IOException fault) {
            return withoutTexts(new Unreadable(uri, FolderListing.reason(fault)), image);
        }
    }

    private SourceItem bytes(Path file, String uri) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return BoundedRead.image(uri, in, maxImageBytes);
        }
    }

    private SourceItem withoutTexts(SourceItem item, Image image) {
        for (Path text : image.texts()) {
            ready.add(new DroppedText(text.toUri().toString(), AltTextFault.NO_IMAGE, "its image is not delivered"));
        }
        return item;
    }

    private Found withTexts(Found bare, Image image, Optional<String> stamp) {
        SampleTexts texts = new SampleTexts();
        boolean whole = true;
        for (Path file : image.texts()) {
            whole &= read(file, texts);
        }
        ready.addAll(texts.dropped());
        return bare.with(texts, whole ? stamp : Optional.empty(), image.othersBeside());
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
            texts.drop(uri, AltTextFault.UNREADABLE, FolderListing.reason(fault));
            return false;
        }
    }

    /**
     * Returns the stamps of all files of an image; empty if a text has none.
     *
     * @throws IOException if the image itself has none
     */
    private static Optional<String> stamp(Image image) throws IOException {
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

    @Override
    public void close() {}
}

package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Delivers the images of a folder and its subfolders in path order. The alt text of {@code a.jpg} is {@code a.txt}.
 *
 * <p>Links to files are followed. Links to folders are not, to avoid cycles; they count as unreadable. A text file without an image
 * counts as another file.
 */
public final class FolderSource implements ImageSource {
    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final String LINK_TO_FOLDER = "a link to a folder is not followed";

    private final String name;
    private final int maxImageBytes;
    private final List<Entry> entries;
    private int next;

    /** A path, with the reason if it could not be visited. */
    private record Entry(Path path, Optional<String> fault) {}

    /**
     * Lists the folder.
     *
     * @throws IOException if the folder itself cannot be listed
     */
    public FolderSource(String name, Path folder, int maxImageBytes) throws IOException {
        this.name = name;
        this.maxImageBytes = maxImageBytes;
        this.entries = list(folder);
    }

    private static List<Entry> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": not a folder");
        }
        if (!Files.isReadable(folder)) {
            throw new IOException(folder + ": this user may not read the folder");
        }
        List<Entry> entries = new ArrayList<>();
        Set<Path> altTexts = new HashSet<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                boolean linkToFolder = attributes.isSymbolicLink() && Files.isDirectory(file);
                entries.add(new Entry(file, linkToFolder ? Optional.of(LINK_TO_FOLDER) : Optional.empty()));
                if (!linkToFolder && ImageNames.isImage(file.toString())) {
                    altTexts.add(altTextFile(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException fault) {
                entries.add(new Entry(file, Optional.of(reason(fault))));
                return FileVisitResult.CONTINUE;
            }
        });
        entries.removeIf(entry -> altTexts.contains(entry.path())); // delivered with their images
        entries.sort(Comparator.comparing(Entry::path));
        return List.copyOf(entries);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OptionalLong total() {
        return OptionalLong.of(entries.size());
    }

    @Override
    public Optional<SourceItem> next(Predicate<String> done) {
        return next == entries.size() ? Optional.empty() : Optional.of(item(entries.get(next++), done));
    }

    private SourceItem item(Entry entry, Predicate<String> done) {
        String uri = entry.path().toUri().toString();
        if (entry.fault().isPresent()) {
            return new Unreadable(uri, entry.fault().get());
        }
        if (!ImageNames.isImage(entry.path().toString())) {
            return new Other(uri);
        }
        if (done.test(uri)) {
            return new Done(uri);
        }
        try (InputStream in = Files.newInputStream(entry.path())) {
            return BoundedRead.image(uri, in, maxImageBytes, altText(entry.path()), Map.of());
        } catch (IOException fault) {
            return new Unreadable(uri, reason(fault));
        }
    }

    private static Path altTextFile(Path image) {
        String file = image.getFileName().toString();
        return image.resolveSibling(file.substring(0, file.lastIndexOf('.')) + ".txt");
    }

    private static Optional<String> altText(Path image) throws IOException {
        try (InputStream in = Files.newInputStream(altTextFile(image))) {
            String read = new String(in.readNBytes(MAX_TEXT_BYTES), StandardCharsets.UTF_8).strip();
            return read.isEmpty() ? Optional.empty() : Optional.of(read);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** Names the exception too: the JDK's own message is only the path for most of them. */
    private static String reason(IOException fault) {
        return "%s: %s".formatted(fault.getClass().getSimpleName(), fault.getMessage());
    }

    @Override
    public void close() {}
}

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
 * The images of a folder and of all folders in it, by path. The alt text of {@code a.jpg} is {@code a.txt}.
 *
 * <p>Links to files are followed, links to folders are not, so that no loop is walked: they count as
 * unreadable. A text without an image is one of the other files.
 */
public final class FolderSource implements ImageSource {
    private static final int MAX_TEXT_BYTES = 1 << 20;
    private static final String LINK_TO_FOLDER = "a link to a folder is not followed";

    private final String name;
    private final int maxImageBytes;
    private final List<Place> places;
    private int next;

    /** A path, and why it could not be visited, if so. */
    private record Place(Path path, Optional<String> fault) {}

    /**
     * Lists the folder.
     *
     * @throws IOException where it cannot be listed at all
     */
    public FolderSource(String name, Path folder, int maxImageBytes) throws IOException {
        this.name = name;
        this.maxImageBytes = maxImageBytes;
        this.places = list(folder);
    }

    private static List<Place> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": not a folder");
        }
        if (!Files.isReadable(folder)) {
            throw new IOException(folder + ": this user may not read the folder");
        }
        List<Place> places = new ArrayList<>();
        Set<Path> altTexts = new HashSet<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                boolean linkToFolder = attributes.isSymbolicLink() && Files.isDirectory(file);
                places.add(new Place(file, linkToFolder ? Optional.of(LINK_TO_FOLDER) : Optional.empty()));
                if (!linkToFolder && ImageNames.isImage(file.toString())) {
                    altTexts.add(altTextFile(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException fault) {
                places.add(new Place(file, Optional.of(reason(fault))));
                return FileVisitResult.CONTINUE;
            }
        });
        places.removeIf(place -> altTexts.contains(place.path())); // delivered with their images
        places.sort(Comparator.comparing(Place::path));
        return List.copyOf(places);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OptionalLong total() {
        return OptionalLong.of(places.size());
    }

    @Override
    public Optional<SourceItem> next(Predicate<String> done) {
        return next == places.size() ? Optional.empty() : Optional.of(item(places.get(next++), done));
    }

    private SourceItem item(Place place, Predicate<String> done) {
        String uri = place.path().toUri().toString();
        if (place.fault().isPresent()) {
            return new Unreadable(uri, place.fault().get());
        }
        if (!ImageNames.isImage(place.path().toString())) {
            return new Other(uri);
        }
        if (done.test(uri)) {
            return new Done(uri);
        }
        try (InputStream in = Files.newInputStream(place.path())) {
            return BoundedRead.image(uri, in, maxImageBytes, altText(place.path()), Map.of());
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

    /** Java's own message is only the path, for most faults. */
    private static String reason(IOException fault) {
        return "%s: %s".formatted(fault.getClass().getSimpleName(), fault.getMessage());
    }

    @Override
    public void close() {}
}

package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.files.FileFaults;
import dev.latentstream.ingest.sources.files.FileNames;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists a folder and its subfolders and assigns text files to the images of the same name in the same folder. */
final class FolderListing extends SimpleFileVisitor<Path> {
    private static final Comparator<Path> TEXT_ORDER = Comparator.<Path>comparingInt(
                    file -> FileNames.textRank(name(file)))
            .thenComparingInt(file -> name(file).length()) // a.txt before a.jpg.txt
            .thenComparing(Comparator.naturalOrder());

    private final Path root;
    private final ImageExtensions extensions;
    private final List<Entry> entries = new ArrayList<>();
    private final Deque<List<Path>> open = new ArrayDeque<>();

    /** A file or folder of the listing. */
    sealed interface Entry {
        Path path();
    }

    /**
     * An image.
     *
     * @param texts files with its texts and attributes, in their order
     * @param othersBeside number of other files with its name
     */
    record Image(Path path, List<Path> texts, int othersBeside) implements Entry {}

    /** A text without an image. */
    record LoneText(Path path) implements Entry {}

    /** A file of another kind. */
    record OtherFile(Path path) implements Entry {}

    /** A file or folder that is never an image. */
    record Clutter(Path path, String kind) implements Entry {}

    /** A path that cannot be visited. */
    record Fault(Path path, String reason) implements Entry {}

    private FolderListing(Path root, ImageExtensions extensions) {
        this.root = root;
        this.extensions = extensions;
    }

    /** Returns the entries in path order. */
    static List<Entry> of(Path folder, ImageExtensions extensions) throws IOException {
        FolderListing listing = new FolderListing(folder, extensions);
        Files.walkFileTree(folder, listing);
        return listing.entries.stream()
                .sorted(Comparator.comparing(Entry::path))
                .toList();
    }

    /** Returns the images of a folder without its subfolders, in path order. */
    static List<Image> imagesIn(Path folder, ImageExtensions extensions) throws IOException {
        FolderListing listing = new FolderListing(folder, extensions);
        Files.walkFileTree(folder, Set.of(), 1, listing);
        return listing.entries.stream()
                .filter(Image.class::isInstance)
                .map(Image.class::cast)
                .sorted(Comparator.comparing(Image::path))
                .toList();
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        Optional<String> clutter = folder.equals(root) ? Optional.empty() : FileNames.clutter(name(folder));
        if (clutter.isPresent()) {
            entries.add(new Clutter(folder, clutter.get()));
            return FileVisitResult.SKIP_SUBTREE;
        }
        open.push(new ArrayList<>());
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        Optional<String> clutter = FileNames.clutter(name(file));
        if (clutter.isPresent()) {
            entries.add(new Clutter(file, clutter.get()));
        } else if (attributes.isSymbolicLink() && Files.isDirectory(file)) {
            entries.add(new Fault(file, "a link to a folder is not followed"));
        } else if (!attributes.isDirectory()) { // a subfolder that is not to be visited
            open.element().add(file);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException fault) {
        entries.add(new Fault(file, FileFaults.describe(fault)));
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) {
        if (fault != null) {
            entries.add(new Fault(folder, FileFaults.describe(fault)));
        }
        assign(open.pop());
        return FileVisitResult.CONTINUE;
    }

    private void assign(List<Path> files) {
        Map<String, List<Path>> byStem = new HashMap<>();
        List<Path> images = new ArrayList<>();
        for (Path file : files) {
            String name = name(file);
            if (extensions.isImage(name)) {
                images.add(file);
            } else {
                byStem.computeIfAbsent(FileNames.stem(name), stem -> new ArrayList<>())
                        .add(file);
            }
        }
        Set<Path> assigned = new HashSet<>();
        for (Path file : images) {
            Image image = image(file, byStem);
            entries.add(image);
            assigned.addAll(image.texts());
        }
        byStem.values().stream()
                .flatMap(List::stream)
                .filter(file -> !assigned.contains(file))
                .forEach(file -> entries.add(lone(file)));
    }

    /** Assigns {@code a.txt} and {@code a.jpg.txt} to {@code a.jpg}. */
    private static Image image(Path file, Map<String, List<Path>> byStem) {
        String name = name(file);
        List<Path> beside = Stream.of(FileNames.stem(name), name)
                .flatMap(stem -> byStem.getOrDefault(stem, List.of()).stream())
                .toList();
        List<Path> texts = beside.stream()
                .filter(other -> FileNames.textRank(name(other)) >= 0)
                .sorted(TEXT_ORDER)
                .toList();
        return new Image(file, texts, beside.size() - texts.size());
    }

    private static Entry lone(Path file) {
        String name = name(file);
        boolean text = FileNames.textRank(name) >= 0 && !FileNames.isAttributes(name);
        return text ? new LoneText(file) : new OtherFile(file);
    }

    /** Returns the name; one that this machine's encoding cannot represent as it is in the URI, where different names stay different. */
    private static String name(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        if (name.indexOf('\ufffd') < 0) {
            return name;
        }
        String path = file.toUri().getRawPath();
        return path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
    }
}

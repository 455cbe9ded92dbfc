package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.files.FileNames;
import dev.latentstream.schemas.AltTextFault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Assigns texts to the images of the same name, as in a folder: {@code a.txt} and {@code a.jpg.txt} to {@code a.jpg}. Not thread-safe.
 *
 * <p>In a sorted listing all keys that start with {@code a.} are in a row, with those that start with {@code a.b.} in a row among them. So
 * only the images and texts of open names are held: one name inside the other.
 */
final class ObjectGroups {
    private static final Comparator<StoredObject> TEXT_ORDER = Comparator.<StoredObject>comparingInt(
                    text -> FileNames.textRank(text.name()))
            .thenComparingInt(text -> text.name().length()) // a.txt before a.jpg.txt
            .thenComparing(StoredObject::key);

    private final String root;
    private final ImageExtensions extensions;
    private final Consumer<Image> images;
    private final Consumer<SourceItem> others;
    private final Deque<Group> open = new ArrayDeque<>();

    /**
     * An image.
     *
     * @param texts objects with its texts and attributes, in their order
     * @param othersBeside number of other objects with its name
     */
    record Image(StoredObject object, List<StoredObject> texts, int othersBeside) {}

    /** The objects whose keys are one prefix and an extension. */
    private static final class Group {
        private final String prefix;
        private final List<StoredObject> images = new ArrayList<>();
        private final Map<String, Group> beside = new HashMap<>(); // by the key of an image: a.jpg.* by a.jpg
        private final List<StoredObject> texts = new ArrayList<>();
        private int others;

        Group(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * Starts before the first object.
     *
     * @param root the key with which all others start
     * @param images receives each image, once all its texts are known
     * @param others receives what is neither an image nor the text of one
     */
    ObjectGroups(String root, ImageExtensions extensions, Consumer<Image> images, Consumer<SourceItem> others) {
        this.root = root.substring(0, root.lastIndexOf('/') + 1);
        this.extensions = extensions;
        this.images = images;
        this.others = others;
    }

    /** Adds an object whose key comes after all that were added. */
    void add(StoredObject object) {
        Optional<String> clutter = clutter(object);
        if (clutter.isPresent()) {
            others.accept(new Skipped(object.uri(), clutter.get()));
            return;
        }
        close(object.key());
        String name = object.name();
        String stem = FileNames.stem(name);
        if (stem.equals(name)) {
            others.accept(new Other(object.uri()));
            return;
        }
        Group group = group(object.key().substring(0, object.key().length() - name.length() + stem.length() + 1));
        if (extensions.isImage(name)) {
            group.images.add(object);
        } else if (FileNames.textRank(name) >= 0) {
            group.texts.add(object);
        } else {
            group.others++;
            others.accept(new Other(object.uri()));
        }
    }

    /** Ends the listing. */
    void end() {
        while (!open.isEmpty()) {
            close(open.pop());
        }
    }

    private Optional<String> clutter(StoredObject object) {
        if (object.key().endsWith("/") && object.size() == 0) {
            return Optional.of("folder object"); // as consoles write it to show an empty folder
        }
        return Arrays.stream(object.key().substring(root.length()).split("/", -1))
                .flatMap(part -> FileNames.clutter(part).stream())
                .findFirst();
    }

    private Group group(String prefix) {
        Group top = open.peek();
        if (top != null && top.prefix.equals(prefix)) {
            return top;
        }
        Group added = new Group(prefix);
        open.push(added);
        return added;
    }

    /** Closes the groups that a key is not in. */
    private void close(String key) {
        while (!open.isEmpty() && !key.startsWith(open.element().prefix)) {
            close(open.pop());
        }
    }

    private void close(Group group) {
        group.images.forEach(image -> images.accept(image(image, group)));
        String key = group.prefix.substring(0, group.prefix.length() - 1);
        boolean ofImage = !open.isEmpty()
                && open.element().images.stream().anyMatch(image -> image.key().equals(key));
        if (ofImage) {
            open.element().beside.put(key, group);
        }
        if (!ofImage && group.images.isEmpty()) {
            group.texts.forEach(text -> others.accept(lone(text)));
        }
    }

    private static Image image(StoredObject object, Group group) {
        Optional<Group> beside = Optional.ofNullable(group.beside.get(object.key()));
        List<StoredObject> texts = Stream.concat(
                        group.texts.stream(), beside.stream().flatMap(named -> named.texts.stream()))
                .sorted(TEXT_ORDER)
                .toList();
        return new Image(
                object, texts, group.others + beside.map(named -> named.others).orElse(0));
    }

    private static SourceItem lone(StoredObject text) {
        return FileNames.isAttributes(text.name())
                ? new Other(text.uri())
                : new DroppedText(text.uri(), AltTextFault.NO_IMAGE, "no image beside it has its name");
    }
}

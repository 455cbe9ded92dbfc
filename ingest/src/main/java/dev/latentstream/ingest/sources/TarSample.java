package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.files.FileNames;
import dev.latentstream.schemas.AltTextFault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects the members of one key and delivers its image with its texts. */
final class TarSample {
    /** More members that could be texts would fill the memory. */
    private static final int MAX_TEXTS = 64;

    private final String stamp;
    private final Consumer<SourceItem> out;
    private final List<Text> texts = new ArrayList<>();
    private final Set<String> otherImages = new HashSet<>();
    private @Nullable Image image;
    private int others;

    /** An image with its extension, the part of its name after the key. */
    private record Image(SourceItem item, String extension, int rank) {}

    /** A text file or JSON file with its extension. */
    @SuppressWarnings("ArrayRecordComponent") // read once
    private record Text(String uri, String extension, byte[] bytes, long size) {}

    TarSample(String stamp, Consumer<SourceItem> out) {
        this.stamp = stamp;
        this.out = out;
    }

    /** Adds an image; the one of the lowest rank is the image of the sample, of equal ranks the first. */
    void image(SourceItem item, String extension, int rank) {
        Image added = new Image(item, extension, rank);
        Image best = image;
        if (best == null) {
            image = added;
        } else if (rank < best.rank()) {
            image = added;
            putAside(best);
        } else if (rank == best.rank()) {
            otherImages.add(extension);
            out.accept(new Unreadable(item.uri(), "a second image with the same key"));
        } else {
            putAside(added);
        }
    }

    private void putAside(Image other) {
        otherImages.add(other.extension());
        other(other.item().uri());
    }

    void text(String uri, String extension, byte[] bytes, long size) {
        if (texts.size() == MAX_TEXTS) {
            out.accept(new DroppedText(
                    uri, AltTextFault.TOO_MANY, "the sample has %d texts already".formatted(MAX_TEXTS)));
        } else {
            texts.add(new Text(uri, extension, bytes, size));
        }
    }

    void other(String uri) {
        others++;
        out.accept(new Other(uri));
    }

    /** Delivers the image with its texts and attributes, and each text that has no image. */
    void finish() {
        Image found = image;
        if (found == null) {
            texts.forEach(text -> dropped(
                    text, "no image has this key, or its members are not adjacent (tar --sort=name makes them so)"));
        } else if (found.item() instanceof Found bare) {
            out.accept(withTexts(bare, found.extension()));
        } else {
            out.accept(found.item());
            if (!(found.item() instanceof Done)) {
                texts.forEach(text -> dropped(text, "its image is not delivered"));
            }
        }
    }

    private Found withTexts(Found bare, String extension) {
        SampleTexts collected = new SampleTexts();
        texts.stream()
                .sorted(Comparator.comparingInt(text -> FileNames.textRank(text.uri())))
                .forEach(text -> {
                    if (isOfOtherImage(text, extension)) {
                        dropped(text, "its image is not the one of the sample");
                    } else {
                        collected.add(text.uri(), text.bytes(), text.size());
                    }
                });
        collected.dropped().forEach(out);
        return bare.with(collected, Optional.of(stamp), others);
    }

    /** Returns whether a text such as {@code 1.depth.txt} belongs to {@code 1.depth.png} while the sample's image is {@code 1.jpg}. */
    private boolean isOfOtherImage(Text text, String imageExtension) {
        String name = FileNames.stem(text.extension());
        return !name.equals(text.extension())
                && !belongs(name, imageExtension)
                && otherImages.stream().anyMatch(other -> belongs(name, other));
    }

    private static boolean belongs(String name, String imageExtension) {
        boolean compound = imageExtension.contains(".");
        return name.equals(imageExtension) || (compound && name.equals(FileNames.stem(imageExtension)));
    }

    private void dropped(Text text, String reason) {
        out.accept(new DroppedText(text.uri(), AltTextFault.NO_IMAGE, reason));
    }
}

package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.SampleTexts;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads images with their texts. Thread-safe. */
final class ImageReader {
    /** Times that an object is read which is replaced meanwhile. */
    private static final int MAX_VERSIONS = 3;

    private final S3Store store;
    private final int maxImageBytes;

    /** The bytes of one version. */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Content(StoredObject version, byte[] bytes) {}

    ImageReader(S3Store store, int maxImageBytes) {
        this.store = store;
        this.maxImageBytes = maxImageBytes;
    }

    /** Returns what changes whenever the image or one of its texts does. */
    static String stamp(StoredObject image, List<StoredObject> texts) {
        StringBuilder stamp = new StringBuilder(image.stamp());
        texts.forEach(text -> stamp.append(' ').append(text.uri()).append(' ').append(text.stamp()));
        return stamp.toString();
    }

    /** Returns the most memory that an image and its texts take. */
    long memory(ObjectGroups.Image image) {
        return Math.min(image.object().size(), maxImageBytes)
                + image.texts().stream()
                        .mapToLong(text -> Math.min(text.size(), SampleTexts.MAX_BYTES))
                        .sum();
    }

    /**
     * Returns the image, and each of its texts that it does not receive.
     *
     * @throws IOException if no object can be read
     */
    List<SourceItem> read(ObjectGroups.Image image) throws IOException {
        String uri = image.object().uri();
        try {
            Content content = content(image.object(), maxImageBytes);
            long size = content.version().size();
            return size > maxImageBytes
                    ? without(
                            image,
                            new Refused(
                                    uri,
                                    Refusal.above(
                                            RejectionReason.TOO_MANY_BYTES,
                                            "bytes of the object",
                                            size,
                                            maxImageBytes)))
                    : with(image, content);
        } catch (BrokenInputException broken) {
            if (broken.isOfSource()) {
                throw broken;
            }
            return without(image, new Unreadable(uri, String.valueOf(broken.getMessage())));
        }
    }

    private static List<SourceItem> without(ObjectGroups.Image image, SourceItem item) {
        List<SourceItem> items = new ArrayList<>(List.of(item));
        image.texts()
                .forEach(text ->
                        items.add(new DroppedText(text.uri(), AltTextFault.NO_IMAGE, "its image is not delivered")));
        return items;
    }

    private List<SourceItem> with(ObjectGroups.Image image, Content content) throws IOException {
        SampleTexts texts = new SampleTexts();
        List<StoredObject> read = new ArrayList<>();
        for (StoredObject text : image.texts()) {
            try {
                Content found = content(text, SampleTexts.MAX_BYTES);
                texts.add(text.uri(), found.bytes(), found.version().size());
                read.add(found.version());
            } catch (BrokenInputException broken) {
                if (broken.isOfSource()) {
                    throw broken;
                }
                texts.drop(text.uri(), AltTextFault.UNREADABLE, String.valueOf(broken.getMessage()));
            }
        }
        boolean whole = read.size() == image.texts().size();
        Optional<String> stamp = whole ? Optional.of(stamp(content.version(), read)) : Optional.empty();
        List<SourceItem> items = new ArrayList<>();
        items.add(Found.of(image.object().uri(), content.bytes(), texts, stamp, image.othersBeside()));
        items.addAll(texts.dropped());
        return items;
    }

    /** Returns the listed version, or one that has replaced it; of a larger object no bytes. */
    private Content content(StoredObject listed, int maxBytes) throws IOException {
        StoredObject version = listed;
        for (int i = 1; true; i++) {
            if (version.size() > maxBytes) {
                return new Content(version, new byte[0]);
            }
            try (InputStream in = store.open(version)) {
                return new Content(version, in.readNBytes((int) version.size()));
            } catch (BrokenInputException broken) {
                if (!S3Faults.isChanged(broken) || i == MAX_VERSIONS) {
                    throw broken;
                }
                version = store.head(version.location());
            }
        }
    }
}

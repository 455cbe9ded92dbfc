package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Decoded.Picture;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.ImageReader;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Examines one raw image by itself: everything that needs neither a policy nor the memory of other images. */
final class ImageProcessor {
    /** More than any caption or licence needs, and little enough to travel with the largest image. */
    static final int MAX_TEXT_CHARS = 1 << 20;

    private static final RawImage NOTHING = new RawImage(ByteBuffer.allocate(0), "unknown", "", null, Map.of());

    private final ImageReader reader;
    private final int maxImageBytes;

    ImageProcessor(IngestSettings settings) {
        this.reader = ImageReader.open(settings.bounds(), settings.preparation(), settings.decoderThreads());
        this.maxImageBytes = settings.bounds().maxImageBytes();
    }

    /**
     * What is known of an image, before anything is known of others.
     *
     * @param key the hash of the pixels, or the image id where there are none: equal for what may be the same picture, and for
     *     the same bytes whatever is said of them
     */
    record ProcessedImage(String key, Candidate candidate, String source) {}

    /** @param received null for a tombstone, which counts as an empty file */
    ProcessedImage process(@Nullable RawImage received) {
        RawImage raw = received == null ? NOTHING : received;
        String id = ImageId.of(raw.getImage());
        Decoded decoded = reader.read(bytes(raw));
        if (decoded instanceof Refused refused) {
            return refused(id, id, raw, refused.refusal());
        }
        Picture picture = (Picture) decoded;
        return refuse(raw, picture)
                .map(refusal -> refused(picture.pixelHash(), id, raw, refusal))
                .orElseGet(() -> new ProcessedImage(
                        picture.pixelHash(), new Candidate(id, image(raw, picture)), raw.getSource()));
    }

    /** What stands against a picture beside the bytes that it came from. */
    private Optional<Refusal> refuse(RawImage raw, Picture picture) {
        if (!SourceNames.valid(raw.getSource())) {
            return Optional.of(new Refusal(
                    RejectionReason.WRONG_SOURCE,
                    raw.getSource(),
                    SourceNames.RULE,
                    "the name of the source cannot be part of a topic's"));
        }
        long text = textChars(raw);
        if (text > MAX_TEXT_CHARS) {
            return Optional.of(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES, "length of texts in characters", text, MAX_TEXT_CHARS));
        }
        int bytes = picture.image().remaining();
        if (bytes > maxImageBytes) {
            return Optional.of(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES, "size at working size in bytes", bytes, maxImageBytes));
        }
        return Optional.empty();
    }

    private static ProcessedImage refused(String key, String id, RawImage raw, Refusal refusal) {
        return new ProcessedImage(
                key, new Candidate(id, Rejections.of(refusal, raw.getSource(), raw.getUri(), 0)), raw.getSource());
    }

    private static long textChars(RawImage raw) {
        long attributes = raw.getAttributes().entrySet().stream()
                .mapToLong(attribute -> attribute.getKey().length()
                        + (long) attribute.getValue().length())
                .sum();
        return attributes
                + raw.getUri().length()
                + raw.getAltText().map(String::length).orElse(0);
    }

    private static byte[] bytes(RawImage raw) {
        byte[] bytes = new byte[raw.getImage().remaining()];
        raw.getImage().duplicate().get(bytes);
        return bytes;
    }

    private static Image image(RawImage raw, Picture picture) {
        Map<String, String> attributes = new HashMap<>(raw.getAttributes());
        attributes.putAll(picture.notes());
        return Image.newBuilder()
                .setImage(picture.image())
                .setFormat(picture.format())
                .setWidth(picture.size().width())
                .setHeight(picture.size().height())
                .setOriginalWidth(picture.original().width())
                .setOriginalHeight(picture.original().height())
                .setSource(raw.getSource())
                .setUri(raw.getUri())
                .setAltText(raw.getAltText().orElse(null))
                .setFingerprint(picture.fingerprint())
                .setScores(picture.scores())
                .setAttributes(attributes)
                .build();
    }
}

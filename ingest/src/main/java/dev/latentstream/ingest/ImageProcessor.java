package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.ImageReader;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.image.Size;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Original;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.SourceNames;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Processes one raw image by itself: all steps that need neither a policy nor state about other images. */
final class ImageProcessor {
    /** More than any caption or licence needs, and small enough to fit into a record beside the largest image. */
    static final int MAX_TEXT_CHARS = 1 << 20;

    private static final RawImage NOTHING = RawImage.newBuilder()
            .setImage(ByteBuffer.allocate(0))
            .setSource("unknown")
            .setUri("")
            .build();

    private final TimedReader reader;
    private final int maxImageBytes;

    ImageProcessor(IngestSettings settings, DecoderThreads threads) {
        this(
                () -> ImageReader.open(
                        settings.bounds(), settings.preparation(), settings.decoderThreads(), hashes(settings))::read,
                settings,
                threads);
    }

    ImageProcessor(Supplier<Function<byte[], Decoded>> readers, IngestSettings settings, DecoderThreads threads) {
        this.reader = new TimedReader(readers, threads);
        this.maxImageBytes = settings.bounds().maxImageBytes();
    }

    /**
     * A candidate and the key by which duplicates meet.
     *
     * @param key hash of the pixels, or the image id where the bytes cannot be decoded: equal for images with equal pixels, and
     *     for equal bytes whatever their metadata
     * @param droppedTexts reason for each of its texts that the candidate does not have
     */
    record ProcessedImage(String key, Candidate candidate, String source, List<AltTextFault> droppedTexts) {
        ProcessedImage {
            droppedTexts = List.copyOf(droppedTexts);
        }
    }

    /**
     * Decodes and checks an image.
     *
     * @param received null for a tombstone, which counts as an empty file
     * @param place the place of its record
     * @param attempt decodes the image with this id, or refuses it because of earlier attempts
     */
    ProcessedImage process(
            @Nullable RawImage received, Place place, BiFunction<String, Supplier<Decoded>, Decoded> attempt) {
        RawImage raw = received == null ? NOTHING : received;
        byte[] bytes = bytes(raw);
        String imageId = ImageId.of(raw.getImage());
        Decoded decoded = attempt.apply(imageId, () -> reader.read(bytes));
        if (decoded instanceof Refused refused) {
            Rejection rejection = rejection(raw, refused.refusal());
            rejection.setThumbnail(refused.thumbnail());
            return refused(imageId, raw, rejection, original(imageId, place, bytes, refused.original()));
        }
        WorkingImage working = (WorkingImage) decoded;
        Original original = original(imageId, place, bytes, working.original());
        AltTexts texts = AltTexts.of(raw);
        Optional<Refusal> refusal = refuse(raw, texts, working);
        if (refusal.isPresent()) {
            Rejection rejection = rejection(raw, refusal.get());
            rejection.setThumbnail(ImageReader.thumbnail(working.image()));
            rejection.setScores(working.scores());
            return refused(working.pixelHash(), raw, rejection, original);
        }
        Candidate candidate = candidate(original, image(raw, texts, working));
        candidate.setNearHashes(working.fingerprints().near());
        return new ProcessedImage(working.pixelHash(), candidate, raw.getSource(), texts.dropped());
    }

    private static ImageReader.Hashes hashes(IngestSettings settings) {
        return settings.nearDuplicates().enabled()
                ? ImageReader.Hashes.NEAR_DUPLICATES
                : ImageReader.Hashes.FINGERPRINT;
    }

    private static Original original(String imageId, Place place, byte[] bytes, @Nullable Size size) {
        return new Original(
                imageId,
                place.topic(),
                place.partition(),
                place.offset(),
                (long) bytes.length,
                ImageReader.format(bytes).orElse(null),
                size == null ? null : new PictureSize(size.width(), size.height()));
    }

    /** Checks everything except the bytes, which were decoded already. */
    private Optional<Refusal> refuse(RawImage raw, AltTexts texts, WorkingImage working) {
        if (!SourceNames.valid(raw.getSource())) {
            return Optional.of(new Refusal(
                    RejectionReason.WRONG_SOURCE,
                    raw.getSource(),
                    SourceNames.RULE,
                    "the source name cannot be part of a topic name"));
        }
        long text = textChars(raw, texts);
        if (text > MAX_TEXT_CHARS) {
            return Optional.of(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES, "length of texts in characters", text, MAX_TEXT_CHARS));
        }
        int bytes = working.image().remaining();
        if (bytes > maxImageBytes) {
            return Optional.of(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES, "size at working size in bytes", bytes, maxImageBytes));
        }
        return Optional.empty();
    }

    private static Candidate candidate(Original original, Object found) {
        return Candidate.newBuilder()
                .setId(original.getId())
                .setFound(found)
                .setOriginal(original)
                .build();
    }

    private static Rejection rejection(RawImage raw, Refusal refusal) {
        return Rejections.of(refusal, raw.getSource(), raw.getUri(), 0);
    }

    private static ProcessedImage refused(String key, RawImage raw, Rejection rejection, Original original) {
        return new ProcessedImage(key, candidate(original, rejection), raw.getSource(), List.of());
    }

    private static long textChars(RawImage raw, AltTexts texts) {
        long attributes = raw.getAttributes().entrySet().stream()
                .mapToLong(attribute -> attribute.getKey().length()
                        + (long) attribute.getValue().length())
                .sum();
        long altTexts = texts.texts().stream()
                .mapToLong(text -> text.getText().length()
                        + text.getSource().length()
                        + (long) text.getUri().length())
                .sum();
        long scores = raw.getScoreModels().entrySet().stream()
                .mapToLong(score ->
                        score.getKey().length() + (long) score.getValue().length())
                .sum();
        return attributes + raw.getUri().length() + altTexts + scores;
    }

    private static byte[] bytes(RawImage raw) {
        byte[] bytes = new byte[raw.getImage().remaining()];
        raw.getImage().duplicate().get(bytes);
        return bytes;
    }

    private static Image image(RawImage raw, AltTexts texts, WorkingImage working) {
        Map<String, String> attributes = new HashMap<>(raw.getAttributes());
        attributes.putAll(working.notes());
        Map<String, Float> scores = new HashMap<>(raw.getScores());
        scores.keySet().retainAll(raw.getScoreModels().keySet());
        scores.putAll(working.scores());
        Map<String, String> models = new HashMap<>(raw.getScoreModels());
        models.keySet().removeAll(working.scores().keySet()); // they are measured here
        return Image.newBuilder()
                .setImage(working.image())
                .setFormat(working.format())
                .setWidth(working.size().width())
                .setHeight(working.size().height())
                .setOriginalWidth(working.original().width())
                .setOriginalHeight(working.original().height())
                .setSource(raw.getSource())
                .setUri(raw.getUri())
                .setAltText(texts.first().orElse(null))
                .setAltTexts(texts.texts())
                .setReplaces(raw.getReplaces().orElse(null))
                .setFingerprint(working.fingerprint())
                .setScores(scores)
                .setScoreModels(models)
                .setAttributes(attributes)
                .build();
    }
}

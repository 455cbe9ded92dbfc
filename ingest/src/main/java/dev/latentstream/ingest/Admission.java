package dev.latentstream.ingest;

import dev.latentstream.ingest.Verdict.Admitted;
import dev.latentstream.ingest.Verdict.Refused;
import dev.latentstream.ingest.Verdict.Removed;
import dev.latentstream.ingest.Verdict.Withdrawn;
import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Judgement;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.NearAnswer;
import dev.latentstream.schemas.NearContest;
import dev.latentstream.schemas.NearMessage;
import dev.latentstream.schemas.Reinstatement;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.SourceNames;
import dev.latentstream.schemas.Undecided;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Decides about candidates and remembers the decision: state stores record, for each image id ever received, whether it was admitted,
 * with all that was said about it, or why it was refused.
 *
 * <p>All candidates with the same pixels, and all with the same id, reach the same instance in one order. The texts of a further copy
 * of an admitted image, in the same or another file, are merged into its record, and so are attributes that it lacks; it is written
 * again if that changes it. All else of the record stays as it was admitted. A second copy of a refused file is judged again by the policy in force, and only a change
 * is written: another reason or, before the image is admitted, the withdrawal of its rejection. An admitted image stays admitted,
 * even when the same file arrives again under an invalid source. Read as a table, each id is therefore in exactly one of the two
 * topics, however often it arrives.
 *
 * <p>A removed image is withdrawn from {@code images}, or its rejection from {@code images-rejected}, once, and is a rejection from the moment that it arrives again. When its removal is
 * taken back the decision about it is forgotten.
 */
@NullUnmarked // Kafka sets context and tables in init
final class Admission implements Processor<String, Candidate, String, Verdict> {
    /** Store of pixel hash to the id of the one image that was admitted with these pixels. */
    static final String ADMITTED = "admitted";

    /** Store of image id to the reason for its refusal. */
    static final String REFUSED = "refused";

    /** Store of pixel hash to the record of the image that was admitted with these pixels, without its bytes. */
    static final String DESCRIBED = "described";

    /** Store of the id of each removed image to its removal; every task has all of them. */
    static final String REMOVED = "removed";

    /** Store of the id of each admitted image to the hash of its pixels. */
    static final String PIXELS = "pixels";

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private final Judge judge;
    private final StageHeaders headers;
    private final Meters meters;
    private final NearDuplicateSettings search;
    private ProcessorContext<String, Verdict> context;
    private KeyValueStore<String, String> admitted;
    private KeyValueStore<String, String> refused;
    private KeyValueStore<String, Image> described;
    private KeyValueStore<String, Removal> removed;
    private KeyValueStore<String, String> pixels;
    private NearDuplicates near;

    Admission(Judge judge, StageHeaders headers, Meters meters, NearDuplicateSettings search) {
        this.judge = judge;
        this.headers = headers;
        this.meters = meters;
        this.search = search;
    }

    @Override
    public void init(ProcessorContext<String, Verdict> context) {
        this.context = context;
        this.admitted = context.getStateStore(ADMITTED);
        this.refused = context.getStateStore(REFUSED);
        this.described = context.getStateStore(DESCRIBED);
        this.removed = context.getStateStore(REMOVED);
        this.pixels = context.getStateStore(PIXELS);
        this.near = search.enabled() ? new NearDuplicates(context) : null;
        if (isEmpty(pixels)) { // the state of a version that did not store them
            try (KeyValueIterator<String, String> all = admitted.all()) {
                all.forEachRemaining(entry -> pixels.put(entry.value, entry.key));
            }
        }
    }

    @Override
    public void process(Record<String, Candidate> candidate) {
        String imageId = candidate.value().getId();
        Object found = candidate.value().getFound();
        if (found instanceof Removal removal) {
            remove(candidate, imageId, removal);
        } else if (found instanceof Reinstatement) {
            reinstate(candidate, imageId);
        } else if (found instanceof Image image) {
            Optional<Refusal> refusal = removed(candidate.key(), imageId);
            if (refusal.isPresent()) {
                refuseRemoved(candidate, imageId, refusal.get(), image.getSource(), image.getUri());
            } else {
                judge(candidate, imageId, image, null);
            }
        } else {
            Rejection rejection = (Rejection) found;
            Optional<Refusal> refusal = removed(candidate.key(), imageId);
            if (refusal.isPresent()) {
                refuseRemoved(candidate, imageId, refusal.get(), rejection.getSource(), rejection.getUri());
            } else {
                refuse(candidate, imageId, rejection);
            }
        }
    }

    /** Withdraws an image, or its rejection with its original, if this task decided on it. Its pixels stay known, so that their other copies are refused as well. */
    private void remove(Record<String, Candidate> candidate, String imageId, Removal removal) {
        boolean known = removed.get(imageId) != null;
        removed.put(imageId, removal);
        if (known) {
            return;
        }
        if (refused.delete(imageId) != null) {
            forward(candidate, imageId, new Withdrawn(), "", 0);
        }
        String pixelHash = pixels.get(imageId);
        if (pixelHash == null) {
            return;
        }
        Image image = described.delete(pixelHash);
        String source = image == null ? "" : image.getSource();
        forward(candidate, imageId, new Removed(), source, 0);
        count(source, "removed");
    }

    /** Lets an image be admitted when it arrives again. */
    private void reinstate(Record<String, Candidate> candidate, String imageId) {
        if (removed.delete(imageId) == null) {
            return;
        }
        if (RejectionReason.REMOVED.name().equals(refused.get(imageId))) {
            refused.delete(imageId);
            forward(candidate, imageId, new Withdrawn(), "", 0);
        }
        String pixelHash = pixels.delete(imageId);
        if (pixelHash != null) {
            admitted.delete(pixelHash);
        }
    }

    /** Returns the refusal of an image that is removed, itself or as another file with the same pixels. */
    private Optional<Refusal> removed(String pixelHash, String imageId) {
        Removal own = removed.get(imageId);
        if (own != null) {
            return Optional.of(removed(own, imageId, "the image was removed"));
        }
        String same = admitted.get(pixelHash);
        Removal ofSame = same == null ? null : removed.get(same);
        return Optional.ofNullable(ofSame)
                .map(removal -> removed(removal, same, "another file with the same pixels was removed"));
    }

    private static Refusal removed(Removal removal, String imageId, String what) {
        return new Refusal(
                RejectionReason.REMOVED,
                imageId,
                "not in removals",
                "%s by %s: %s".formatted(what, removal.getAuthor(), removal.getReason()));
    }

    private void refuseRemoved(
            Record<String, Candidate> candidate, String imageId, Refusal refusal, String source, String uri) {
        if (RejectionReason.REMOVED.name().equals(refused.get(imageId))) {
            count(source, "repeated");
        } else {
            write(candidate, imageId, Rejections.of(refusal, source, uri, 0));
        }
    }

    private static boolean isEmpty(KeyValueStore<String, String> store) {
        try (KeyValueIterator<String, String> all = store.all()) {
            return !all.hasNext();
        }
    }

    /** @param decided the end of the search for images near this one; null before the search */
    private void judge(Record<String, Candidate> candidate, String imageId, Image image, @Nullable Undecided decided) {
        String admittedImageId = admitted.get(candidate.key());
        if (imageId.equals(admittedImageId)) {
            count(image.getSource(), renew(candidate, imageId, image) ? "renewed" : "repeated");
            return;
        }
        Judgement judgement = candidate.value().getJudgement().orElseGet(() -> judge.judgement(imageId, image));
        long policy = judgement.getPolicy();
        Optional<Rejection> rejection = judgement.getRejection();
        if (rejection.isPresent()) {
            refuse(candidate, imageId, rejection.get());
        } else if (admittedImageId != null) {
            renew(candidate, admittedImageId, image);
            refuse(
                    candidate,
                    imageId,
                    Rejections.of(duplicate(admittedImageId), image.getSource(), image.getUri(), policy));
        } else if (near != null && decided == null) {
            search(candidate, imageId, image, judgement);
        } else {
            Optional<Refusal> refusal = NearDuplicates.refusal(judgement.getNearDuplicateDistance(), decided);
            if (refusal.isPresent()) {
                refuse(candidate, imageId, Rejections.of(refusal.get(), image.getSource(), image.getUri(), policy));
            } else {
                admit(candidate, imageId, image, policy);
            }
        }
    }

    /** Enters an image into the index of near duplicates, and holds it if its policy refuses them. */
    private void search(Record<String, Candidate> candidate, String imageId, Image image, Judgement judgement) {
        int distance = NearDuplicates.finds(candidate) ? judgement.getNearDuplicateDistance() : 0;
        if (distance == 0) {
            near.index(candidate);
            admit(candidate, imageId, image, judgement.getPolicy());
        } else if (!near.follows(candidate)) {
            near.hold(candidate, distance);
        }
    }

    /** Decides about an image for which all answers have come, and about the candidates that waited for it. */
    void answered(NearAnswer answer) {
        Optional<Undecided> ended = near.answered(answer);
        if (ended.isEmpty()) {
            return;
        }
        for (int number = 0; number <= ended.get().getFollowers(); number++) {
            Record<String, Candidate> candidate = near.release(ended.get(), number);
            String imageId = candidate.value().getId();
            Image image = (Image) candidate.value().getFound();
            Optional<Refusal> refusal = removed(candidate.key(), imageId);
            if (refusal.isPresent()) {
                if (number == 0) { // as if it had been admitted, so that the others are refused as well
                    admitted.put(candidate.key(), imageId);
                    pixels.put(imageId, candidate.key());
                }
                refuseRemoved(candidate, imageId, refusal.get(), image.getSource(), image.getUri());
            } else {
                judge(candidate, imageId, image, ended.get());
            }
        }
    }

    /** Answers whether an image stays although another one, whose record is older, arrives after it. */
    void contest(Record<String, NearMessage> record, NearContest contest) {
        near.contest(record, contest, pixels.get(contest.getRival().getId()) != null);
    }

    private static Refusal duplicate(String admittedImageId) {
        return new Refusal(
                RejectionReason.DUPLICATE,
                admittedImageId,
                "unique pixels",
                "another file with the same pixels was admitted before");
    }

    private void admit(Record<String, Candidate> candidate, String imageId, Image image, long policy) {
        if (refused.get(imageId) != null) { // to delete what is not there is a record in the changelog too
            refused.delete(imageId);
            forward(candidate, imageId, new Withdrawn(), image.getSource(), policy);
        }
        admitted.put(candidate.key(), imageId);
        pixels.put(imageId, candidate.key());
        image.setFilterPolicy(policy);
        describe(candidate.key(), image);
        forward(candidate, imageId, new Admitted(image), image.getSource(), policy);
        count(image.getSource(), "admitted");
    }

    /** Merges a copy into the record of its image; returns whether it changed. */
    private boolean renew(Record<String, Candidate> candidate, String imageId, Image copy) {
        Image known = Optional.ofNullable(described.get(candidate.key())).orElseGet(() -> withoutTexts(copy));
        AltTexts texts = AltTexts.merged(known.getAltTexts(), copy.getSource(), copy.getUri(), copy.getAltTexts());
        texts.dropped()
                .forEach(fault ->
                        meters.count(Meter.ALT_TEXT_DROPPED, Rejections.STAGE, copy.getSource(), KebabCase.of(fault)));
        boolean sameFile =
                known.getUri().equals(copy.getUri()) && known.getSource().equals(copy.getSource());
        Map<String, String> attributes = sameFile ? copy.getAttributes() : completed(known.getAttributes(), copy);
        if (texts.texts().equals(known.getAltTexts()) && attributes.equals(known.getAttributes())) {
            return false;
        }
        Image renewed = Image.newBuilder(known)
                .setImage(copy.getImage())
                .setFormat(copy.getFormat())
                .setAltText(texts.first().orElse(null))
                .setAltTexts(texts.texts())
                .setAttributes(attributes)
                .setTextRevision(known.getTextRevision() + 1)
                .build();
        describe(candidate.key(), renewed);
        forward(candidate, imageId, new Admitted(renewed), renewed.getSource(), renewed.getFilterPolicy());
        return true;
    }

    /**
     * Adds the attributes of another copy that are missing. What the record has stays, since nothing tells which of two values is right;
     * what the reader noted is about the other file.
     */
    private static Map<String, String> completed(Map<String, String> known, Image copy) {
        Map<String, String> all = new HashMap<>(known);
        copy.getAttributes().forEach((name, value) -> {
            if (!Decoded.NOTES.contains(name)) {
                all.putIfAbsent(name, value);
            }
        });
        long chars = all.entrySet().stream()
                .mapToLong(attribute -> attribute.getKey().length()
                        + (long) attribute.getValue().length())
                .sum();
        return chars > ImageProcessor.MAX_TEXT_CHARS ? known : all;
    }

    /** Returns the record of an image that was admitted by a version that did not store it. */
    private static Image withoutTexts(Image copy) {
        Image known =
                Image.newBuilder(copy).setAltText(null).setAltTexts(List.of()).build();
        known.setImage(NO_BYTES);
        return known;
    }

    private void describe(String pixelHash, Image image) {
        ByteBuffer bytes = image.getImage();
        image.setImage(NO_BYTES);
        described.put(pixelHash, image);
        image.setImage(bytes);
    }

    private void refuse(Record<String, Candidate> candidate, String imageId, Rejection rejection) {
        String reason = rejection.getReason().name();
        if (imageId.equals(admitted.get(candidate.key())) || reason.equals(refused.get(imageId))) {
            count(rejection.getSource(), "repeated");
            return;
        }
        write(candidate, imageId, rejection);
    }

    private void write(Record<String, Candidate> candidate, String imageId, Rejection rejection) {
        refused.put(imageId, rejection.getReason().name());
        Refused verdict = new Refused(
                Rejections.completed(rejection, candidate.value()),
                candidate.value().getKept().orElse(null));
        forward(candidate, imageId, verdict, rejection.getSource(), rejection.getPolicy());
        count(rejection.getSource(), KebabCase.of(rejection.getReason()));
    }

    private void forward(
            Record<String, Candidate> candidate, String imageId, Verdict verdict, String source, long policy) {
        context.forward(new Record<>(
                imageId, verdict, candidate.timestamp(), headers.propagate(candidate.headers(), source, policy)));
    }

    private void count(String source, String outcome) {
        // Invalid names come from outside and are unbounded in number; as a tag they would create meters without end.
        String known = SourceNames.valid(source) ? source : "invalid";
        meters.count(Meter.STAGE_RECORDS, Rejections.STAGE, known, outcome);
    }
}

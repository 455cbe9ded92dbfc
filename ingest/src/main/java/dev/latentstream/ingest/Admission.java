package dev.latentstream.ingest;

import dev.latentstream.ingest.Verdict.Admitted;
import dev.latentstream.ingest.Verdict.Refused;
import dev.latentstream.ingest.Verdict.Withdrawn;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.SourceNames;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.NullUnmarked;

/**
 * Decides about candidates and remembers the decision: state stores record, for each image id ever received, whether it was admitted,
 * with all that was said about it, or why it was refused.
 *
 * <p>All candidates with the same pixels, and all with the same id, reach the same instance in one order. The texts of a further copy
 * of an admitted image, in the same or another file, are merged into its record, which is written again if that changes it; all else
 * of the record stays as it was admitted. A second copy of a refused file is judged again by the policy in force, and only a change
 * is written: another reason or, before the image is admitted, the withdrawal of its rejection. An admitted image stays admitted,
 * even when the same file arrives again under an invalid source. Read as a table, each id is therefore in exactly one of the two
 * topics, however often it arrives.
 */
@NullUnmarked // Kafka sets context and tables in init
final class Admission implements Processor<String, Candidate, String, Verdict> {
    /** Store of pixel hash to the id of the one image that was admitted with these pixels. */
    static final String ADMITTED = "admitted";

    /** Store of image id to the reason for its refusal. */
    static final String REFUSED = "refused";

    /** Store of pixel hash to the record of the image that was admitted with these pixels, without its bytes. */
    static final String DESCRIBED = "described";

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private final Function<String, VersionedPolicy<FilterPolicy>> policies;
    private final StageHeaders headers;
    private final Meters meters;
    private ProcessorContext<String, Verdict> context;
    private KeyValueStore<String, String> admitted;
    private KeyValueStore<String, String> refused;
    private KeyValueStore<String, Image> described;

    Admission(Function<String, VersionedPolicy<FilterPolicy>> policies, StageHeaders headers, Meters meters) {
        this.policies = policies;
        this.headers = headers;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Verdict> context) {
        this.context = context;
        this.admitted = context.getStateStore(ADMITTED);
        this.refused = context.getStateStore(REFUSED);
        this.described = context.getStateStore(DESCRIBED);
    }

    @Override
    public void process(Record<String, Candidate> candidate) {
        String imageId = candidate.value().getId();
        if (candidate.value().getFound() instanceof Image image) {
            judge(candidate, imageId, image);
        } else {
            refuse(candidate, imageId, (Rejection) candidate.value().getFound());
        }
    }

    private void judge(Record<String, Candidate> candidate, String imageId, Image image) {
        String admittedImageId = admitted.get(candidate.key());
        if (imageId.equals(admittedImageId)) {
            count(image.getSource(), renew(candidate, imageId, image) ? "renewed" : "repeated");
            return;
        }
        VersionedPolicy<FilterPolicy> policy = policies.apply(image.getSource());
        Optional<Refusal> refusal = PolicyFilter.refuse(policy.policy(), image).or(() -> duplicate(admittedImageId));
        if (refusal.isPresent()) {
            if (refusal.get().reason() == RejectionReason.DUPLICATE) {
                renew(candidate, admittedImageId, image);
            }
            refuse(
                    candidate,
                    imageId,
                    Rejections.of(refusal.get(), image.getSource(), image.getUri(), policy.version()));
        } else {
            admit(candidate, imageId, image, policy.version());
        }
    }

    private static Optional<Refusal> duplicate(String admittedImageId) {
        return Optional.ofNullable(admittedImageId)
                .map(imageId -> new Refusal(
                        RejectionReason.DUPLICATE,
                        imageId,
                        "unique pixels",
                        "another file with the same pixels was admitted before"));
    }

    private void admit(Record<String, Candidate> candidate, String imageId, Image image, long policy) {
        if (refused.delete(imageId) != null) {
            forward(candidate, imageId, new Withdrawn(), image.getSource(), policy);
        }
        admitted.put(candidate.key(), imageId);
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
        Map<String, String> attributes = sameFile ? copy.getAttributes() : known.getAttributes();
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
        refused.put(imageId, reason);
        forward(candidate, imageId, new Refused(rejection), rejection.getSource(), rejection.getPolicy());
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

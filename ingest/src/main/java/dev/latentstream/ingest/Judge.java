package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.texts.AltTextRules;
import dev.latentstream.runtime.kafka.TopicSpec;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Judgement;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges images by the policy of their source, where they are decoded: only there the original is at hand, which is kept if the image is
 * refused. The later check for duplicates sees one judgement, even if the policy changes in between.
 */
final class Judge {
    /** Of one character in UTF-8. */
    private static final int MAX_CHAR_BYTES = 3;

    /** Room for what is neither pixels nor texts. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    private static final int MAX_BYTES = TopicSpec.maxMessageBytes(new Topics("").imagesQuarantine());

    private final Function<String, VersionedPolicy<FilterPolicy>> policies;
    private final QuarantineSettings quarantine;
    private final PolicyFilter filter;
    private final Meters meters;
    private final boolean isBeforeScoring;

    Judge(
            Function<String, VersionedPolicy<FilterPolicy>> policies,
            QuarantineSettings quarantine,
            PolicyFilter filter,
            Meters meters) {
        this(policies, quarantine, filter, meters, false);
    }

    /** @param isBeforeScoring whether models score the images that it does not refuse, and may refuse them */
    Judge(
            Function<String, VersionedPolicy<FilterPolicy>> policies,
            QuarantineSettings quarantine,
            PolicyFilter filter,
            Meters meters,
            boolean isBeforeScoring) {
        this.policies = policies;
        this.quarantine = quarantine;
        this.filter = filter;
        this.meters = meters;
        this.isBeforeScoring = isBeforeScoring;
    }

    /** Whether models score the images that it does not refuse. */
    boolean isBeforeScoring() {
        return isBeforeScoring;
    }

    /**
     * Returns a candidate with its judgement and, if it is refused or may be refused by its scores, the record of its original.
     *
     * @param raw null for a tombstone
     */
    Candidate judged(Candidate candidate, @Nullable RawImage raw) {
        if (candidate.getFound() instanceof Image image) {
            candidate.setJudgement(judgement(candidate.getId(), image));
        }
        if (raw != null && raw.getImage().hasRemaining() && keeps(candidate) && fits(candidate, raw)) {
            candidate.setKept(raw);
        }
        return candidate;
    }

    /** Replaces the judgement about an image that models have scored, and keeps its original only if it is refused. */
    Candidate judgedAgain(Candidate candidate, Image scored, Function<FilterPolicy, Optional<Refusal>> scores) {
        candidate.setJudgement(judgement(candidate.getId(), scored, scores));
        if (rejection(candidate).filter(this::keeps).isEmpty()) {
            candidate.setKept(null);
        }
        return candidate;
    }

    /** Returns the judgement of the policy in force, and removes the texts that it does not admit. */
    Judgement judgement(String imageId, Image image) {
        return judgement(imageId, image, policy -> Optional.empty());
    }

    /** @param scores the rules about scores of models, applied last */
    private Judgement judgement(String imageId, Image image, Function<FilterPolicy, Optional<Refusal>> scores) {
        VersionedPolicy<FilterPolicy> policy = policies.apply(image.getSource());
        PolicyFilter.Checked checked = filter.check(policy.policy(), imageId, image);
        if (!checked.faults().isEmpty()) {
            drop(image, checked);
        }
        Optional<Rejection> rejection = checked.refusal()
                .map(found -> Rejections.of(found, image.getSource(), image.getUri(), policy.version()))
                .or(() -> scores.apply(policy.policy())
                        .map(found -> Rejections.of(
                                ScoringProcessor.STAGE, found, image.getSource(), image.getUri(), policy.version())));
        return new Judgement(
                policy.version(), rejection.orElse(null), policy.policy().getNearDuplicateDistance());
    }

    private boolean keeps(Candidate candidate) {
        return rejection(candidate)
                .map(this::keeps)
                .orElseGet(() -> isBeforeScoring && ScoreFilter.REASONS.stream().anyMatch(quarantine::keeps));
    }

    private boolean keeps(Rejection rejection) {
        return rejection.getReason() != RejectionReason.OPTED_OUT && quarantine.keeps(rejection.getReason());
    }

    private void drop(Image image, PolicyFilter.Checked checked) {
        for (AltTextRules.Fault fault : checked.faults()) {
            meters.count(
                    Meter.ALT_TEXT_DROPPED,
                    Rejections.STAGE,
                    image.getSource(),
                    fault.fault().rule());
        }
        image.setAltTexts(checked.texts());
        image.setAltText(
                checked.texts().isEmpty() ? null : checked.texts().get(0).getText());
    }

    private static Optional<Rejection> rejection(Candidate candidate) {
        return candidate.getFound() instanceof Rejection rejection
                ? Optional.of(rejection)
                : candidate.getJudgement().flatMap(Judgement::getRejection);
    }

    /** Whether the candidate fits into a record together with its original. */
    private static boolean fits(Candidate candidate, RawImage raw) {
        long texts = chars(raw);
        long image = 0;
        if (candidate.getFound() instanceof Image working) {
            image = working.getImage().remaining();
            texts *= 2; // they are in both
        }
        return ENVELOPE_BYTES + image + raw.getImage().remaining() + MAX_CHAR_BYTES * texts <= MAX_BYTES;
    }

    private static long chars(RawImage raw) {
        long chars = raw.getAltText().map(String::length).orElse(0);
        chars += raw.getUri().length() + raw.getSource().length();
        for (AltText text : raw.getAltTexts()) {
            chars += text.getText().length()
                    + text.getSource().length()
                    + text.getUri().length();
        }
        for (Map.Entry<String, String> attribute : raw.getAttributes().entrySet()) {
            chars += attribute.getKey().length() + attribute.getValue().length();
        }
        return chars;
    }
}

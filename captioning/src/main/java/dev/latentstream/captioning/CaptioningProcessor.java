package dev.latentstream.captioning;

import dev.latentstream.captioning.CaptionCheck.Checked;
import dev.latentstream.captioning.CaptionCheck.Checked.Sound;
import dev.latentstream.captioning.CaptionCheck.Checked.Unsound;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns images into captions, or into rejections.
 *
 * <pre>
 *   images --plan--> requests --captioner--> texts --check, rank, nouns--> captions
 *                                                                   \--> images-rejected: no sound caption, no alt text
 *   tombstones --> tombstones of captions
 * </pre>
 *
 * <p>Every image is in exactly one of the two topics afterwards. Not safe for use by several threads.
 */
public final class CaptioningProcessor implements BatchProcessor<Image> {
    static final String STAGE = "captioning";

    private final Topics topics;
    private final CaptionPlanner plans;
    private final Captioner captioner;
    private final Nouns nouns;
    private final CaptionCheck check;
    private final RepeatedCaptionDetector sameText;
    private final StageHeaders headers;
    private final CaptioningMeters meters;
    private final int revision;

    /** An image that is being worked on. */
    private record Work(
            InputRecord<Image> received, Image image, VersionedPolicy<CaptionPolicy> inForce, CaptionPlan plan) {
        String key() {
            return received.key();
        }

        Optional<ImageToCaption> request() {
            return plan.levels().isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new ImageToCaption(key(), image.getImage(), image.getFormat(), plan.levels(), plan.seed()));
        }
    }

    /** @param revision how often the images were captioned before: 0 unless a source is captioned anew */
    CaptioningProcessor(
            Topics topics,
            CaptionPlanner plans,
            Captioner captioner,
            Nouns nouns,
            CaptioningSettings settings,
            StageHeaders headers,
            CaptioningMeters meters,
            int revision) {
        this.topics = topics;
        this.plans = plans;
        this.captioner = captioner;
        this.nouns = nouns;
        this.check = new CaptionCheck(settings.maxCharacters());
        this.sameText = new RepeatedCaptionDetector(settings.maxSameText());
        this.headers = headers;
        this.meters = meters;
        this.revision = revision;
    }

    @Override
    public List<OutputRecord<?>> process(List<InputRecord<Image>> batch) {
        List<Work> works = new ArrayList<>();
        for (InputRecord<Image> received : batch) {
            Image image = received.value();
            if (image != null) {
                works.add(work(received, image));
            }
        }
        Iterator<Captioned> outcomes = captioned(works).iterator();
        Iterator<Work> next = works.iterator();
        List<OutputRecord<?>> outputs = new ArrayList<>();
        // In the order of the batch: a tombstone ends what came before it, and nothing after it.
        for (InputRecord<Image> received : batch) {
            outputs.add(received.value() == null ? tombstone(received) : output(next.next(), outcomes.next()));
        }
        return outputs;
    }

    private Work work(InputRecord<Image> received, Image image) {
        VersionedPolicy<CaptionPolicy> inForce = plans.inForce(image.getSource());
        return new Work(received, image, inForce, plans.plan(inForce.policy(), received.key(), revision));
    }

    /** One outcome a work; a work without a request has no captions. */
    private List<Captioned> captioned(List<Work> works) {
        List<ImageToCaption> requests =
                works.stream().flatMap(work -> work.request().stream()).toList();
        List<Captioned> answers = requests.isEmpty() ? List.of() : captioner.caption(requests);
        if (answers.size() != requests.size()) {
            throw new IllegalStateException(
                    "%s gave %d outcomes for %d images".formatted(captioner.id(), answers.size(), requests.size()));
        }
        List<Captioned> outcomes = new ArrayList<>();
        int next = 0;
        for (Work work : works) {
            outcomes.add(work.plan().levels().isEmpty() ? new Described(List.of()) : answers.get(next++));
        }
        return outcomes;
    }

    private OutputRecord<?> output(Work work, Captioned outcome) {
        List<Refused> refused = new ArrayList<>();
        List<Caption> captions = new ArrayList<>(synthetic(work, outcome, refused));
        boolean described = !captions.isEmpty();
        List<Refused> refusedAltText = new ArrayList<>();
        altText(work, refusedAltText).ifPresent(captions::add);
        String source = work.image().getSource();
        Stream.concat(refused.stream(), refusedAltText.stream())
                .forEach(fault -> meters.refused(source, fault.reason()));
        captions.forEach(caption -> meters.captioned(source, caption));
        if (captions.isEmpty()) {
            meters.done(source, "rejected");
            return written(work, topics.imagesRejected(), rejection(work, refused, refusedAltText));
        }
        meters.done(source, described ? "captioned" : "alt-text-only");
        return written(
                work,
                topics.captions(),
                new Captions(captions, source, work.inForce().version(), revision));
    }

    private List<Caption> synthetic(Work work, Captioned outcome, List<Refused> refused) {
        if (outcome instanceof Refused all) {
            refused.add(all);
            return List.of();
        }
        Described described = (Described) outcome;
        refused.addAll(described.refused());
        List<ScoredCaption> sound = new ArrayList<>();
        for (ScoredCaption caption : described.captions()) {
            Checked checked = checked(work.key(), caption);
            if (checked instanceof Sound good) {
                sound.add(caption.withText(good.text()));
            } else if (checked instanceof Unsound bad) {
                refused.add(bad.refused());
            }
        }
        return sound.stream()
                .sorted(ScoredCaption.BY_CONFIDENCE)
                .map(caption -> caption(
                        caption.text(),
                        CaptionKind.SYNTHETIC,
                        caption.captioner(),
                        caption.level(),
                        caption.confidence()))
                .toList();
    }

    private Checked checked(String image, ScoredCaption caption) {
        Checked checked = check.synthetic(caption);
        if (checked instanceof Sound sound && sameText.isSame(image, caption.level(), sound.text())) {
            return new Unsound(new Refused(
                    CaptionRejection.SAME_FOR_ALL, sound.text(), sameText.maxImages() + " images in a row"));
        }
        return checked;
    }

    private Optional<Caption> altText(Work work, List<Refused> refused) {
        Optional<Checked> checked = work.image()
                .getAltText()
                .filter(text -> work.inForce().policy().getKeepAltText() && !text.isBlank())
                .map(check::found);
        if (checked.orElse(null) instanceof Unsound bad) {
            refused.add(bad.refused());
        }
        return checked.orElse(null) instanceof Sound sound
                ? Optional.of(caption(sound.text(), CaptionKind.ALT, "", null, null))
                : Optional.empty();
    }

    private Caption caption(
            String text, CaptionKind kind, String captionerId, @Nullable String level, @Nullable Float confidence) {
        NounSet found = nouns.of(text);
        return Caption.newBuilder()
                .setText(text)
                .setKind(kind)
                .setCaptioner(captionerId)
                .setLevel(level)
                .setNouns(found.lemmas())
                .setProperNouns(found.proper())
                .setConfidence(confidence)
                .build();
    }

    private static Rejection rejection(Work work, List<Refused> refused, List<Refused> refusedAltText) {
        Image image = work.image();
        String wanted = "%d synthetic captions wanted, 0 sound: %s; no usable alt text"
                .formatted(work.plan().levels().size(), refused.isEmpty() ? "none asked for" : faults(refused));
        String detail = refusedAltText.isEmpty() ? wanted : "%s: %s".formatted(wanted, faults(refusedAltText));
        return Rejection.newBuilder()
                .setStage(STAGE)
                .setReason(RejectionReason.UNCAPTIONABLE)
                .setValue(refused.isEmpty() ? "0 captions" : refused.get(0).value())
                .setBound(refused.isEmpty() ? "1 caption" : refused.get(0).bound())
                .setDetail(detail)
                .setSource(image.getSource())
                .setUri(image.getUri())
                .setPolicy(work.inForce().version())
                .build();
    }

    private static String faults(List<Refused> refused) {
        return refused.stream()
                .map(fault -> "%s (%s, bound %s)"
                        .formatted(fault.reason().name().toLowerCase(Locale.ROOT), fault.value(), fault.bound()))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private OutputRecord<Captions> tombstone(InputRecord<Image> received) {
        String source = StageHeaders.source(received.headers()).orElse("");
        long policy = StageHeaders.policy(received.headers()).orElse(0);
        meters.done(source, "removed");
        return new OutputRecord<>(
                topics.captions(), received.key(), null, headers.propagate(received.headers(), source, policy));
    }

    private <V extends SpecificRecord> OutputRecord<V> written(Work work, Topic<V> topic, V value) {
        return new OutputRecord<>(
                topic,
                work.key(),
                value,
                headers.propagate(
                        work.received().headers(),
                        work.image().getSource(),
                        work.inForce().version()));
    }
}

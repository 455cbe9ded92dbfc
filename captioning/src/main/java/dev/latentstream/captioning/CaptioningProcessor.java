package dev.latentstream.captioning;

import dev.latentstream.captioning.CaptionSelector.Selection;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.nouns.ImageNouns;
import dev.latentstream.captioning.nouns.Nouns;
import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.BoundedRejection;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.SourceNames;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns images into captions or rejections.
 *
 * <pre>
 *   images --plan--> requests --captioner--> texts --select, nouns--> captions
 *                                                                 \--> images-rejected: no sound caption, no alt text
 *   tombstones --> tombstones of captions
 * </pre>
 *
 * <p>Each image is then in exactly one of the two topics. Not thread-safe.
 */
final class CaptioningProcessor implements BatchProcessor<Image> {
    static final String STAGE = "captioning";

    private final Topics topics;
    private final CaptionPlanner plans;
    private final Captioner captioner;
    private final CaptionSelector selector;
    private final StageHeaders headers;
    private final CaptioningMeters meters;
    private final int revision;

    /** An image with its policy and plan. */
    private record Work(
            InputRecord<Image> input, Image image, VersionedPolicy<CaptionPolicy> inForce, CaptionPlan plan) {
        String key() {
            return input.key();
        }

        Optional<ImageToCaption> request() {
            return plan.levels().isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new ImageToCaption(key(), image.getImage(), image.getFormat(), plan.levels(), plan.seed()));
        }
    }

    /** @param revision number of the recaption of the source; 0 for new images */
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
        this.selector = new CaptionSelector(nouns, settings);
        this.headers = headers;
        this.meters = meters;
        this.revision = revision;
    }

    @Override
    public List<OutputRecord<?>> process(List<InputRecord<Image>> received) {
        List<InputRecord<Image>> batch = InputRecord.compacted(received);
        List<Work> works = new ArrayList<>();
        for (InputRecord<Image> input : batch) {
            Image image = input.value();
            if (image != null) {
                works.add(work(input, image));
            }
        }
        Iterator<Captioned> outcomes = captioned(works).iterator();
        Iterator<Work> next = works.iterator();
        List<OutputRecord<?>> outputs = new ArrayList<>();
        // In the order of the batch: a tombstone deletes the records before it, not those after it.
        for (InputRecord<Image> input : batch) {
            if (input.value() == null) {
                outputs.add(tombstone(input));
            } else {
                outputs.addAll(outputs(next.next(), outcomes.next()));
            }
        }
        return outputs;
    }

    private Work work(InputRecord<Image> input, Image image) {
        if (!SourceNames.valid(image.getSource())) {
            throw new BadRecordException(SourceNames.refusal(image.getSource()));
        }
        VersionedPolicy<CaptionPolicy> inForce = plans.inForce(image.getSource());
        return new Work(input, image, inForce, plans.plan(inForce.policy(), input.key(), revision));
    }

    /** Returns one outcome per image; an image without planned captions has an empty one. */
    private List<Captioned> captioned(List<Work> works) {
        List<ImageToCaption> requests =
                works.stream().flatMap(work -> work.request().stream()).toList();
        List<Captioned> answers = requests.isEmpty() ? List.of() : captioner.caption(requests);
        if (answers.size() != requests.size()) {
            throw new IllegalStateException(
                    "%s returned %d outcomes for %d images".formatted(captioner.id(), answers.size(), requests.size()));
        }
        List<Captioned> outcomes = new ArrayList<>();
        int next = 0;
        for (Work work : works) {
            outcomes.add(work.plan().levels().isEmpty() ? new Described(List.of()) : answers.get(next++));
        }
        return outcomes;
    }

    /**
     * Returns captions or a rejection; if the texts of an image changed or it is captioned again, also a tombstone for the other, which it
     * may have had before. An image that is captioned again without success keeps what it had.
     */
    private List<OutputRecord<?>> outputs(Work work, Captioned outcome) {
        OutputRecord<?> output = output(work, outcome);
        boolean captioned = output.topic().equals(topics.captions());
        if (revision > 0 && !captioned) {
            return List.of();
        }
        if (work.image().getTextRevision() == 0 && revision == 0) {
            return List.of(output);
        }
        OutputRecord<?> end =
                captioned ? written(work, topics.imagesRejected(), null) : written(work, topics.captions(), null);
        return List.of(output, end);
    }

    private OutputRecord<?> output(Work work, Captioned outcome) {
        boolean keepAltText = work.inForce().policy().getKeepAltText();
        Selection selection = selector.select(work.key(), work.image(), keepAltText, outcome);
        String source = work.image().getSource();
        selection.allRefused().forEach(refused -> meters.refused(source, refused.reason()));
        selection.captions().forEach(caption -> meters.captioned(source, caption));
        meters.described(source, ImageNouns.of(selection.captions()));
        if (selection.captions().isEmpty()) {
            meters.done(source, "rejected");
            return written(
                    work, topics.imagesRejected(), rejection(work, selection.refused(), selection.refusedAltTexts()));
        }
        meters.done(source, selection.synthetic().isEmpty() ? "alt-text-only" : "captioned");
        return written(
                work,
                topics.captions(),
                new Captions(
                        selection.captions(),
                        source,
                        work.inForce().version(),
                        revision,
                        work.image().getTextRevision()));
    }

    private static Rejection rejection(Work work, List<Refused> refused, List<Refused> refusedAltText) {
        Image image = work.image();
        String wanted = "%d synthetic captions wanted, 0 sound: %s; no usable alt text"
                .formatted(work.plan().levels().size(), refused.isEmpty() ? "none asked for" : faults(refused));
        String detail = refusedAltText.isEmpty() ? wanted : "%s: %s".formatted(wanted, faults(refusedAltText));
        return BoundedRejection.of(Rejection.newBuilder()
                .setStage(STAGE)
                .setReason(RejectionReason.UNCAPTIONABLE)
                .setValue(refused.isEmpty() ? "0 captions" : refused.get(0).value())
                .setBound(refused.isEmpty() ? "1 caption" : refused.get(0).bound())
                .setDetail(detail)
                .setSource(image.getSource())
                .setUri(image.getUri())
                .setPolicy(work.inForce().version())
                .build());
    }

    private static String faults(List<Refused> refused) {
        return refused.stream()
                .map(fault -> "%s (%s, bound %s)"
                        .formatted(fault.reason().name().toLowerCase(Locale.ROOT), fault.value(), fault.bound()))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private OutputRecord<Captions> tombstone(InputRecord<Image> input) {
        String source = StageHeaders.source(input.headers()).orElse("");
        long policy = StageHeaders.policy(input.headers()).orElse(0);
        meters.done(source, "removed");
        return new OutputRecord<>(
                topics.captions(), input.key(), null, headers.propagate(input.headers(), source, policy));
    }

    private <V extends SpecificRecord> OutputRecord<V> written(Work work, Topic<V> topic, @Nullable V value) {
        return new OutputRecord<>(
                topic,
                work.key(),
                value,
                headers.propagate(
                        work.input().headers(),
                        work.image().getSource(),
                        work.inForce().version()));
    }
}

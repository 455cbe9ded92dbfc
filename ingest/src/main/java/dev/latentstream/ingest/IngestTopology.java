package dev.latentstream.ingest;

import dev.latentstream.ingest.Verdict.Admitted;
import dev.latentstream.ingest.Verdict.Refused;
import dev.latentstream.ingest.Verdict.Removed;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topics;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The topology that admits each image once.
 *
 * <pre>
 *                                        by pixel hash
 * images-raw --> examine --+-> [candidates-repartition] --> admit --+--> images
 *   any key     id, header,|                             [admitted] |
 *               pixels,    |                             [described]+--> images-rejected
 *               scores,    |                             [refused]  |
 *               policy     |                             [removed]  +--> images-quarantine
 * removals --> announce ---+                             [pixels]
 *   image id    to every partition
 * </pre>
 *
 * <p>Where models score images ({@link ScoringStage}), those that the policy does not refuse before go through them:
 *
 * <pre>
 * examine --+-> images-unscored --> scoring --> images-scored --+-> admit
 *           +-> [candidates-repartition] -----------------------+
 * </pre>
 *
 * <p>Where near duplicates are looked for, an image that passed all else waits for the answers of {@link NearStep}.
 *
 * <p>Texts of further copies of an admitted image are added to its record, which is then written again.
 *
 * <p>The id is computed from the bytes, whatever key a producer used. An image is decoded where it arrives, and only its working
 * copy is repartitioned, to the task that knows every image with the same pixels. The outputs are keyed by id again. The original of an
 * image that is refused goes with it, to be kept in the quarantine in the transaction of its rejection.
 *
 * <p>A removal names an id, and any task may come to admit an image with the same pixels, so each task learns of it, in order with its
 * candidates: an image is either admitted before its removal, and then withdrawn, or refused after it.
 */
final class IngestTopology {
    private final Topics topics;
    private final IngestSerdes serdes;
    private final ProcessorSupplier<String, RawImage, String, Candidate> examinations;
    private final NearDuplicateSettings search;
    private final Supplier<Admission> admissions;
    private final boolean isBeforeScoring;

    IngestTopology(
            Topics topics,
            IngestSerdes serdes,
            Supplier<ImageProcessor> processors,
            DecoderThreads threads,
            Judge judge,
            StageHeaders headers,
            Meters meters,
            NearDuplicateSettings search) {
        this.topics = topics;
        this.serdes = serdes;
        this.examinations = () -> new Examination(processors.get(), threads, judge, headers, meters);
        this.search = search;
        this.admissions = () -> new Admission(judge, headers, meters, search);
        this.isBeforeScoring = judge.isBeforeScoring();
    }

    Topology build() {
        StreamsBuilder builder = StreamsStage.newBuilder();
        KStream<String, Candidate> removals = builder.stream(
                        topics.removals().name(),
                        Consumed.with(Serdes.String(), Serdes.ByteArray())
                                // A task takes the oldest record first: removals do not wait for the images before
                                // them.
                                .withTimestampExtractor((record, previous) -> 0)
                                .withName("removals"))
                .process(() -> new Announcement(topics.removals().name(), serdes), Named.as("announce"));
        KStream<String, Candidate> examined = builder.stream(
                        topics.imagesRaw().name(),
                        Consumed.with(Serdes.String(), serdes.rawImages()).withName("images-raw"))
                .process(examinations, Named.as("examine"));
        KStream<String, Candidate> candidates = decided(examined)
                .merge(removals, Named.as("with-removals"))
                .repartition(Repartitioned.<String, Candidate>as("candidates")
                        .withKeySerde(Serdes.String())
                        .withValueSerde(serdes.candidates())
                        .withStreamPartitioner(Announcement::partitions));
        KStream<String, Verdict> verdicts = withScored(builder, candidates)
                .process(new AdmissionSupplier(admissions, serdes, search), Named.as("admit"));
        answered(verdicts)
                .split(Named.as("verdict-"))
                .branch(
                        (imageId, verdict) -> verdict instanceof Admitted || verdict instanceof Removed,
                        Branched.withConsumer(this::toImages, "admitted"))
                .defaultBranch(Branched.withConsumer(this::toRejections, "refused"));
        return builder.build(StreamsStage.topologyProperties());
    }

    /** Sends candidates to be scored, and returns those that are decided without. */
    private KStream<String, Candidate> decided(KStream<String, Candidate> examined) {
        if (!isBeforeScoring) {
            return examined;
        }
        examined.filter((key, candidate) -> ScoringProcessor.isToScore(candidate), Named.as("to-score"))
                .to(
                        topics.imagesUnscored().name(),
                        Produced.with(Serdes.String(), serdes.candidates()).withName("images-unscored"));
        return examined.filterNot((key, candidate) -> ScoringProcessor.isToScore(candidate), Named.as("decided"));
    }

    /** The topic of scored images has as many partitions as the repartition topic, and the same keys in each. */
    private KStream<String, Candidate> withScored(StreamsBuilder builder, KStream<String, Candidate> candidates) {
        return isBeforeScoring
                ? candidates.merge(
                        builder.stream(
                                topics.imagesScored().name(),
                                Consumed.with(Serdes.String(), serdes.candidates())
                                        .withName("images-scored")),
                        Named.as("with-scored"))
                : candidates;
    }

    private KStream<String, Verdict> answered(KStream<String, Verdict> verdicts) {
        return search.enabled()
                ? new NearStep(serdes.near(), search.horizon(), admissions).answered(verdicts)
                : verdicts;
    }

    private void toImages(KStream<String, Verdict> admitted) {
        admitted.mapValues(IngestTopology::image, Named.as("take-image"))
                .to(
                        topics.images().name(),
                        Produced.with(Serdes.String(), serdes.images()).withName("images"));
    }

    private void toRejections(KStream<String, Verdict> refused) {
        refused.mapValues(IngestTopology::rejection, Named.as("take-rejection"))
                .to(
                        topics.imagesRejected().name(),
                        Produced.with(Serdes.String(), serdes.rejections()).withName("images-rejected"));
        refused.filter((imageId, verdict) -> changesQuarantine(verdict), Named.as("in-quarantine"))
                .mapValues(IngestTopology::original, Named.as("take-original"))
                .to(
                        topics.imagesQuarantine().name(),
                        Produced.with(Serdes.String(), serdes.rawImages()).withName("images-quarantine"));
    }

    private static boolean changesQuarantine(Verdict verdict) {
        return !(verdict instanceof Refused refused) || refused.kept() != null || isRemoved(refused);
    }

    /** Returns null, a tombstone, for an image that is no longer refused or that must no longer be kept. */
    private static @Nullable RawImage original(Verdict verdict) {
        return verdict instanceof Refused refused && !isRemoved(refused) ? refused.kept() : null;
    }

    private static boolean isRemoved(Refused refused) {
        return refused.rejection().getReason() == RejectionReason.REMOVED;
    }

    /** Returns null, a tombstone, to withdraw an image. */
    private static @Nullable Image image(Verdict verdict) {
        return verdict instanceof Admitted admitted ? admitted.image() : null;
    }

    /** Returns null, a tombstone, to withdraw a rejection. */
    private static @Nullable Rejection rejection(Verdict verdict) {
        return verdict instanceof Refused refused ? refused.rejection() : null;
    }

    /** Supplies the processor together with its state stores. */
    private record AdmissionSupplier(Supplier<Admission> admissions, IngestSerdes serdes, NearDuplicateSettings search)
            implements ProcessorSupplier<String, Candidate, String, Verdict> {
        /** Stores hex digits as bytes, half their size. */
        private static final Serde<String> HEX =
                Serdes.serdeFrom((topic, digits) -> HexFormat.of().parseHex(digits), (topic, bytes) -> HexFormat.of()
                        .formatHex(bytes));

        @Override
        public Processor<String, Candidate, String, Verdict> get() {
            return admissions.get();
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            Set<StoreBuilder<?>> stores = new HashSet<>(Set.of(
                    Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(Admission.ADMITTED), HEX, HEX),
                    Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(Admission.REFUSED), HEX, Serdes.String()),
                    Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(Admission.DESCRIBED), HEX, serdes.images()),
                    Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(Admission.REMOVED), HEX, serdes.removals()),
                    Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(Admission.PIXELS), HEX, HEX)));
            if (search.enabled()) {
                stores.addAll(NearStep.stores(serdes.near(), HEX));
            }
            return stores;
        }
    }
}

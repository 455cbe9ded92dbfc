package dev.latentstream.ingest;

import dev.latentstream.ingest.IngestSerdes.NearSerdes;
import dev.latentstream.ingest.Verdict.Asked;
import dev.latentstream.ingest.near.NearIndex;
import dev.latentstream.schemas.NearMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The part of the topology that looks for near duplicates. The steps named {@code admit}, {@code decide} and {@code settle} are in one
 * task and share its state stores.
 *
 * <pre>
 *           by band               by partition of the candidate
 * admit --> [near-claims] --> look-up --> [near-answers] --> decide --> [near-replies] --> settle
 *                           [near-index]                       |                             |
 *                                                              +----- images, images-rejected
 * </pre>
 */
final class NearStep {
    private static final String[] STORES = {
        Admission.ADMITTED,
        Admission.REFUSED,
        Admission.DESCRIBED,
        Admission.REMOVED,
        Admission.PIXELS,
        NearDuplicates.UNDECIDED,
        NearDuplicates.AWAITED,
        NearDuplicates.HELD
    };

    /** Records of decided images are dead: a small part of the log of held images is alive. */
    private static final Map<String, String> SHORT_LIVED = Map.of(
            TopicConfig.SEGMENT_BYTES_CONFIG,
            "" + (64 << 20),
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
            "0.1",
            TopicConfig.DELETE_RETENTION_MS_CONFIG,
            "" + Duration.ofMinutes(10).toMillis());

    private final NearSerdes serdes;
    private final Duration horizon;
    private final Supplier<Admission> admissions;

    NearStep(NearSerdes serdes, Duration horizon, Supplier<Admission> admissions) {
        this.serdes = serdes;
        this.horizon = horizon;
        this.admissions = admissions;
    }

    /** Returns the stores of images that wait. */
    static Set<StoreBuilder<?>> stores(NearSerdes serdes, Serde<String> hex) {
        return Set.of(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(NearDuplicates.UNDECIDED), hex, serdes.undecided()),
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(NearDuplicates.AWAITED), hex, hex),
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(NearDuplicates.HELD), Serdes.String(), serdes.held())
                        .withLoggingEnabled(SHORT_LIVED));
    }

    /** Takes the questions from the verdicts and returns the others, with those that follow from the answers. */
    KStream<String, Verdict> answered(KStream<String, Verdict> verdicts) {
        KStream<String, Verdict> decided = asked(verdicts, "claims", (topic, key, message, count) -> Optional.empty())
                .process(new IndexSupplier(horizon), Named.as("look-up"))
                .repartition(repartitioned("near-answers", NearIndex::home))
                .process(() -> new NearDecision(admissions.get()), Named.as("decide"), STORES);
        KStream<String, Verdict> settled = asked(decided, "replies", NearIndex::home)
                .process(() -> new NearDecision(admissions.get()), Named.as("settle"), STORES);
        return verdicts.merge(decided, Named.as("with-decided"))
                .merge(settled, Named.as("with-settled"))
                .filterNot((key, verdict) -> verdict instanceof Asked, Named.as("without-questions"));
    }

    private KStream<String, NearMessage> asked(
            KStream<String, Verdict> verdicts, String name, StreamPartitioner<String, NearMessage> partitioner) {
        return verdicts.filter((key, verdict) -> verdict instanceof Asked, Named.as("filter-" + name))
                .mapValues(verdict -> ((Asked) verdict).message(), Named.as("take-" + name))
                .repartition(repartitioned("near-" + name, partitioner));
    }

    private Repartitioned<String, NearMessage> repartitioned(
            String name, StreamPartitioner<String, NearMessage> partitioner) {
        return Repartitioned.<String, NearMessage>as(name)
                .withKeySerde(Serdes.String())
                .withValueSerde(serdes.messages())
                .withStreamPartitioner(partitioner);
    }

    /** Supplies the index together with its state store. */
    private record IndexSupplier(Duration horizon)
            implements ProcessorSupplier<String, NearMessage, String, NearMessage> {
        @Override
        public Processor<String, NearMessage, String, NearMessage> get() {
            return new NearIndex(horizon);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            StoreBuilder<?> store = Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(NearIndex.STORE), Serdes.Bytes(), Serdes.ByteArray());
            return Set.of(store);
        }
    }
}

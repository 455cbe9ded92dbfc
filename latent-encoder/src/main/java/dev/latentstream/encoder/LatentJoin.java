package dev.latentstream.encoder;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.streams.CheckedTable;
import dev.latentstream.runtime.streams.CheckedTable.Change;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.SourceNames;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The join of captions with encodings: each change of either side emits a fresh latent record to the topic of its source.
 *
 * <pre>
 *   captions  --(captions-by-image)--(join-captions)---+
 *                                                      +--(write-latents)--> latents-&lt;source&gt;
 *   encodings --(encodings-by-image)--(join-encodings)-+
 * </pre>
 *
 * <p>The tables have no changelogs: their source topics are compacted and restore them. A record that cannot be read becomes a dead
 * letter, and counts as a tombstone. When either side of a latent is deleted, so is the latent, by a tombstone. Captions that come after newer
 * ones of their image change nothing. Whichever side is updated, the latent's policy header is the version of the policy by which its
 * captions were made.
 */
final class LatentJoin {
    /** Captions of later texts are newer, then those of a later recaption. */
    static final Comparator<Captions> AGE =
            Comparator.comparingInt(Captions::getTextRevision).thenComparingInt(Captions::getRevision);

    private static final String CAPTIONS = "captions-by-image";
    private static final String ENCODINGS = "encodings-by-image";

    private final Topics topics;
    private final Consumer<Topic<Latent>> requireTopic;
    private final StageHeaders headers;
    private final MisplacedRecords misplaced;
    private final Meters meters;

    private LatentJoin(
            Topics topics,
            Consumer<Topic<Latent>> requireTopic,
            StageHeaders headers,
            MisplacedRecords misplaced,
            Meters meters) {
        this.topics = topics;
        this.requireTopic = requireTopic;
        this.headers = headers;
        this.misplaced = misplaced;
        this.meters = meters;
    }

    /**
     * Builds the topology.
     *
     * @param serdes returns the serde of a topic's values
     * @param requireTopic called with the topic of a latent before it is written; returns once the topic exists
     * @param headers writes the headers of latents
     * @param misplaced counts the records that are moved to the partition of their key
     */
    static Topology build(
            Topics topics,
            SerdeSource serdes,
            Consumer<Topic<Latent>> requireTopic,
            StageHeaders headers,
            MisplacedRecords misplaced,
            Meters meters) {
        return new LatentJoin(topics, requireTopic, headers, misplaced, meters).topology(serdes);
    }

    private Topology topology(SerdeSource serdes) {
        Topology topology = new Topology();
        String captions = CheckedTable.add(
                topology,
                new CheckedTable.Records<>(topics.captions().name(), serdes.of(topics.captions()), valid -> {}, AGE),
                CAPTIONS,
                misplaced);
        String encodings = CheckedTable.add(
                topology,
                new CheckedTable.Records<>(
                        topics.encodings().name(),
                        serdes.of(topics.encodings()),
                        LatentJoin::requireSource,
                        (unusedOne, unusedOther) -> 0),
                ENCODINGS,
                misplaced);
        topology.addProcessor("join-captions", JoinCaptions::new, captions);
        topology.addProcessor("join-encodings", JoinEncodings::new, encodings);
        topology.connectProcessorAndStateStores("join-captions", ENCODINGS);
        topology.connectProcessorAndStateStores("join-encodings", CAPTIONS);
        topology.addSink(
                "write-latents",
                (String imageId, Joined joined, RecordContext context) ->
                        topics.latents(joined.source()).name(),
                Serdes.String().serializer(),
                serializer(serdes.of(topics.latents("any")).serializer()),
                "join-captions",
                "join-encodings");
        return topology;
    }

    /**
     * A latent, or its deletion.
     *
     * @param latent null to delete it
     */
    private record Joined(String source, @Nullable Latent latent) {}

    private static Serializer<Joined> serializer(Serializer<Latent> latents) {
        return (topic, joined) -> joined.latent() == null ? null : latents.serialize(topic, joined.latent());
    }

    private final class JoinCaptions extends ContextualProcessor<String, Change<Captions>, String, Joined> {
        @Override
        public void process(Record<String, Change<Captions>> change) {
            CheckedTable.<Encoding>value(context(), ENCODINGS, change.key())
                    .flatMap(encoding -> joined(
                            encoding, change.value().before(), change.value().after()))
                    .filter(joined -> CheckedTable.isInPlace(context(), change.key(), misplaced))
                    .ifPresent(joined -> context().forward(labelled(change, joined)));
        }

        private Optional<Joined> joined(Encoding encoding, @Nullable Captions before, @Nullable Captions after) {
            if (after != null) {
                return Optional.of(new Joined(encoding.getSource(), new Latent(encoding, after)));
            }
            return before == null ? Optional.empty() : Optional.of(new Joined(encoding.getSource(), null));
        }
    }

    private final class JoinEncodings extends ContextualProcessor<String, Change<Encoding>, String, Joined> {
        @Override
        public void process(Record<String, Change<Encoding>> change) {
            CheckedTable.<Captions>value(context(), CAPTIONS, change.key())
                    .flatMap(captions -> joined(
                            captions, change.value().before(), change.value().after()))
                    .filter(joined -> CheckedTable.isInPlace(context(), change.key(), misplaced))
                    .ifPresent(joined -> context().forward(labelled(change, joined)));
        }

        private Optional<Joined> joined(Captions captions, @Nullable Encoding before, @Nullable Encoding after) {
            if (after != null) {
                return Optional.of(new Joined(after.getSource(), new Latent(after, captions)));
            }
            return Optional.ofNullable(before).map(encoding -> new Joined(encoding.getSource(), null));
        }
    }

    /** Gives a latent its headers. A misplaced one does not come here: both sides are moved to their partition, and are joined there. */
    private Record<String, Joined> labelled(Record<String, ?> change, Joined joined) {
        String source = joined.source();
        requireTopic.accept(topics.latents(source));
        Latent latent = joined.latent();
        long policy = latent == null ? 0 : latent.getCaptions().getCaptionPolicy();
        meters.count(Meter.STAGE_RECORDS, EncoderStages.JOIN, source, latent == null ? "removed" : "joined");
        return change.withValue(joined).withHeaders(headers.propagate(change.headers(), source, policy));
    }

    /** Returns the value serde of a topic. */
    interface SerdeSource {
        <V extends SpecificRecord> Serde<V> of(Topic<V> topic);
    }

    /** The latent topic is named after the source, so an encoding that names no valid one must not enter the table. */
    private static void requireSource(Encoding encoding) {
        if (!SourceNames.valid(encoding.getSource())) {
            throw new BadRecordException(SourceNames.refusal(encoding.getSource()));
        }
    }
}

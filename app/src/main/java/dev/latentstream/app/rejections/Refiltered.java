package dev.latentstream.app.rejections;

import dev.latentstream.app.cli.SeenNames;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.ingest.PolicyFilter;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The judgements of a filter policy on the images that a source has delivered already.
 *
 * <p>An admitted image is judged by its record, which has everything that a policy bounds. The original of a refused one is decoded as ingest
 * decodes it, so that what is admitted here is admitted there, unless another file with its pixels is.
 *
 * @param kept number of admitted images that stay
 * @param withdrawn admitted images that no longer pass, with the reason
 * @param admitted refused images that now pass, with the reason for which they were refused
 * @param refused number of those that stay refused
 * @param lost number of refused images that cannot be judged, for their original is not kept
 */
record Refiltered(
        long kept,
        Map<String, RejectionReason> withdrawn,
        Map<String, RejectionReason> admitted,
        long refused,
        long lost) {
    /** Another file stands in for these, or they are refused for good. */
    private static final Set<RejectionReason> NOT_BY_POLICY =
            Set.of(RejectionReason.REMOVED, RejectionReason.DUPLICATE, RejectionReason.NEAR_DUPLICATE);

    Refiltered {
        withdrawn = Map.copyOf(withdrawn);
        admitted = Map.copyOf(admitted);
    }

    /** Judges images. Not thread-safe. */
    static final class Judge {
        private final KafkaConnection connection;
        private final TopicReader reader;
        private final FilterPolicy policy;
        private final PolicyFilter filter;
        private final Function<RawImage, Candidate> examination;

        Judge(KafkaConnection connection, TopicReader reader, FilterPolicy policy, IngestSettings settings) {
            this.connection = connection;
            this.reader = reader;
            this.policy = policy;
            this.filter = new PolicyFilter(OptOutLists.open(settings.optOuts()));
            this.examination = IngestStage.examination(settings);
        }

        /**
         * Judges all images of a source.
         *
         * @param refused the images that ingest refuses at present
         * @param originals those of them whose original is kept
         * @param sources takes the sources of all admitted images
         */
        Refiltered judge(
                String source,
                Withdrawals removals,
                List<RefusedImage> refused,
                Originals originals,
                SeenNames sources) {
            Map<String, Optional<RejectionReason>> images = images(source, removals, sources);
            Map<String, RejectionReason> withdrawn = images.entrySet().stream()
                    .filter(image -> image.getValue().isPresent())
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, image -> image.getValue().get()));
            Map<String, RejectionReason> admitted = admitted(refused, originals);
            return new Refiltered(
                    images.size() - withdrawn.size(),
                    withdrawn,
                    admitted,
                    originals.size() - admitted.size(),
                    refused.size() - originals.size());
        }

        /** Returns each admitted image of the source with the reason for which the policy refuses it, if it does. */
        private Map<String, Optional<RejectionReason>> images(String source, Withdrawals removals, SeenNames sources) {
            Topic<Image> topic = connection.topics().images();
            Map<String, Optional<RejectionReason>> images = new HashMap<>();
            try (Deserializer<Image> deserializer = connection.deserializer(topic)) {
                reader.all(topic.name(), record -> {
                    String imageId = record.key();
                    Optional<Image> image = value(deserializer, record)
                            .filter(found -> sources.matches(source, found.getSource()) && !removals.has(imageId));
                    if (image.isPresent()) {
                        images.put(
                                imageId,
                                filter.recheck(policy, imageId, image.get()).map(Refusal::reason));
                    } else {
                        images.remove(imageId);
                    }
                });
            }
            return images;
        }

        private Map<String, RejectionReason> admitted(Collection<RefusedImage> refused, Originals originals) {
            Map<String, RejectionReason> reasons = refused.stream()
                    .collect(Collectors.toMap(
                            RefusedImage::imageId, image -> image.rejection().getReason()));
            Map<String, RejectionReason> admitted = new HashMap<>();
            try (Deserializer<RawImage> deserializer =
                    connection.deserializer(connection.topics().imagesQuarantine())) {
                originals.read(reader, (imageId, record) -> {
                    if (value(deserializer, record)
                            .filter(raw -> passes(imageId, raw))
                            .isPresent()) {
                        admitted.put(imageId, reasons.getOrDefault(imageId, RejectionReason.UNKNOWN));
                    }
                });
            }
            return admitted;
        }

        private boolean passes(String imageId, RawImage raw) {
            Candidate candidate = examination.apply(raw);
            return candidate.getId().equals(imageId)
                    && candidate.getFound() instanceof Image image
                    && filter.recheck(policy, imageId, image).isEmpty();
        }
    }

    /** Returns whether a policy can have refused an image, or would have if it could be decoded. */
    static boolean isByPolicy(RefusedImage image) {
        return image.rejection().getStage().equals(IngestStage.NAME)
                && !NOT_BY_POLICY.contains(image.rejection().getReason());
    }

    /** Returns nothing for a tombstone, and for a record of another program. */
    private static <V> Optional<V> value(Deserializer<V> deserializer, ConsumerRecord<String, byte[]> record) {
        try {
            return Optional.ofNullable(deserializer.deserialize(record.topic(), record.headers(), record.value()));
        } catch (SerializationException foreign) {
            return Optional.empty();
        }
    }
}

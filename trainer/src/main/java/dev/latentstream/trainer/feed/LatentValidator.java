package dev.latentstream.trainer.feed;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which latents a run may train on: those of its format whose elements are all finite. The first valid latent determines the
 * format of a new run.
 *
 * <p>One thread validates; any thread may read the format.
 */
final class LatentValidator {
    private final Deserializer<Latent> deserializer;
    private volatile @Nullable LatentFormat format;

    /** @param format the run's latent format; null for a new run */
    LatentValidator(Deserializer<Latent> deserializer, @Nullable LatentFormat format) {
        this.deserializer = deserializer;
        this.format = format;
    }

    /** Returns the run's latent format; empty before the first valid latent. */
    Optional<LatentFormat> format() {
        return Optional.ofNullable(format);
    }

    /** Validates a record; throws only if the infrastructure failed, never because of the record. */
    FeedItem validate(ConsumerRecord<byte[], ByteBuffer> record) {
        return validate(
                new RecordPosition(record.topic(), record.partition(), record.offset()),
                record.key(),
                record.headers(),
                record.value());
    }

    /** Validates a record whose value is the remaining bytes, which nothing keeps: they may be those of a whole fetch. */
    FeedItem validate(RecordPosition position, byte @Nullable [] key, Headers headers, @Nullable ByteBuffer value) {
        if (key == null) {
            return Refused.foreign(position, "it has no key");
        }
        String imageId = new String(key, StandardCharsets.UTF_8);
        if (value == null) {
            return new Removed(position, imageId);
        }
        try {
            Latent latent = deserializer.deserialize(position.topic(), headers, value);
            return validate(position, imageId, latent);
        } catch (RuntimeException unreadable) {
            if (FailureKind.of(unreadable) == FailureKind.INFRASTRUCTURE) {
                throw unreadable;
            }
            return Refused.foreign(position, String.valueOf(unreadable.getMessage()));
        }
    }

    /** Validates a latent that was decoded. */
    FeedItem validate(RecordPosition position, String imageId, Latent latent) {
        Encoding encoding = latent.getEncoding();
        LatentFormat expected = format;
        LatentFormat required = expected == null ? LatentFormat.of(encoding) : expected;
        Optional<String> difference = required.difference(encoding);
        if (difference.isPresent()) {
            return new Refused(position, difference.get());
        }
        int bytes = TensorBytes.bytesPerElement(required.type()) * required.size();
        if (encoding.getMean().remaining() != bytes) {
            return new Refused(
                    position,
                    "%d bytes; %s of %s has %d"
                            .formatted(encoding.getMean().remaining(), required.shape(), required.type(), bytes));
        }
        int element = TensorBytes.firstNonFinite(encoding.getMean(), required.type());
        if (element >= 0) {
            float value = TensorBytes.decode(encoding.getMean(), required.type())[element];
            return new Refused(position, "element %d is %s".formatted(element, value));
        }
        if (latent.getCaptions().getCaptions().isEmpty()) {
            return new Refused(position, "it has no captions");
        }
        try {
            SizeConditioning unused = LatentSample.size(encoding);
            format = required;
            encoding.setLogVariance(null); // training uses the mean
            return new Accepted(new LatentSample(position, imageId, latent));
        } catch (IllegalArgumentException faulty) {
            return new Refused(position, String.valueOf(faulty.getMessage()));
        }
    }
}

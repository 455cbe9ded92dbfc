package dev.latentstream.trainer.feed;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which latents a run may train on: those of its form, all of whose numbers are finite. The first sound latent gives
 * a new run its form.
 *
 * <p>One thread judges; any may ask for the form.
 */
final class LatentValidator {
    private final Deserializer<Latent> deserializer;
    private volatile @Nullable LatentFormat form;

    /** A gate for a run of a known form, or for a new one. */
    LatentValidator(Deserializer<Latent> deserializer, @Nullable LatentFormat form) {
        this.deserializer = deserializer;
        this.form = form;
    }

    /** The run's form; empty before the first sound latent. */
    Optional<LatentFormat> form() {
        return Optional.ofNullable(form);
    }

    /** What a record says; throws only where the world is broken, not the record. */
    FeedItem validate(ConsumerRecord<byte[], byte[]> record) {
        RecordPosition place = new RecordPosition(record.topic(), record.partition(), record.offset());
        if (record.key() == null) {
            return new Refused(place, "it has no key");
        }
        String image = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            return new Removed(place, image);
        }
        try {
            Latent latent = deserializer.deserialize(record.topic(), record.headers(), record.value());
            return validate(place, image, latent);
        } catch (RuntimeException unreadable) {
            if (FailureKind.of(unreadable) == FailureKind.INFRASTRUCTURE) {
                throw unreadable;
            }
            return new Refused(place, String.valueOf(unreadable.getMessage()));
        }
    }

    private FeedItem validate(RecordPosition place, String image, Latent latent) {
        Encoding encoding = latent.getEncoding();
        LatentFormat expected = form;
        LatentFormat wanted = expected == null ? LatentFormat.of(encoding) : expected;
        Optional<String> difference = wanted.difference(encoding);
        if (difference.isPresent()) {
            return new Refused(place, difference.get());
        }
        int bytes = TensorBytes.bytesPerElement(wanted.type()) * wanted.size();
        if (encoding.getMean().remaining() != bytes) {
            return new Refused(
                    place,
                    "%d bytes; %s of %s has %d"
                            .formatted(encoding.getMean().remaining(), wanted.shape(), wanted.type(), bytes));
        }
        float[] values = TensorBytes.decode(encoding.getMean(), wanted.type());
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return new Refused(place, "element %d is %s".formatted(i, values[i]));
            }
        }
        if (latent.getCaptions().getCaptions().isEmpty()) {
            return new Refused(place, "it has no captions");
        }
        try {
            SizeConditioning picture = CropConditioning.of(encoding);
            form = wanted;
            return new Accepted(new LatentSample(
                    place, image, values, picture, latent.getCaptions().getCaptions()));
        } catch (IllegalArgumentException faulty) {
            return new Refused(place, String.valueOf(faulty.getMessage()));
        }
    }
}

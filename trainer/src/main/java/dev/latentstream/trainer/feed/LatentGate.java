package dev.latentstream.trainer.feed;

import dev.latentstream.models.backbone.PictureSizes;
import dev.latentstream.runtime.Blame;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.trainer.feed.FeedItem.Arrived;
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
final class LatentGate {
    private final Deserializer<Latent> deserializer;
    private volatile @Nullable LatentForm form;

    /** A gate for a run of a known form, or for a new one. */
    LatentGate(Deserializer<Latent> deserializer, @Nullable LatentForm form) {
        this.deserializer = deserializer;
        this.form = form;
    }

    /** The run's form; empty before the first sound latent. */
    Optional<LatentForm> form() {
        return Optional.ofNullable(form);
    }

    /** What a record says; throws only where the world is broken, not the record. */
    FeedItem judge(ConsumerRecord<byte[], byte[]> record) {
        Place place = new Place(record.topic(), record.partition(), record.offset());
        if (record.key() == null) {
            return new Refused(place, "it has no key");
        }
        String image = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            return new Removed(place, image);
        }
        try {
            Latent latent = deserializer.deserialize(record.topic(), record.headers(), record.value());
            return judge(place, image, latent);
        } catch (RuntimeException unreadable) {
            if (Blame.of(unreadable) == Blame.WORLD) {
                throw unreadable;
            }
            return new Refused(place, String.valueOf(unreadable.getMessage()));
        }
    }

    private FeedItem judge(Place place, String image, Latent latent) {
        Encoding encoding = latent.getEncoding();
        LatentForm expected = form;
        LatentForm wanted = expected == null ? LatentForm.of(encoding) : expected;
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
            PictureSizes picture = Framing.of(encoding);
            form = wanted;
            return new Arrived(new LatentSample(
                    place, image, values, picture, latent.getCaptions().getCaptions()));
        } catch (IllegalArgumentException faulty) {
            return new Refused(place, String.valueOf(faulty.getMessage()));
        }
    }
}

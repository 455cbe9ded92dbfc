package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.FeedItem.Refused;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LatentValidatorTest {
    private static final TopicPartition AT = new TopicPartition("latents-a", 3);
    private static final int SIZE = Fixtures.FORMAT.size();

    private final LatentValidator validator = new LatentValidator(Fixtures.deserializer(), Fixtures.FORMAT);

    @Test
    void aLatentOfTheRunsFormatIsAcceptedWithItsValues() {
        FeedItem item = validator.validate(Fixtures.record(AT, 5, "image", Fixtures.latent(0.5f)));

        assertThat(item).isInstanceOf(Accepted.class);
        assertThat(((Accepted) item).sample().values()).hasSize(SIZE).containsOnly(0.5f);
        assertThat(item.position()).isEqualTo(new RecordPosition("latents-a", 3, 5));
    }

    @Test
    void theFirstValidLatentDeterminesTheFormatOfANewRun() {
        LatentValidator fresh = new LatentValidator(Fixtures.deserializer(), null);
        fresh.validate(record(Fixtures.latent(Float.NaN)));
        assertThat(fresh.format()).isEmpty();

        fresh.validate(record(Fixtures.latent(1)));

        assertThat(fresh.format()).contains(Fixtures.FORMAT);
    }

    @Test
    void anotherEncoderShapeOrTypeIsRefused() {
        refused(latent("other", List.of(2, 4, 4), TensorType.FLOAT32), "encoder other; the run's is encoder");
        refused(latent("encoder", List.of(2, 2, 8), TensorType.FLOAT32), "shape [2, 2, 8]; the run's is [2, 4, 4]");
        refused(latent("encoder", List.of(2, 4, 4), TensorType.FLOAT16), "type FLOAT16; the run's is FLOAT32");
    }

    @Test
    void valuesThatAreNotFiniteAreRefused() {
        refused(Fixtures.latent(Float.NaN), "element 0 is NaN");
        refused(Fixtures.latent(Float.POSITIVE_INFINITY), "element 0 is Infinity");
    }

    @Test
    void tooFewBytesAreRefused() {
        Latent latent = Fixtures.latent(new float[5], "encoder", List.of(2, 4, 4), TensorType.FLOAT32);

        refused(latent, "20 bytes; [2, 4, 4] of FLOAT32 has 128");
    }

    @Test
    void aLatentWithoutCaptionsIsRefused() {
        Latent latent = Fixtures.latent(1);
        latent.getCaptions().setCaptions(List.of());

        refused(latent, "it has no captions");
    }

    @Test
    void aLatentHasSizeAndCropConditioning() {
        Latent latent = Fixtures.latent(1);
        latent.getEncoding().setOriginal(new PictureSize(1200, 800));
        latent.getEncoding().setCrop(new Crop(24, 0, 96, 96)); // the middle of 144 x 96

        assertThat(size(latent)).isEqualTo(new SizeConditioning(800, 1200, 0, 8, 32, 32));

        latent.getEncoding().setOriginal(null); // written before original sizes were recorded
        assertThat(size(latent)).isEqualTo(new SizeConditioning(32, 32, 0, 8, 32, 32));
    }

    @Test
    void anInvalidBucketOrCropIsRefused() {
        Latent latent = Fixtures.latent(1);
        latent.getEncoding().setBucket("0x32");
        refused(latent, "bucket 0x32 is not width x height in pixels");

        latent = Fixtures.latent(1);
        latent.getEncoding().setCrop(new Crop(0, 0, 32, 0));
        refused(latent, "a crop of 32 x 0 pixels; at least 1 x 1");
    }

    private SizeConditioning size(Latent latent) {
        return ((Accepted) validator.validate(record(latent))).sample().size();
    }

    @Test
    void undecodableBytesAreRefused() {
        ConsumerRecord<byte[], ByteBuffer> garbage =
                new ConsumerRecord<>("latents-a", 3, 7, new byte[] {'i'}, ByteBuffer.wrap(new byte[] {1, 2, 3}));

        assertThat(validator.validate(garbage))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.foreign()).isTrue());
    }

    @Test
    void aRecordWithoutAKeyIsRefused() {
        ConsumerRecord<byte[], ByteBuffer> keyless =
                new ConsumerRecord<>("latents-a", 3, 7, null, ByteBuffer.wrap(Fixtures.bytes(Fixtures.latent(1))));

        assertThat(validator.validate(keyless))
                .isEqualTo(Refused.foreign(new RecordPosition("latents-a", 3, 7), "it has no key"));
    }

    @Test
    void aRecordWithoutAValueRemovesItsImage() {
        assertThat(validator.validate(Fixtures.record(AT, 8, "image", null)))
                .isEqualTo(new Removed(new RecordPosition("latents-a", 3, 8), "image"));
    }

    @Test
    void anInfrastructureFailureIsNotARefusal() {
        LatentValidator disconnected = new LatentValidator(
                (topic, bytes) -> {
                    throw new ClusterException("registry unreachable");
                },
                Fixtures.FORMAT);

        assertThatThrownBy(() -> disconnected.validate(record(Fixtures.latent(1))))
                .hasMessage("registry unreachable");
    }

    private void refused(Latent latent, String reason) {
        assertThat(validator.validate(record(latent)))
                .isEqualTo(new Refused(new RecordPosition("latents-a", 3, 7), reason));
    }

    private static ConsumerRecord<byte[], ByteBuffer> record(Latent latent) {
        return Fixtures.record(AT, 7, "image", latent);
    }

    private static Latent latent(String encoder, List<Integer> shape, TensorType type) {
        return Fixtures.latent(new float[SIZE], encoder, shape, type);
    }
}

package dev.latentstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.image.Pixels;
import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageFormat;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.SourceNames;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EncodingProcessorTest {
    private final Topics topics = new Topics("");
    private final List<String> created = new ArrayList<>();
    private final MeanOfBlocks autoencoder = new MeanOfBlocks();
    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aBatchIsEncodedInOneCallAndEachImageHasItsOwnLatent() {
        List<OutputRecord<?>> outputs =
                processor(8).process(List.of(input("a", image(8, 8, 0f)), input("b", image(16, 16, 1f))));

        assertThat(autoencoder.batches).containsExactly(2);
        assertThat(outputs).extracting(OutputRecord::key).containsExactly("a", "b");
        assertThat(meters.value(Meter.STAGE_RECORDS, "latent-encoder", "photos", "encoded"))
                .isEqualTo(2);
        assertThat(mean(outputs.get(0))).containsOnly(0f).hasSize(4);
        assertThat(mean(outputs.get(1))).containsOnly(1f).hasSize(4);
    }

    @Test
    void theEncodingRecordsItsImageAndEncoder() {
        Encoding encoding = encoding(
                processor(8).process(List.of(input("a", image(30, 16, 0.5f)))).get(0));

        assertThat(encoding.getShape()).containsExactly(1, 2, 2);
        assertThat(encoding.getCrop()).isEqualTo(new Crop(7, 0, 16, 16));
        assertThat(encoding.getOriginal()).contains(new PictureSize(30, 16));
        assertThat(encoding.getBucket()).isEqualTo("8x8");
        assertThat(encoding.getEncoderId()).isEqualTo("mean-of-blocks-square8");
        assertThat(encoding.getSource()).isEqualTo("photos");
    }

    @Test
    void createsTheTopicOfASourceOnceBeforeItsFirstEncoding() {
        EncodingProcessor processor = processor(8);

        processor.process(List.of(input("a", image(8, 8, 0f)), input("b", image(8, 8, 1f))));
        processor.process(List.of(input("c", image(8, 8, 0f))));

        assertThat(created).containsExactly("latents-photos");
    }

    @Test
    void theTombstoneOfAnImageBecomesTheTombstoneOfItsEncoding() {
        List<OutputRecord<?>> outputs = processor(8).process(List.of(input("a", null)));

        assertThat(outputs).singleElement().satisfies(output -> {
            assertThat(output.key()).isEqualTo("a");
            assertThat(output.value()).isNull();
        });
        assertThat(autoencoder.batches).isEmpty();
    }

    @Test
    void theLastRecordOfAnIdInABatchIsWrittenLast() {
        Image grey = image(8, 8, 0.5f);

        List<OutputRecord<?>> outputs = processor(8)
                .process(List.of(
                        input("removed", grey), input("back", null), input("removed", null), input("back", grey)));

        assertThat(outputs).extracting(OutputRecord::key).containsExactly("removed", "back", "removed", "back");
        assertThat(outputs)
                .extracting(output -> output.value() == null ? "tombstone" : "encoding")
                .containsExactly("encoding", "tombstone", "tombstone", "encoding");
        assertThat(autoencoder.batches).containsExactly(2);
    }

    @Test
    void aFailingDeviceIsNotTheFaultOfTheImages() {
        autoencoder.failure = new IllegalStateException("CUDA error: device-side assert triggered");

        List<InputRecord<Image>> batch = List.of(input("a", image(8, 8, 0f)), input("b", image(8, 8, 1f)));

        assertThatThrownBy(() -> processor(8).process(batch))
                .isInstanceOf(InfrastructureException.class)
                .hasMessage("encoding 2 images failed: CUDA error: device-side assert triggered");
    }

    @Test
    void anUndecodableImageIsNotTheFaultOfTheDevice() {
        Image cut = Image.newBuilder(image(8, 8, 0f))
                .setImage(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .build();

        assertThatThrownBy(() -> processor(8).process(List.of(input("a", cut))))
                .satisfies(error -> assertThat(FailureKind.of(error)).isEqualTo(FailureKind.DATA));
    }

    @Test
    void aSourceWhoseTopicWouldBeAnotherOneIsTheFaultOfTheRecord() {
        for (String name : List.of("dlq", "photos-dlq", "my photos")) {
            Image image = Image.newBuilder(image(8, 8, 0f)).setSource(name).build();

            assertThatThrownBy(() -> processor(8).process(List.of(input("a", image))))
                    .isInstanceOf(BadRecordException.class)
                    .hasMessage(SourceNames.refusal(name));
        }
    }

    @Test
    void refusesAResolutionThatTheAutoencoderCannotHalveEvenly() {
        assertThatThrownBy(() -> processor(10))
                .hasMessage("resolution 10 is not a multiple of the autoencoder's downsampling 4");
    }

    private EncodingProcessor processor(int resolution) {
        EncoderSettings settings =
                new EncoderSettings(null, resolution, new BatchSettings(), new StreamsSettings(), TensorType.FLOAT32);
        return new EncodingProcessor(
                autoencoder,
                settings,
                topics,
                topic -> created.add(topic.name()),
                new StageHeaders(new Random(1)),
                meters);
    }

    private static InputRecord<Image> input(String key, @Nullable Image image) {
        return new InputRecord<>(key, image, new RecordHeaders(), "images", 0, 0, 0);
    }

    private static Image image(int width, int height, float value) {
        float[] values = new float[3 * width * height];
        Arrays.fill(values, value);
        return Image.newBuilder()
                .setImage(ByteBuffer.wrap(new Pixels(width, height, values).png()))
                .setFormat(ImageFormat.PNG)
                .setWidth(width)
                .setHeight(height)
                .setOriginalWidth(width)
                .setOriginalHeight(height)
                .setSource("photos")
                .setUri("file:a.png")
                .setFingerprint(0)
                .build();
    }

    private static Encoding encoding(OutputRecord<?> output) {
        return (Encoding) Objects.requireNonNull(output.value());
    }

    private static float[] mean(OutputRecord<?> output) {
        return TensorBytes.decode(encoding(output).getMean(), TensorType.FLOAT32);
    }

    /** An autoencoder with downsampling 4 and one channel: the red value of the first pixel of each block. */
    private static final class MeanOfBlocks implements Autoencoder {
        private final List<Integer> batches = new ArrayList<>();
        private @Nullable RuntimeException failure;

        @Override
        public String id() {
            return "mean-of-blocks";
        }

        @Override
        public int channels() {
            return 1;
        }

        @Override
        public int downsampling() {
            return 4;
        }

        @Override
        public LatentBatch encode(ImageBatch images) {
            batches.add(images.count());
            if (failure != null) {
                throw failure;
            }
            int rows = images.height() / 4;
            int columns = images.width() / 4;
            float[] values = new float[images.count() * rows * columns];
            for (int i = 0; i < values.length; i++) {
                int image = i / (rows * columns);
                int row = i / columns % rows;
                int column = i % columns;
                values[i] = images.rgb()[
                        image * 3 * images.height() * images.width() + row * 4 * images.width() + column * 4];
            }
            return new LatentBatch(images.count(), 1, rows, columns, values);
        }

        @Override
        public ImageBatch decode(LatentBatch latents) {
            throw new UnsupportedOperationException("nothing is decoded here");
        }

        @Override
        public void close() {}
    }
}

package dev.latentstream.captioning.recaption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Recaption;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecaptionProcessorTest {
    private static final Instant SINCE = Instant.ofEpochMilli(1_000);

    private final RemovedImages removed = new RemovedImages();
    private final List<InputRecord<Image>> captioned = new ArrayList<>();

    @Test
    void captionsTheImagesOfTheSourceBeforeTheEndsAndSinceTheTime() {
        RecaptionProcessor processor = processor(Double.POSITIVE_INFINITY);

        processor.process(List.of(
                record("a", image("photos"), 0, 9, 1_000),
                record("other source", image("web"), 0, 9, 1_000),
                record("at the end", image("photos"), 0, 10, 1_000),
                record("b", image("photos"), 1, 19, 1_000),
                record("too old", image("photos"), 1, 19, 999)));

        assertThat(captioned).extracting(InputRecord::key).containsExactly("a", "b");
        assertThat(processor.images()).isEqualTo(2);
    }

    @Test
    void leavesRemovedImagesOutAndDeletesTheCaptionsOfThoseThatWereRemovedMeanwhile() {
        removed.add("removed");
        RecaptionProcessor processor = processor(Double.POSITIVE_INFINITY);

        processor.process(List.of(
                record("removed", image("photos"), 0, 9, 1_000),
                record("removed", null, 0, 99, 1_000),
                record("deleted by hand", null, 0, 99, 1_000)));

        assertThat(captioned).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("removed");
            assertThat(record.value()).isNull();
        });
        assertThat(processor.images()).isZero();
    }

    @Test
    void aClosedProcessorDoesNotWaitForItsRate() {
        RecaptionProcessor processor = processor(1e-6);
        processor.close();

        for (int i = 0; i < 3; i++) { // the second one would wait for eleven days
            processor.process(List.of(record("a", image("photos"), 0, 9, 1_000)));
        }

        assertThat(captioned).hasSize(3);
    }

    private RecaptionProcessor processor(double rate) {
        Recaption recaption = new Recaption(1, SINCE, List.of(10L, 20L), Instant.EPOCH, false);
        return new RecaptionProcessor(
                batch -> {
                    captioned.addAll(batch);
                    return List.of();
                },
                new Selection("photos", recaption),
                removed,
                rate);
    }

    private static Image image(String source) {
        return Image.newBuilder()
                .setImage(ByteBuffer.allocate(0))
                .setWidth(1)
                .setHeight(1)
                .setOriginalWidth(1)
                .setOriginalHeight(1)
                .setSource(source)
                .setUri("")
                .setFingerprint(0)
                .build();
    }

    private static InputRecord<Image> record(
            String key, @Nullable Image image, int partition, long offset, long timestamp) {
        return new InputRecord<>(key, image, new RecordHeaders(), "images", partition, offset, timestamp);
    }
}

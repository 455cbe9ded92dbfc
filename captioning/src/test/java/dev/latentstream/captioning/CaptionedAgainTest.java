package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.nouns.Nouns;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images that were captioned before. */
class CaptionedAgainTest {
    private final Meters meters = new Meters();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void captionsHaveTheRevisionAndReplaceARejection() {
        List<OutputRecord<?>> outputs = process("a cat", 2, 4);

        assertThat(outputs).extracting(output -> output.topic().name()).containsExactly("captions", "images-rejected");
        Captions captions = (Captions) outputs.get(0).value();
        assertThat(captions).isNotNull();
        assertThat(captions.getRevision()).isEqualTo(2);
        assertThat(captions.getTextRevision()).isEqualTo(4);
        assertThat(outputs.get(1).value()).isNull();
    }

    @Test
    void anImageWithoutASoundCaptionKeepsWhatItHad() {
        assertThat(process("", 1, 0)).isEmpty();
    }

    private List<OutputRecord<?>> process(String caption, int revision, int textRevision) {
        CaptioningSettings settings = new CaptioningSettings();
        Policies policies = Policies.fixed(Map.of());
        CaptioningProcessor processor = new CaptioningProcessor(
                new Topics(""),
                new CaptionPlanner(policies::caption, settings.levels()),
                new OneCaption(caption),
                Nouns.english(),
                settings,
                new StageHeaders(new Random(1)),
                new CaptioningMeters(meters),
                revision);
        Image image = Image.newBuilder()
                .setImage(ByteBuffer.wrap(new byte[] {1}))
                .setWidth(8)
                .setHeight(8)
                .setOriginalWidth(8)
                .setOriginalHeight(8)
                .setSource("photos")
                .setUri("file:a.jpg")
                .setFingerprint(0)
                .setTextRevision(textRevision)
                .build();
        return processor.process(List.of(new InputRecord<>("id", image, new RecordHeaders(), "images", 0, 0, 0)));
    }

    private record OneCaption(String text) implements Captioner {
        @Override
        public String id() {
            return "fake";
        }

        @Override
        public List<Captioned> caption(List<ImageToCaption> batch) {
            ScoredCaption caption = new ScoredCaption(text, "short", null, "fake", "Describe it.");
            return batch.stream()
                    .<Captioned>map(image -> new Described(List.of(caption)))
                    .toList();
        }

        @Override
        public void close() {}
    }
}

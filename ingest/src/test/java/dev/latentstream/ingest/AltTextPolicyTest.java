package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTextAction;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.Boilerplate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.RejectionReason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts of an image under a policy that can change while ingest runs. */
class AltTextPolicyTest {
    private static final byte[] FILE = TestImages.png(TestImages.drawing(96, 96));
    private static final AltTextPolicy NO_FILE_NAMES = AltTextPolicy.newBuilder()
            .setBoilerplate(List.of(Boilerplate.FILE_NAMES))
            .setMinCharacters(4)
            .build();

    @TempDir
    private Path state;

    @Test
    void dropsATextAndCountsIt() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.require(2, NO_FILE_NAMES);

            ingest.send(raw("DSC_0012.JPG", "fox", "a fox in the snow"));

            Image image = ingest.images().readValue();
            assertThat(image.getAltText()).contains("a fox in the snow");
            assertThat(image.getAltTexts()).extracting(AltText::getText).containsExactly("a fox in the snow");
            assertThat(ingest.count(Meter.ALT_TEXT_DROPPED, "ingest", "photos", "file-names"))
                    .isOne();
            assertThat(ingest.count(Meter.ALT_TEXT_DROPPED, "ingest", "photos", "too-short"))
                    .isOne();
        }
    }

    @Test
    void aCopyBringsNoTextThatItsPolicyDoesNotAdmit() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.send(raw("a fox in the snow"));
            ingest.require(2, NO_FILE_NAMES);

            ingest.send(RawImage.newBuilder(raw("IMG_1234")).setUri("copy").build());

            assertThat(ingest.images().readValuesToList())
                    .extracting(image -> image.getAltText().orElse(""))
                    .containsExactly("a fox in the snow");
        }
    }

    @Test
    void anImageIsRefusedIfNoTextIsLeftAndKeptWithThemAll() {
        try (IngestDriver ingest = new IngestDriver(state, new IngestSettings())) {
            ingest.require(
                    2,
                    AltTextPolicy.newBuilder(NO_FILE_NAMES)
                            .setAction(AltTextAction.REFUSE)
                            .build());
            RawImage raw = raw("DSC_0012.JPG");

            ingest.send(raw);

            assertThat(ingest.rejections().readValue().getReason()).isEqualTo(RejectionReason.ALT_TEXT);
            assertThat(ingest.quarantine().readValue()).isEqualTo(raw);
            ingest.require(3, NO_FILE_NAMES);
            ingest.send(raw);
            assertThat(ingest.images().readValue().getAltText()).isEmpty();
        }
    }

    private static RawImage raw(String... texts) {
        return RawImage.newBuilder(IngestDriver.raw(FILE))
                .setAltText(texts[0])
                .setAltTexts(List.of(texts).stream()
                        .map(text -> new AltText(text, "photos", "file"))
                        .toList())
                .build();
    }
}

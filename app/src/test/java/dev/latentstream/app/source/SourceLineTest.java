package dev.latentstream.app.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.ingest.sources.SourceProgress.NotSent;
import dev.latentstream.ingest.sources.SourceProgress.Texts;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.RejectionReason;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SourceLineTest {
    @Test
    void anUneventfulRunIsShort() {
        assertThat(line(new NotSent(0, 0, 0, Map.of(), 0, 0, Map.of()), new Texts(0, 0, Map.of())))
                .isEqualTo("photos: 20 of 20 images, 10.0/s");
    }

    @Test
    void whatWasNotSentIsCountedAndNamed() {
        assertThat(line(
                        new NotSent(
                                4,
                                3,
                                2,
                                Map.of(RejectionReason.ROBOTS, 2L, RejectionReason.HTTP_STATUS, 1L),
                                1,
                                5,
                                Map.of("@eaDir", 2L, "._*", 1L)),
                        new Texts(7, 6, Map.of(AltTextFault.TOO_LONG, 1L, AltTextFault.NO_IMAGE, 2L))))
                .isEqualTo(
                        "photos: 20 of 20 images, 10.0/s, 4 copies, 3 sent before, 2 too large, 3 rejected (1 http-status, 2 robots), 1 unreadable, 5 other files,"
                                + " 3 skipped (1 ._*, 2 @eaDir), 7 without a text (6 of them with a file beside),"
                                + " 3 texts dropped (1 too long, 2 without an image)");
    }

    private static String line(NotSent notSent, Texts texts) {
        return SourceLine.of(
                new SourceProgress("photos", 20, notSent, texts, OptionalLong.of(20), Duration.ofSeconds(2)));
    }
}

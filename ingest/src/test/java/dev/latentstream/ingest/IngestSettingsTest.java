package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.image.OutputSettings.Crop;
import dev.latentstream.ingest.optout.OptOutSettings;
import dev.latentstream.runtime.streams.StreamsSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngestSettingsTest {
    @Test
    void pinsEveryDefault() {
        assertThat(new IngestSettings())
                .isEqualTo(new IngestSettings(
                        new ImageBounds(8_388_608, 100_000_000, 536_870_912, 20, 10_000),
                        new DecodingSettings(Duration.ofSeconds(10), 2),
                        new OutputSettings(512, Crop.NONE, 95, 65_536),
                        1,
                        new RefusalSettings(
                                new QuarantineSettings(true, List.of()),
                                new NearDuplicateSettings(false, Duration.ofDays(30)),
                                new OptOutSettings(List.of(), Duration.ofSeconds(30), 50_000_000)),
                        new FetchSettings(),
                        new StreamsSettings()));
    }

    @Test
    void refusesWorkingImagesThatJpegCannotHold() {
        OutputSettings large = new OutputSettings(4096, Crop.NONE, 95, 0);

        assertThatThrownBy(() -> new IngestSettings(
                        new ImageBounds(),
                        new DecodingSettings(),
                        large,
                        1,
                        new RefusalSettings(),
                        new FetchSettings(),
                        new StreamsSettings()))
                .hasMessage("working-size times max-aspect-ratio 81920.0 is not between 1.0 and 65500.0");
    }

    @Test
    void refusesValuesBeyondTheirBounds() {
        assertThatThrownBy(() -> new ImageBounds(0, 1, 1, 1, 1)).hasMessage("max-image-bytes 0 is below 1");
        assertThatThrownBy(() -> new ImageBounds(1, 1, 1, 0.5, 1))
                .hasMessage("max-aspect-ratio 0.5 is not between 1.0 and 1000.0");
        assertThatThrownBy(() -> new DecodingSettings(Duration.ZERO, 1)).hasMessageContaining("time-limit");
        assertThatThrownBy(() -> new DecodingSettings(Duration.ofSeconds(1), -1))
                .hasMessage("max-abandoned -1 is below 0");
        assertThatThrownBy(() -> new OutputSettings(8, Crop.NONE, 95, 0))
                .hasMessage("working-size 8 is not between 16 and 4096");
    }
}

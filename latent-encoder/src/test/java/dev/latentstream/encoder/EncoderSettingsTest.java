package dev.latentstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.schemas.TensorType;
import org.junit.jupiter.api.Test;

class EncoderSettingsTest {
    @Test
    void theDefaultsArePinned() {
        assertThat(new EncoderSettings())
                .isEqualTo(
                        new EncoderSettings(null, 64, new BatchSettings(), new StreamsSettings(), TensorType.FLOAT16));
    }

    @Test
    void aResolutionOutOfRangeIsRefusedWithItsBounds() {
        assertThatThrownBy(() ->
                        new EncoderSettings(null, 4, new BatchSettings(), new StreamsSettings(), TensorType.FLOAT16))
                .hasMessage("resolution 4 is not in 8 to 4096");
    }
}

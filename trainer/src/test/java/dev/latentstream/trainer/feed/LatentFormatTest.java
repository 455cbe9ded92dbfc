package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.trainer.Fixtures;
import org.junit.jupiter.api.Test;

class LatentFormatTest {
    @Test
    void anAutoencoderOfOtherLatentsIsReportedWithTheirOwn() {
        assertThat(Fixtures.FORMAT.foreign("encoder")).isEmpty();
        assertThat(Fixtures.FORMAT.foreign("other-square64"))
                .contains(
                        "the settings' autoencoder is other-square64, but the run's latents are of encoder; latents of the"
                                + " former are refused: set the autoencoder of the run's latents (--vae, encoder.resolution), or"
                                + " start a new run");
    }
}

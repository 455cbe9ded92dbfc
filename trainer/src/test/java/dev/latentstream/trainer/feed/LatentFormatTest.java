package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.trainer.Fixtures;
import org.junit.jupiter.api.Test;

class LatentFormatTest {
    @Test
    void anAutoencoderOfOtherLatentsIsNamedBesideTheirOwn() {
        assertThat(Fixtures.FORM.foreign("encoder")).isEmpty();
        assertThat(Fixtures.FORM.foreign("other-square64"))
                .contains(
                        "the settings' autoencoder is other-square64, and the run's latents are of encoder; those of the"
                                + " former are refused: name the autoencoder that made the run's (--vae, encoder.resolution), or"
                                + " begin a new run");
    }
}

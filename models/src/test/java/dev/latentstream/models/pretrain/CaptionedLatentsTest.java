package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.CaptionedFakes.Halving;
import dev.latentstream.models.CaptionedFakes.Letters;
import dev.latentstream.models.CaptionedFakes.Stripes;
import dev.latentstream.models.pretrain.CaptionedLatents.Batch;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextStates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaptionedLatentsTest {
    private final Stripes images = new Stripes(0);
    private final List<String> encoded = new ArrayList<>();

    @Test
    void aBatchDependsOnSeedAndStepAlone() {
        Batch fresh = latents().drawn(7, 3, 8, 20);
        CaptionedLatents used = latents();
        used.drawn(7, 1, 8, 20);

        Batch later = used.drawn(7, 3, 8, 20);

        assertThat(later.latents().values()).isEqualTo(fresh.latents().values());
        assertThat(encoded.subList(16, 24)).isEqualTo(encoded.subList(0, 8));
        assertThat(used.drawn(8, 3, 8, 20).latents().values())
                .isNotEqualTo(fresh.latents().values());
    }

    @Test
    void anImageIsEncodedOnce() {
        CaptionedLatents latents = latents();
        for (int step = 0; step < 50; step++) {
            latents.drawn(7, step, 8, 20);
        }

        assertThat(images.drawn()).isEqualTo(20);
    }

    @Test
    void aTenthOfTheCaptionsIsDropped() {
        CaptionedLatents latents = latents();
        for (int step = 0; step < 125; step++) {
            latents.drawn(7, step, 8, 20);
        }

        assertThat(Collections.frequency(encoded, "")).isBetween(70, 130); // of 1000; three standard deviations
    }

    @Test
    void inOrderNoCaptionIsDroppedAndEachComesInTurn() {
        latents().inOrder(4, 3);

        assertThat(encoded).containsExactly("xx", "xxx stripes", "x");
    }

    private CaptionedLatents latents() {
        return new CaptionedLatents(images, new Halving(), new Recording());
    }

    /** Records the captions that it encodes. */
    private final class Recording implements TextEncoder {
        private final Letters letters = new Letters();

        @Override
        public String id() {
            return letters.id();
        }

        @Override
        public int tokens() {
            return letters.tokens();
        }

        @Override
        public int width() {
            return letters.width();
        }

        @Override
        public int pooledWidth() {
            return letters.pooledWidth();
        }

        @Override
        public TextStates encode(List<String> captions) {
            encoded.addAll(captions);
            return letters.encode(captions);
        }

        @Override
        public void close() {}
    }
}

package dev.latentstream.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {
    @Test
    void latentsOfRecordsAreJoinedInTheirOrder() {
        LatentBatch batch = LatentBatch.of(List.of(new float[] {1, 2}, new float[] {3, 4}), 1, 1, 2);

        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.values()).containsExactly(1, 2, 3, 4);
        assertThat(batch.slice(1, 2).values()).containsExactly(3, 4);
    }

    @Test
    void imagesAreJoinedInTheirOrder() {
        ImageBatch batch = ImageBatch.of(List.of(new float[] {1, 2, 3}, new float[] {4, 5, 6}), 1, 1);

        assertThat(batch.rgb()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void aLatentOfAnotherSizeIsRefusedWithItsIndex() {
        List<float[]> latents = List.of(new float[2], new float[4]);

        assertThatThrownBy(() -> LatentBatch.of(latents, 1, 1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("4 values at index 1; expected 2");
    }

    @Test
    void anEmptyBatchIsRefused() {
        assertThatThrownBy(() -> LatentBatch.of(List.of(), 4, 8, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("0 latents");
    }
}

package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.Pixels;
import org.junit.jupiter.api.Test;

class SampleGridTest {
    @Test
    void imagesAreArrangedInRowsWithAWhiteGap() {
        float[] rgb = new float[3 * 3 * 2 * 2]; // three black images of 2 x 2
        rgb[2 * 12 + 4] = 0.5f; // green of the first pixel of the third

        Pixels grid = SampleGrid.of(new ImageBatch(3, 2, 2, rgb), 2);

        assertThat(grid.width()).isEqualTo(6);
        assertThat(grid.height()).isEqualTo(6);
        float[] green = java.util.Arrays.copyOfRange(grid.values(), 36, 72);
        assertThat(java.util.Arrays.copyOfRange(green, 0, 6)).containsExactly(0, 0, 1, 1, 0, 0);
        assertThat(java.util.Arrays.copyOfRange(green, 12, 18)).containsOnly(1f);
        assertThat(java.util.Arrays.copyOfRange(green, 24, 30)).containsExactly(0.5f, 0, 1, 1, 1, 1);
    }
}

package dev.latentstream.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.app.cli.Failure;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BenchPlanTest {
    @Test
    void imagesSufficeForTheStageThatNeedsMost() {
        assertThat(plan(EnumSet.allOf(BenchStage.class), null, 3).maxImages())
                .isEqualTo(plan(Set.of(BenchStage.INGEST), null, 3).images(BenchStage.INGEST));
        assertThat(plan(Set.of(BenchStage.TRAINER), null, 3).maxImages()).isZero();
        assertThat(plan(Set.of(BenchStage.ENCODING), 64, 3).maxImages()).isEqualTo(64);
    }

    @Test
    void valuesOutOfBoundsAreNamedWithTheirBounds() {
        assertThatThrownBy(() -> plan(Set.of(), null, 3)).hasMessage("stages: number of them 0 is below 1");
        assertThatThrownBy(() -> plan(Set.of(BenchStage.INGEST), 15, 3))
                .hasMessage("count 15 is not between 16 and 100000");
        assertThatThrownBy(() -> plan(Set.of(BenchStage.INGEST), null, 0))
                .hasMessage("rounds 0 is not between 1 and 100");
    }

    @Test
    void onlyWholeBatchesAreMeasured() {
        List<Integer> images = Collections.nCopies(100, 7);

        assertThat(BenchImages.wholeBatches(images, 1000, 16)).hasSize(96);
        assertThat(BenchImages.wholeBatches(images, 70, 16)).hasSize(64);
        assertThatThrownBy(() -> BenchImages.wholeBatches(images, 63, 16))
                .isInstanceOf(Failure.class)
                .hasMessage("63 usable images are fewer than 4 batches of 16; give more images, or a larger --count");
    }

    private static BenchPlan plan(Set<BenchStage> stages, @Nullable Integer count, int rounds) {
        return new BenchPlan(stages, null, count, 60, rounds, 1, Device.cpu());
    }
}

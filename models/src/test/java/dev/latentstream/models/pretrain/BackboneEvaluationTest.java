package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.latentstream.models.CaptionedFakes;
import dev.latentstream.models.diffusion.DiffusionSampler;
import dev.latentstream.models.diffusion.DiffusionSampler.Solver;
import dev.latentstream.models.diffusion.DiffusionSampler.Spacing;
import dev.latentstream.models.image.ImageBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneEvaluationTest {
    private static final int SIDE = 8;
    private static final int IMAGE = ImageBatch.PLANES * SIDE * SIDE;

    @TempDir
    private Path folder;

    @Test
    void samplesDependOnPromptSeedAndPlaceAlone() throws IOException {
        try (BackboneEvaluation evaluation = trained()) {
            ImageBatch both = samples(evaluation, List.of("x", "x"), 1);

            assertThat(both.count()).isEqualTo(2);
            assertThat(image(both, 0)).isNotEqualTo(image(both, 1));
            assertThat(image(samples(evaluation, List.of("x", "xx stripes"), 1), 0))
                    .isEqualTo(image(both, 0));
            assertThat(image(samples(evaluation, List.of("x", "xx stripes"), 1), 1))
                    .isNotEqualTo(image(both, 1));
            assertThat(image(samples(evaluation, List.of("x", "x"), 2), 0)).isNotEqualTo(image(both, 0));
        }
    }

    private static ImageBatch samples(BackboneEvaluation evaluation, List<String> prompts, long seed) {
        DiffusionSampler sampler =
                new DiffusionSampler(BackbonePretraining.OBJECTIVE, Solver.DDIM, Spacing.TRAILING, 4);
        return evaluation.samples(prompts, sampler, 2, SIDE, seed);
    }

    private static float[] image(ImageBatch images, int index) {
        return Arrays.copyOfRange(images.rgb(), index * IMAGE, (index + 1) * IMAGE);
    }

    private BackboneEvaluation trained() throws IOException {
        Path out = folder.resolve("out");
        try (BackbonePretraining training = new BackbonePretraining(
                BackbonePretrainingTest.SMALL,
                new Pretraining(1, 9, folder, () -> false, progress -> {}),
                new CaptionedFakes.Stripes(0),
                new CaptionedFakes.Stripes(1000),
                new CaptionedFakes.Halving(),
                new CaptionedFakes.Letters(),
                Device.cpu())) {
            training.train();
            training.export(out);
        }
        return BackboneEvaluation.load(
                out,
                new CaptionedFakes.Stripes(2000),
                new CaptionedFakes.Halving(),
                new CaptionedFakes.Letters(),
                Device.cpu());
    }
}

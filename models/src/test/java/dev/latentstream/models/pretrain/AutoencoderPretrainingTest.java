package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.AutoencoderTiny;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.autoencoder.LatentNormalization;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.pretrain.Pretraining.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoencoderPretrainingTest {
    private static final AutoencoderTiny.Config SMALL =
            new AutoencoderTiny.Config(3, 4, 16, List.of(0, 1), List.of(1, 1));

    @TempDir
    private Path folder;

    private final List<Progress> reports = new ArrayList<>();

    @Test
    void aRunLearnsAndItsExportLoads() throws IOException {
        try (AutoencoderPretraining training = training(1, 60, folder.resolve("work"))) {
            assertThat(training.train()).isTrue();
            training.export(folder.resolve("out"));
        }

        try (Autoencoder autoencoder = Autoencoders.load(folder.resolve("out"), Device.cpu())) {
            LatentBatch latents = autoencoder.encode(waves(0, 8));
            assertThat(latents.channels()).isEqualTo(4);
            LatentNormalization.of(latents).std().forEach(d -> assertThat(d).isBetween(0.5, 2.0));
        }
        assertThat(reports).extracting(Progress::step).containsExactly(60L);
    }

    @Test
    void anotherRunsStateIsRefused() throws IOException {
        try (AutoencoderPretraining training = training(1, 1, folder)) {
            training.train();
        }

        try (AutoencoderPretraining training = training(2, 1, folder)) {
            assertThatThrownBy(training::train)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Use another work folder, or delete it.");
        }
    }

    @Test
    void aStoppedRunIsSavedAndResumed() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (AutoencoderPretraining training = training(1, 9, folder, () -> asked.incrementAndGet() > 4)) {
            assertThat(training.train()).isFalse();
        }
        try (AutoencoderPretraining training = training(1, 9, folder)) {
            assertThat(training.train()).isTrue();
        }

        assertThat(reports).extracting(Pretraining.Progress::step).containsExactly(4L, 9L);
    }

    private AutoencoderPretraining training(long seed, long steps, Path work) {
        return training(seed, steps, work, () -> false);
    }

    private AutoencoderPretraining training(long seed, long steps, Path work, BooleanSupplier stop) {
        Pretraining run = new Pretraining(seed, steps, work, stop, reports::add);
        return new AutoencoderPretraining(
                SMALL,
                run,
                AutoencoderPretrainingTest::waves,
                (first, count) -> waves(first + 1000, count),
                Device.cpu());
    }

    private static ImageBatch waves(long first, int count) {
        float[] values = new float[count * 3 * 64];
        for (int i = 0; i < values.length; i++) {
            long image = first + i / 192;
            values[i] = (float) (0.5 + 0.4 * Math.sin(image * 0.7 + (i % 8) * 0.3 + (i / 8 % 8) * 0.2));
        }
        return new ImageBatch(count, 8, 8, values);
    }
}

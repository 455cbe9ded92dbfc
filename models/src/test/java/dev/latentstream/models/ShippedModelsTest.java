package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.image.Psnr;
import dev.latentstream.models.pretrain.BackbonePretraining;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShippedModelsTest {
    private static final int SIDE = 64;

    @Test
    void theShippedAutoencoderReconstructsAColouredSquare() throws IOException {
        float[] image = squareOnGround();

        try (Autoencoder autoencoder = ShippedModels.vae(Device.cpu())) {
            LatentBatch latents = autoencoder.encode(new ImageBatch(1, SIDE, SIDE, image));

            assertThat(latents.channels()).isEqualTo(4);
            assertThat(latents.height()).isEqualTo(SIDE / 4);
            assertThat(Psnr.of(image, autoencoder.decode(latents).rgb())).isGreaterThan(22); // decibels
        }
    }

    @Test
    void theShippedBackboneIsTheNetworkOfItsPretrainingWithItsObjective() throws IOException {
        String configuration =
                ShippedModels.backbone(folder -> BackboneFolder.describe(folder).configuration());
        List<String> differences = ShippedModels.backbone(BackbonePretraining.OBJECTIVE::differences);

        assertThat(configuration)
                .isEqualTo(new UNet2DConditionModel(BackbonePretraining.SHIPPED.network()).configuration());
        assertThat(differences).isEmpty();
    }

    /** A red square on pale blue. */
    private static float[] squareOnGround() {
        float[] square = {0.84f, 0.13f, 0.13f};
        float[] ground = {0.8f, 0.9f, 0.95f};
        float[] image = new float[3 * SIDE * SIDE];
        for (int i = 0; i < image.length; i++) {
            int plane = i / (SIDE * SIDE);
            int row = i / SIDE % SIDE;
            int column = i % SIDE;
            boolean inside = row > 20 && row < 45 && column > 15 && column < 40;
            image[i] = inside ? square[plane] : ground[plane];
        }
        return image;
    }
}

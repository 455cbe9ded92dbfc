package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class AutoencodersTest {
    private static final Path ASSETS = Path.of("../../shared/assets"); // tests run in the module's folder
    private static final int SIDE = 256;

    @Test
    void aRealAutoencoderReconstructsPhotographs() throws IOException {
        Path weights = ASSETS.resolve("taesdxl");
        Assumptions.assumeTrue(Files.isDirectory(weights), () -> "skipped: no " + weights);

        try (Autoencoder autoencoder = Autoencoders.load(weights, Device.cpu());
                Stream<Path> files = Files.list(ASSETS.resolve("photos"))) {
            List<Path> photos =
                    files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList();
            double sum = 0;
            for (Path photo : photos) {
                float[] image = planes(photo);
                LatentBatch latents = autoencoder.encode(new ImageBatch(1, SIDE, SIDE, image));
                sum += Psnr.of(image, autoencoder.decode(latents).rgb());
            }

            System.out.println(sum / photos.size());
            assertThat(photos).hasSizeGreaterThan(20);
            assertThat(sum / photos.size()).isGreaterThan(20);
            assertThat(autoencoder.downsampling()).isEqualTo(8);
            assertThat(autoencoder.channels()).isEqualTo(4);
        }
    }

    private static float[] planes(Path path) throws IOException {
        BufferedImage photo = ImageIO.read(path.toFile());
        int crop = Math.min(photo.getWidth(), photo.getHeight());
        int left = (photo.getWidth() - crop) / 2;
        int top = (photo.getHeight() - crop) / 2;
        BufferedImage small = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(photo, 0, 0, SIDE, SIDE, left, top, left + crop, top + crop, null);
        graphics.dispose();
        float[] planes = new float[3 * SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            int rgb = small.getRGB(i % SIDE, i / SIDE);
            planes[i] = (rgb >> 16 & 0xff) / 255f;
            planes[SIDE * SIDE + i] = (rgb >> 8 & 0xff) / 255f;
            planes[2 * SIDE * SIDE + i] = (rgb & 0xff) / 255f;
        }
        return planes;
    }
}

package dev.latentstream.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class PixelsTest {
    @Test
    void readsAFileOfImageIo() throws IOException {
        Pixels pixels = Pixels.decode(png(halves(4, 2)));

        assertThat(pixels.width()).isEqualTo(4);
        assertThat(pixels.height()).isEqualTo(2);
        assertThat(pixels.values()[0]).isEqualTo(1f); // red of the left half
        assertThat(pixels.values()[3]).isEqualTo(0f); // red of the right half
        assertThat(pixels.values()[16 + 3]).isEqualTo(200 / 255f); // blue of the right half
    }

    @Test
    void imageIoReadsItsPng() throws IOException {
        Pixels pixels = Pixels.decode(png(halves(4, 2)));

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(pixels.png()));

        assertThat(read.getRGB(0, 0)).isEqualTo(Color.RED.getRGB());
        assertThat(read.getRGB(3, 1)).isEqualTo(new Color(0, 0, 200).getRGB());
    }

    @Test
    void shrinksByAreaAndCropsToTheCentre() throws IOException {
        Pixels pixels = Pixels.decode(png(halves(24, 8)), 2, 2);

        // the middle 8 x 8 of 24 x 8: half red, half blue, no bleeding over the edge between them
        assertThat(pixels.values()[0]).isCloseTo(1f, within(0.01f));
        assertThat(pixels.values()[1]).isCloseTo(0f, within(0.01f));
    }

    @Test
    void refusesBytesThatAreNotAnImage() {
        assertThatThrownBy(() -> Pixels.decode(ByteBuffer.wrap(new byte[] {1, 2, 3})))
                .hasMessage("3 bytes are not an image");
    }

    /** Beside a network of gigabytes, the memory of the process is above the four times heap size that JavaCPP allows by itself. */
    @Test
    void setsNoMemoryBoundForTheWholeProcess() throws IOException {
        Pixels.decode(png(halves(4, 2)));

        assertThat(Pointer.maxPhysicalBytes()).isZero();
        assertThat(Pointer.maxBytes()).isZero();
    }

    private static BufferedImage halves(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, width / 2, height);
        graphics.setColor(new Color(0, 0, 200));
        graphics.fillRect(width / 2, 0, width / 2, height);
        graphics.dispose();
        return image;
    }

    private static ByteBuffer png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return ByteBuffer.wrap(bytes.toByteArray());
    }
}

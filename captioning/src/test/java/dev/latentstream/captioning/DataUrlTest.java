package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.schemas.ImageFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DataUrlTest {
    @Test
    void makesAJpegOfAPng() throws IOException {
        BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 32 * 16; i++) {
            image.setRGB(i % 32, i / 32, 0xff2060a0);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        String url =
                DataUrl.of(ByteBuffer.wrap(png.toByteArray()), ImageFormat.PNG).orElseThrow();
        byte[] jpeg = Base64.getDecoder().decode(url.substring("data:image/jpeg;base64,".length()));
        assertThat(jpeg).startsWith(0xff, 0xd8);
        BufferedImage back = ImageIO.read(new ByteArrayInputStream(jpeg));
        assertThat(back.getWidth()).isEqualTo(32);
        assertThat(back.getRGB(9, 9) >> 8 & 0xff).isCloseTo(0x60, within(3));
    }

    @Test
    void leavesThePositionOfTheBuffer() {
        ByteBuffer image = ByteBuffer.wrap(new byte[] {9, 1, 2, 3}).position(1);
        assertThat(DataUrl.of(image, ImageFormat.JPEG)).contains("data:image/jpeg;base64,AQID");
        assertThat(image.remaining()).isEqualTo(3);
    }
}

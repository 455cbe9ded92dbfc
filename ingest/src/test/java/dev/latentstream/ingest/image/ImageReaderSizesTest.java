package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.OutputSettings.Crop;
import dev.latentstream.models.image.OpenCv;
import java.awt.image.BufferedImage;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class ImageReaderSizesTest {
    private static final OutputSettings TO_64 = new OutputSettings(64, Crop.NONE, 95, 1 << 24);

    @Test
    void shrinksToTheWorkingSizeByAveragingAreas() {
        BufferedImage drawing = TestImages.drawing(512, 256);

        WorkingImage working = read(TestImages.png(drawing), TO_64);

        assertThat(working.original()).isEqualTo(new Size(512, 256));
        assertThat(working.size()).isEqualTo(new Size(128, 64));
        assertThat(TestImages.psnr(TestImages.areaMean(drawing, 4), TestImages.decode(working.image())))
                .isGreaterThan(50);
    }

    @Test
    void neverEnlarges() {
        assertThat(read(TestImages.png(TestImages.drawing(40, 30)), TO_64).size())
                .isEqualTo(new Size(40, 30));
        assertThat(read(TestImages.png(TestImages.drawing(300, 30)), TO_64).size())
                .isEqualTo(new Size(300, 30));
    }

    @Test
    void cropsTheCentreSquareIfConfigured() {
        BufferedImage drawing = TestImages.drawing(96, 48);

        WorkingImage working = read(TestImages.png(drawing), new OutputSettings(64, Crop.CENTRE_SQUARE, 95, 1 << 24));

        assertThat(working.size()).isEqualTo(new Size(48, 48));
        assertThat(TestImages.psnr(drawing.getSubimage(24, 0, 48, 48), TestImages.decode(working.image())))
                .isGreaterThan(90);
    }

    @Test
    void hashesEqualPixelsEquallyInWhateverFileTheyCame() {
        BufferedImage drawing = TestImages.drawing(100, 80);
        WorkingImage png = read(TestImages.png(drawing), TO_64);

        assertThat(read(TestImages.encode("bmp", drawing), TO_64).pixelHash()).isEqualTo(png.pixelHash());
        assertThat(read(ImageReaderFormatsTest.webp(drawing, 101), TO_64).pixelHash())
                .isEqualTo(png.pixelHash());
        drawing.setRGB(50, 40, drawing.getRGB(50, 40) ^ 0x80);
        assertThat(read(TestImages.png(drawing), TO_64).pixelHash()).isNotEqualTo(png.pixelHash());
    }

    @Test
    void freesItsMemory() {
        ImageReader reader = ImageReader.open(new ImageBounds(), TO_64, 1);
        byte[] large = TestImages.png(TestImages.drawing(2000, 2000)); // 12 MB decoded
        byte[] liar = TestFiles.png(9999, 9999, new byte[1000]); // 100 MB claimed
        for (int i = 0; i < 5; i++) {
            reader.read(large);
        }
        long before = Pointer.physicalBytes();

        for (int i = 0; i < 30; i++) {
            reader.read(large);
            reader.read(liar);
        }

        assertThat(Pointer.physicalBytes() - before)
                .isLessThan(150L << 20); // 360 MB were decoded, and the heap may have grown
    }

    @Test
    void setsNoMemoryBoundForTheWholeProcess() {
        OpenCv.load(1);

        assertThat(Pointer.maxPhysicalBytes()).isZero();
        assertThat(Pointer.maxBytes()).isZero();
    }

    private static WorkingImage read(byte[] bytes, OutputSettings preparation) {
        return Readings.asWorkingImage(
                ImageReader.open(new ImageBounds(), preparation, 1).read(bytes));
    }
}

package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.jpeg.JpegCodes;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the warnings of the JDK's decoder. */
class JpegCodesTest {
    private static final BufferedImage DRAWING = TestImages.drawing(203, 117);

    static Stream<byte[]> sound() {
        return Stream.of(TestImages.jpeg(DRAWING), TestImages.jpeg(TestImages.drawing(1, 1)));
    }

    @ParameterizedTest
    @MethodSource("sound")
    void aSoundSequentialFileIsRegular(byte[] file) {
        assertThat(JdkJpeg.firstWarning(file)).isEmpty();
        assertThat(JpegCodes.areRegular(file)).isTrue();
    }

    @Test
    void aProgressiveFileIsNotReadHere() {
        assertThat(JpegCodes.areRegular(TestImages.progressiveJpeg(DRAWING))).isFalse();
    }

    @Test
    void noFileIsRegularThatTheJdkWarnsOf() {
        Random random = new Random(1);
        byte[] file = TestImages.jpeg(DRAWING);
        int warned = 0;
        for (int i = 0; i < 500; i++) {
            byte[] damaged = damaged(file, random);
            if (JdkJpeg.firstWarning(damaged).isPresent()) {
                warned++;
                assertThat(JpegCodes.areRegular(damaged))
                        .as("file %d: %s", i, JdkJpeg.firstWarning(damaged))
                        .isFalse();
            }
        }
        assertThat(warned).isGreaterThan(100);
    }

    /** Returns a file with a flipped bit or with a hole, in its last nine tenths. */
    private static byte[] damaged(byte[] file, Random random) {
        byte[] damaged = file.clone();
        int at = file.length / 10 + random.nextInt(file.length * 8 / 10);
        if (random.nextBoolean()) {
            damaged[at] ^= (byte) (1 << random.nextInt(8));
        } else {
            Arrays.fill(damaged, at, at + file.length / 20, (byte) 0);
        }
        return damaged;
    }
}

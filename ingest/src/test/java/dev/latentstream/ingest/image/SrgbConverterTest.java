package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.image.OpenCv;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class SrgbConverterTest {
    @Test
    void keepsNothingOfTheFileThatAProfileCameIn() {
        OpenCv.load(1);
        SrgbConverter converter = new SrgbConverter();

        WeakReference<byte[]> file = convertByPartOfAFile(converter);

        System.gc();
        assertThat(file.refersTo(null)).isTrue();
        assertThat(convertByPartOfAFile(converter)).isNotNull(); // the converter was in use until here
    }

    private static WeakReference<byte[]> convertByPartOfAFile(SrgbConverter converter) {
        byte[] profile = TestProfiles.matrix(TestProfiles.DISPLAY_P3, 2.2);
        byte[] file = new byte[8 << 20];
        ByteBuffer part = ByteBuffer.wrap(file).slice(100, profile.length).put(0, profile);
        try (Mat pixels = Pixels.fromArray(new byte[3], new Size(1, 1), 3)) {
            assertThat(converter.toSrgb(pixels, part).profile()).isEqualTo("applied");
        }
        return new WeakReference<>(file);
    }
}

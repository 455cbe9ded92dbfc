package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares with the JDK's decoder, which is independent of OpenCV's. */
class PhotographsTest {
    private final List<Path> photos = TestImages.photos();

    @BeforeEach
    void skipWithoutPhotographs() {
        assumeThat(photos).as("no photographs in %s", TestImages.PHOTOS).isNotEmpty();
    }

    @Test
    void readsPhotographsAsTheJdkDoes() throws IOException {
        for (Path photo : photos.subList(0, Math.min(8, photos.size()))) {
            byte[] bytes = Files.readAllBytes(photo);
            BufferedImage expected = TestImages.decode(bytes);

            WorkingImage working = Readings.workingImage(bytes); // all are below the working size, so no pixel moves

            assertThat(working.original()).isEqualTo(new Size(expected.getWidth(), expected.getHeight()));
            if (working.size().equals(working.original())) {
                assertThat(TestImages.psnr(expected, TestImages.decode(working.image())))
                        .as("%s", photo)
                        .isGreaterThan(35);
            }
        }
    }

    @Test
    void fingerprintsDistinguishPhotographs() throws IOException {
        List<Long> fingerprints = new ArrayList<>();
        for (Path photo : photos.subList(0, Math.min(12, photos.size()))) {
            fingerprints.add(Readings.workingImage(Files.readAllBytes(photo)).fingerprint());
        }

        for (int i = 0; i < fingerprints.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(Long.bitCount(fingerprints.get(i) ^ fingerprints.get(j)))
                        .isGreaterThan(8);
            }
        }
    }
}

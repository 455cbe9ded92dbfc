package dev.latentstream.ingest.near;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.ImageReader;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearHashesTest {
    private static final int GOOD_BOUND = 24;

    /** In both directions: whichever of the two comes first, one of its windows is the other's first. */
    @ParameterizedTest
    @ValueSource(
            strings = {"cropped at the centre", "cropped at a corner", "cropped anywhere", "jpeg 40", "brightness 0.8"})
    void copiesAreWithinTheDistanceThatIsRecommended(String copy) throws Exception {
        ImageReader reader =
                ImageReader.open(new ImageBounds(), new OutputSettings(), 1, ImageReader.Hashes.NEAR_DUPLICATES);
        for (int i = 0; i < 20; i++) {
            byte[] scene = TestImages.png(SceneRenderer.render(Scenes.scene(7, i), 256, 256));
            List<Window> original = windows(reader, scene);
            List<Window> other = windows(reader, variant(scene, copy, i));

            assertThat(original).hasSize(NearHashes.WINDOWS);
            assertThat(original.get(0).distance(other, GOOD_BOUND))
                    .as("scene %d", i)
                    .isPresent();
            assertThat(other.get(0).distance(original, GOOD_BOUND))
                    .as("scene %d", i)
                    .isPresent();
        }
    }

    private static byte[] variant(byte[] file, String name, int seed) {
        return Variants.of(file, new Random(seed)).stream()
                .filter(variant -> variant.name().equals(name))
                .findFirst()
                .orElseThrow()
                .file();
    }

    private static List<Window> windows(ImageReader reader, byte[] file) {
        return Window.readAll(((WorkingImage) reader.read(file)).fingerprints().near());
    }
}

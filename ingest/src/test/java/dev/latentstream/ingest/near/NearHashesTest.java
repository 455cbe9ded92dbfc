package dev.latentstream.ingest.near;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.ImageReader;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.near.Variants.Variant;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class NearHashesTest {
    private static final int GOOD_BOUND = 24;
    private static final int SCENES = 20;
    private static final String ORIGINAL = "original";
    private static final List<String> COPIES =
            List.of("cropped at the centre", "cropped at a corner", "cropped anywhere", "jpeg 40", "brightness 0.8");

    /** The windows of each scene, by the name of the copy. */
    private static final List<Map<String, List<Window>>> WINDOWS = new ArrayList<>();

    @BeforeAll
    static void hashScenesAndTheirCopies() throws Exception {
        ImageReader reader =
                ImageReader.open(new ImageBounds(), new OutputSettings(), 1, ImageReader.Hashes.NEAR_DUPLICATES);
        for (int i = 0; i < SCENES; i++) {
            byte[] scene = TestImages.png(SceneRenderer.render(Scenes.scene(7, i), 256, 256));
            Map<String, List<Window>> windows = new HashMap<>();
            windows.put(ORIGINAL, windows(reader, scene));
            for (Variant copy : Variants.of(scene, new Random(i))) {
                if (COPIES.contains(copy.name())) {
                    windows.put(copy.name(), windows(reader, copy.file()));
                }
            }
            WINDOWS.add(windows);
        }
    }

    /** In both directions: whichever of the two comes first, one of its windows is the other's first. */
    @ParameterizedTest
    @FieldSource("COPIES")
    void copiesAreWithinTheDistanceThatIsRecommended(String copy) {
        for (int i = 0; i < SCENES; i++) {
            List<Window> original = Objects.requireNonNull(WINDOWS.get(i).get(ORIGINAL));
            List<Window> other = Objects.requireNonNull(WINDOWS.get(i).get(copy));

            assertThat(original).hasSize(NearHashes.WINDOWS);
            assertThat(original.get(0).distance(other, GOOD_BOUND))
                    .as("scene %d", i)
                    .isPresent();
            assertThat(other.get(0).distance(original, GOOD_BOUND))
                    .as("scene %d", i)
                    .isPresent();
        }
    }

    private static List<Window> windows(ImageReader reader, byte[] file) {
        return Window.readAll(((WorkingImage) reader.read(file)).fingerprints().near());
    }
}

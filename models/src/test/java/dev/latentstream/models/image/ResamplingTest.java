package dev.latentstream.models.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.models.Reference;
import dev.latentstream.models.weights.ModelId;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResamplingTest {
    /** Against {@code tools/reference/resampling.py}. */
    @Test
    void resizesBitForBitAsPillow() throws IOException {
        RgbImage image = image(37, 23);
        JsonNode hashes =
                new ObjectMapper().readTree(Reference.folder("resampling.json").toFile());

        assertThat(hashes).hasSize(14);
        for (Map.Entry<String, JsonNode> each : hashes.properties()) {
            String[] parts = each.getKey().split(" ", -1);
            Resampling resampling = Resampling.valueOf(parts[0].toUpperCase(Locale.ROOT));
            RgbImage resized = image.resized(Integer.parseInt(parts[1]), Integer.parseInt(parts[3]), resampling);

            assertThat(ModelId.of(resized.values()))
                    .as(each.getKey())
                    .isEqualTo(each.getValue().asText());
        }
    }

    @Test
    void theCentreIsWhatIsLeftOfEqualMarginsWithOneMoreAtTheEnd() {
        RgbImage centre = image(6, 5).centre(3, 2);

        assertThat(centre.values()).startsWith(values(1, 1)).endsWith(values(2, 3));
        assertThat(centre.width()).isEqualTo(3);
        assertThat(centre.height()).isEqualTo(2);
    }

    private static byte[] values(int row, int column) {
        return new byte[] {(byte) (row * 11), (byte) (column * 6), (byte) (row * column * 7)};
    }

    private static RgbImage image(int width, int height) {
        byte[] values = new byte[3 * width * height];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                System.arraycopy(values(row, column), 0, values, 3 * (row * width + column), 3);
            }
        }
        return new RgbImage(width, height, values);
    }
}

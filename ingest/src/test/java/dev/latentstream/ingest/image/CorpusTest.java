package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.OutputSettings.Crop;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares the reader with Pillow on the images that packages of image libraries carry, in the folder named by the system property
 * {@code corpus}. The scripts in {@code tools/corpus} fill that folder; the profile {@code corpus} of the build runs this test.
 */
@Tag("corpus")
class CorpusTest {
    /** Working size above every side in the corpus that is compared, so that pixels are compared at full size. */
    private static final OutputSettings FULL_SIZE = new OutputSettings(4096, Crop.NONE, 95, 1 << 24);

    /** Bounds that refuse only what no memory holds: this is about layouts. */
    private static final ImageBounds WIDE = new ImageBounds(64 << 20, 100_000_000, 1L << 31, 1000, 10_000);

    /** Levels by which two decoders may differ in a channel: chroma is interpolated in different ways. */
    private static final int LEVELS = 12;

    /** Share of pixels that may differ by more. */
    private static final double SHARE = 0.01;

    /** How a file was read here and by Pillow. */
    private enum Comparison {
        AGREE,
        BOTH_REFUSE,
        DIFFER,
        REFUSED_THOUGH_SHOWN,
        ADMITTED_THOUGH_REFUSED
    }

    private final Map<Comparison, List<String>> files = new EnumMap<>(Comparison.class);

    @Test
    void readsACorpusAsPillowDoes() throws IOException {
        Path folder = Path.of(System.getProperty("corpus"));
        ImageReader reader = ImageReader.open(WIDE, FULL_SIZE, 1);
        for (String line : Files.readAllLines(folder.resolve("names.tsv"))) {
            String hash = line.substring(0, line.indexOf('\t'));
            String name = line.substring(line.indexOf('\t') + 1);
            Decoded decoded =
                    reader.read(Files.readAllBytes(folder.resolve("files").resolve(hash)));
            compare(decoded, folder.resolve("pillow").resolve(hash + ".png"), name);
        }

        List<String> report = new ArrayList<>();
        files.forEach((comparison, names) -> {
            report.add("%s: %d".formatted(comparison, names.size()));
            if (comparison != Comparison.AGREE && comparison != Comparison.BOTH_REFUSE) {
                names.forEach(name -> report.add("  " + name));
            }
        });
        Files.write(folder.resolve("report.txt"), report);
        assertThat(report).isNotEmpty();
    }

    private void compare(Decoded decoded, Path pillow, String name) throws IOException {
        boolean shown = Files.exists(pillow);
        if (decoded instanceof WorkingImage working) {
            if (!shown) {
                add(Comparison.ADMITTED_THOUGH_REFUSED, name);
                return;
            }
            String difference = difference(working, ImageIO.read(pillow.toFile()));
            add(difference.isEmpty() ? Comparison.AGREE : Comparison.DIFFER, name + ": " + difference);
        } else {
            Refusal refusal = Readings.asRefusal(decoded);
            add(
                    shown ? Comparison.REFUSED_THOUGH_SHOWN : Comparison.BOTH_REFUSE,
                    "%s: %s, %s (%s)".formatted(name, refusal.reason(), refusal.detail(), refusal.value()));
        }
    }

    private void add(Comparison comparison, String line) {
        files.computeIfAbsent(comparison, unseen -> new ArrayList<>()).add(line);
    }

    /** Returns an empty text if the images are the same within the tolerance. */
    private static String difference(WorkingImage working, BufferedImage theirs) {
        Size size = new Size(theirs.getWidth(), theirs.getHeight());
        if (!working.original().equals(size)) {
            return "%s, not %s".formatted(working.original(), size);
        }
        if (!working.size().equals(size)) {
            return ""; // larger than the working size
        }
        BufferedImage ours = TestImages.decode(working.image());
        int largest = 0;
        long different = 0;
        for (int y = 0; y < ours.getHeight(); y++) {
            for (int x = 0; x < ours.getWidth(); x++) {
                int levels = TestImages.difference(new Color(ours.getRGB(x, y)), new Color(theirs.getRGB(x, y)));
                largest = Math.max(largest, levels);
                different += levels > LEVELS ? 1 : 0;
            }
        }
        double share = different / (double) ours.getWidth() / ours.getHeight();
        return share <= SHARE ? "" : "%d levels at most, %.0f %% of pixels".formatted(largest, 100 * share);
    }
}

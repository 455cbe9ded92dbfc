package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.OutputSettings.Crop;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares the reader with Pillow, and where the two disagree with ImageMagick, on the images that packages of image libraries carry,
 * in the folder named by the system property {@code corpus}. The scripts in {@code tools/corpus} fill that folder; the profile
 * {@code corpus} of the build runs this test.
 *
 * <p>What is left is explained line by line in {@code corpus-explanations.tsv}; a file that no line explains fails the test, as does a
 * line that explains no file.
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

    /** The outcome of a file here, in Pillow, and in ImageMagick where it was asked. */
    enum Comparison {
        AGREE(Integer.MAX_VALUE),
        BOTH_REFUSE(Integer.MAX_VALUE),
        /** Differs from Pillow's pixels, and is the same as ImageMagick's. */
        AS_IMAGEMAGICK(Integer.MAX_VALUE),
        /** Refused by Pillow, and the same as ImageMagick's pixels. */
        ADMITTED_AS_IMAGEMAGICK(Integer.MAX_VALUE),
        /** Refused for its aspect ratio, pixels, bytes or frames. */
        BEYOND_BOUNDS(Integer.MAX_VALUE),
        DIFFER(10),
        /** Refused as unsupported though Pillow shows it. */
        UNSUPPORTED_THOUGH_SHOWN(40),
        /** Refused as damaged though Pillow shows it. */
        DAMAGED_THOUGH_SHOWN(10),
        ADMITTED_THOUGH_REFUSED(15);

        private final int most;

        Comparison(int most) {
            this.most = most;
        }

        boolean settled() {
            return most == Integer.MAX_VALUE;
        }
    }

    /**
     * A reason why files are read otherwise than by Pillow.
     *
     * @param pattern found in the line of each such file in the report
     */
    private record Explanation(Comparison comparison, Pattern pattern, String reason) {}

    private final Map<Comparison, List<String>> files = new EnumMap<>(Comparison.class);
    private final Path folder = Path.of(System.getProperty("corpus"));

    @Test
    void readsACorpusAsPillowDoes() throws IOException {
        ImageReader reader = ImageReader.open(WIDE, FULL_SIZE, 1);
        List<String> disputed = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("names.tsv"))) {
            String hash = line.substring(0, line.indexOf('\t'));
            byte[] bytes = Files.readAllBytes(folder.resolve("files").resolve(hash));
            String name = line.substring(line.indexOf('\t') + 1);
            if (!compare(reader.read(bytes), hash, name)) {
                disputed.add(hash);
            }
        }
        Files.write(folder.resolve("disputed.txt"), disputed);

        List<Explanation> explanations = explanations();
        write(explanations);
        assertExplained(explanations);
    }

    /** Returns whether both oracles need not be asked again. */
    private boolean compare(Decoded decoded, String hash, String name) throws IOException {
        Path pillow = folder.resolve("pillow").resolve(hash + ".png");
        boolean shown = Files.exists(pillow);
        if (!(decoded instanceof WorkingImage working)) {
            Refusal refusal = Readings.asRefusal(decoded);
            add(
                    shown ? refused(refusal) : Comparison.BOTH_REFUSE,
                    "%s: %s, %s (%s)".formatted(name, refusal.reason(), refusal.detail(), refusal.value()));
            return true;
        }
        String difference = shown ? difference(working, pillow) : "refused by Pillow";
        if (difference.isEmpty()) {
            add(Comparison.AGREE, name);
            return true;
        }
        Path imageMagick = folder.resolve("imagemagick").resolve(hash + ".png");
        boolean same =
                Files.exists(imageMagick) && difference(working, imageMagick).isEmpty();
        if (shown) {
            add(same ? Comparison.AS_IMAGEMAGICK : Comparison.DIFFER, name + ": " + difference);
        } else {
            add(same ? Comparison.ADMITTED_AS_IMAGEMAGICK : Comparison.ADMITTED_THOUGH_REFUSED, name);
        }
        return false;
    }

    private static Comparison refused(Refusal refusal) {
        return switch (refusal.reason()) {
            case UNSUPPORTED -> Comparison.UNSUPPORTED_THOUGH_SHOWN;
            case UNDECODABLE -> Comparison.DAMAGED_THOUGH_SHOWN;
            default -> Comparison.BEYOND_BOUNDS;
        };
    }

    private void add(Comparison comparison, String line) {
        files.computeIfAbsent(comparison, unseen -> new ArrayList<>()).add(line);
    }

    /** Returns an empty text if the images are the same within the tolerance. */
    private static String difference(WorkingImage working, Path other) throws IOException {
        BufferedImage theirs = ImageIO.read(other.toFile());
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

    /** Reads lines of an outcome, a pattern and a reason, separated by tabs. */
    private static List<Explanation> explanations() throws IOException {
        try (InputStream file = Objects.requireNonNull(
                CorpusTest.class.getResourceAsStream("corpus-explanations.tsv"), "corpus-explanations.tsv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", 3))
                    .map(parts -> new Explanation(Comparison.valueOf(parts[0]), Pattern.compile(parts[1]), parts[2]))
                    .toList();
        }
    }

    private void write(List<Explanation> explanations) throws IOException {
        List<String> report = new ArrayList<>();
        files.forEach((comparison, names) -> {
            report.add("%s: %d".formatted(comparison, names.size()));
            if (comparison != Comparison.AGREE && comparison != Comparison.BOTH_REFUSE) {
                names.forEach(name -> report.add("  %s\t%s".formatted(name, reason(explanations, comparison, name))));
            }
        });
        Files.write(folder.resolve("report.txt"), report);
    }

    private static String reason(List<Explanation> explanations, Comparison comparison, String name) {
        return explanations.stream()
                .filter(each -> each.comparison == comparison
                        && each.pattern.matcher(name).find())
                .map(Explanation::reason)
                .findFirst()
                .orElse("");
    }

    private void assertExplained(List<Explanation> explanations) {
        SoftAssertions softly = new SoftAssertions();
        files.forEach((comparison, names) -> {
            softly.assertThat(names).as("%s", comparison).hasSizeLessThanOrEqualTo(comparison.most);
            softly.assertThat(names)
                    .as("%s without an explanation", comparison)
                    .allMatch(name -> comparison.settled()
                            || !reason(explanations, comparison, name).isEmpty());
        });
        for (Explanation each : explanations) {
            softly.assertThat(files.getOrDefault(each.comparison, List.of()))
                    .as("%s that the explanation \"%s\" is about", each.comparison, each.reason)
                    .anyMatch(name -> each.pattern.matcher(name).find());
        }
        softly.assertAll();
    }
}

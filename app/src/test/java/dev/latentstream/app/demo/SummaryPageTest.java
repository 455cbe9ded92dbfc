package dev.latentstream.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.app.demo.Summary.Count;
import dev.latentstream.app.demo.Summary.Curves;
import dev.latentstream.app.demo.Summary.ImageGrid;
import dev.latentstream.app.demo.Summary.NounCount;
import dev.latentstream.app.demo.Summary.Refused;
import dev.latentstream.app.demo.Summary.Share;
import dev.latentstream.app.demo.Summary.Training;
import dev.latentstream.app.demo.Summary.Turn;
import dev.latentstream.app.page.LossCurves;
import dev.latentstream.app.page.LossCurves.LossPoint;
import dev.latentstream.app.page.Mark;
import dev.latentstream.app.page.ShareAreas;
import dev.latentstream.app.page.ShareAreas.Stretch;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SummaryPageTest {
    @Test
    void pageShowsCountsAndShares() {
        String html = SummaryPage.html(summary(500));

        assertThat(html)
                .contains("<dt>images-raw</dt>", "<span>1,240</span>")
                .contains("<dt>TOO_SMALL</dt>", "<span>24</span>")
                .contains("<dt>dense</dt>", "<span>7.90 in 2,000 captions</span>")
                .contains("<dt>photos</dt>", "<span>66.7 %</span>")
                .contains("310 of 1,200 images came without a text.")
                .contains("8 min 05 s");
    }

    @Test
    void closingLinesCountRefusedImagesByReasonAndImagesWithoutAText() {
        assertThat(summary(500).closingLines())
                .startsWith(
                        "refused         40 images: 24 TOO_SMALL, 16 DUPLICATE", "without a text  310 of 1200 images")
                .endsWith(".latentstream/summary.html");
    }

    @Test
    void textFromOutsideCannotBecomeMarkup() {
        assertThat(SummaryPage.html(summary(500)))
                .contains("a &lt;script&gt; &amp; a cat")
                .doesNotContain("<script>");
    }

    @Test
    void pageIsSelfContained() {
        assertThat(SummaryPage.html(summary(500))).doesNotContain("src=\"h", "href=", "url(", "@import");
    }

    @Test
    void pageShowsRefusedImagesByReason() {
        assertThat(SummaryPage.html(summary(500)))
                .containsOnlyOnce(
                        "<figcaption>TOO_SMALL</figcaption><img alt=\"TOO_SMALL\" src=\"data:image/jpeg;base64,AQID\">")
                .doesNotContain("<figcaption>DUPLICATE");
    }

    @Test
    void curveGoesFromLeftToRightAndDownAsTheLossFalls() throws Exception {
        List<LossPoint> falling = IntStream.range(0, 1000)
                .mapToObj(i -> new LossPoint(i, 1.0 - i / 1000.0))
                .toList();

        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        new LossCurves(falling, List.of()).svg().getBytes(StandardCharsets.UTF_8)));

        String[] line = svg.getElementsByTagName("path")
                .item(0)
                .getAttributes()
                .getNamedItem("d")
                .getNodeValue()
                .split("[ML ]+");
        assertThat(line).hasSizeBetween(2 * 300, 2 * 400 + 1);
        assertThat(Double.parseDouble(line[1])).isLessThan(Double.parseDouble(line[line.length - 2]));
        assertThat(Double.parseDouble(line[2])).isLessThan(Double.parseDouble(line[line.length - 1]));
    }

    @Test
    void aChangedMixtureIsMarkedAtItsStep() throws Exception {
        List<LossPoint> points =
                IntStream.range(0, 1001).mapToObj(i -> new LossPoint(i, i % 2)).toList();
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        new LossCurves(points, List.of(new Mark(250, "<250>"), new Mark(750, "")))
                                .svg()
                                .getBytes(StandardCharsets.UTF_8)));

        List<Double> places = new ArrayList<>();
        NodeList lines = svg.getElementsByTagName("line");
        for (int i = 0; i < lines.getLength(); i++) {
            Element line = (Element) lines.item(i);
            if (line.getAttribute("class").equals("mark")) {
                places.add(Double.valueOf(line.getAttribute("x1")));
            }
        }
        assertThat(places).hasSize(2);
        assertThat(places.get(1) - places.get(0)).isCloseTo((1000 - 56 - 28) / 2.0, within(5.0));
        assertThat(SummaryPage.html(summary(500))).contains(">mixture policy 1<", ">mixture policy 2<");
        assertThat(SummaryPage.html(summary(300))).doesNotContain("mixture policy 1");
    }

    /** A controller writes a policy every few steps. */
    @Test
    void labelsOfManyChangesDoNotCoverEachOther() {
        List<LossPoint> points =
                IntStream.range(0, 1001).mapToObj(i -> new LossPoint(i, i % 2)).toList();
        List<Mark> many = IntStream.range(0, 100)
                .mapToObj(i -> new Mark(10 * i, "policy " + i))
                .toList();

        String svg = new LossCurves(points, many).svg();

        assertThat(svg.split("class=\"mark\"", -1)).hasSize(1 + many.size());
        assertThat(svg.split(">policy ", -1)).hasSizeBetween(1 + 3, 1 + 4);
    }

    @Test
    void aTurnedDialIsSeenInTheSharesOfItsSamples() throws Exception {
        List<Stretch> samples = List.of(
                new Stretch(0, 50, Map.of("photos", 100L)),
                new Stretch(50, 60, Map.of("photos", 5L, "scenes", 15L)),
                new Stretch(60, 100, Map.of("scenes", 80L)));

        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(("<p>" + new ShareAreas("Sources", samples, List.of()).svg() + "</p>")
                        .getBytes(StandardCharsets.UTF_8)));

        assertThat(rectangles(svg, 0))
                .containsExactly(rectangle(0, 50, 0, 1), rectangle(50, 60, 0, 0.25), rectangle(60, 100, 0, 0));
        assertThat(rectangles(svg, 1))
                .containsExactly(rectangle(0, 50, 1, 1), rectangle(50, 60, 0.25, 1), rectangle(60, 100, 0, 1));
        assertThat(svg.getElementsByTagName("ul").item(0).getTextContent()).isEqualTo("photosscenes");
    }

    private static List<String> rectangles(Document svg, int area) {
        String path = svg.getElementsByTagName("path")
                .item(area)
                .getAttributes()
                .getNamedItem("d")
                .getNodeValue();
        return Stream.of(path.split(" Z ?")).toList();
    }

    /** The scale goes from 0 to 100 steps over 916 units, and from 0 to 1 over 126. */
    private static String rectangle(int from, int to, double low, double high) {
        double left = 56 + 9.16 * from;
        return String.format(
                Locale.ROOT,
                "M %.1f %.1f H %.1f V %.1f H %.1f",
                left,
                138 - 126 * low,
                56 + 9.16 * to,
                138 - 126 * high,
                left);
    }

    @Test
    void aRunWithoutSamplesHasNoAreas() {
        assertThat(new ShareAreas("Sources", List.of(), List.of()).svg()).isEmpty();
        assertThat(new ShareAreas("Sources", List.of(new Stretch(0, 0, Map.of())), List.of()).svg())
                .isEmpty();
    }

    @Test
    void manyReportsAreDrawnTogether() {
        String svg = new ShareAreas("Captions", stretches(100_000, i -> Map.of("alt", 1L)), List.of()).svg();

        assertThat(svg.split(" Z", -1)).hasSize(1 + 100);
    }

    @Test
    void aRunOfOneStepHasAPageToo() {
        assertThat(SummaryPage.html(summary(1))).contains("Too few steps for a curve.");
    }

    static Summary summary(int steps) {
        Random random = new Random(1);
        return new Summary(
                new Summary.Run(
                        "latentstream demo --images photos --steps " + steps,
                        Instant.parse("2026-01-02T03:04:05Z"),
                        Duration.ofSeconds(485)),
                new Training(
                        steps,
                        52.31,
                        0.012,
                        List.of(new Share("photos", 2 / 3.0), new Share("scenes", 1 / 3.0)),
                        List.of(new Share("alt", 0.4), new Share("dense", 0.5), new Share("none", 0.1))),
                new Summary.Records(
                        List.of(
                                new Count("images-raw", 1240),
                                new Count("images", 1200),
                                new Count("images-rejected", 40),
                                new Count("captions", 1200),
                                new Count("encodings", 1200),
                                new Count("latents-photos", 31),
                                new Count("latents-scenes", 1169)),
                        List.of(
                                new Refused("TOO_SMALL", 24, List.of(ByteBuffer.wrap(new byte[] {1, 2, 3}))),
                                new Refused("DUPLICATE", 16, List.of())),
                        1200,
                        310,
                        List.of(
                                new NounCount("alt text", 1200, 2.1),
                                new NounCount("short", 2000, 2.4),
                                new NounCount("medium", 2000, 4.6),
                                new NounCount("dense", 2000, 7.9))),
                new Curves(
                        IntStream.range(0, steps)
                                .mapToObj(i -> new LossPoint(
                                        i, 0.2 + 0.8 * Math.exp(-i / 80.0) + 0.05 * random.nextGaussian()))
                                .toList(),
                        stretches(steps, i -> i < 300 ? Map.of("photos", 40L, "scenes", 40L) : Map.of("scenes", 80L)),
                        stretches(steps, i -> i < 100 ? Map.of("alt", 80L) : Map.of("alt", 20L, "dense", 60L)),
                        steps > 300 ? List.of(new Turn(100, 1), new Turn(300, 2)) : List.of()),
                Optional.of(
                        new ImageGrid(tiles(), List.of("a red house", "a <script> & a cat", "a tree", "a blue car"))),
                Optional.of(new ImageGrid(tiles(), List.of())),
                List.of(".latentstream/runs/1/checkpoint", ".latentstream/summary.html"));
    }

    private static List<Stretch> stretches(int steps, IntFunction<Map<String, Long>> samples) {
        return IntStream.range(0, steps / 10)
                .mapToObj(i -> new Stretch(10.0 * i, 10.0 * i + 10, samples.apply(10 * i)))
                .toList();
    }

    private static byte[] tiles() {
        BufferedImage image = new BufferedImage(128, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int tile = 0; tile < 8; tile++) {
            graphics.setColor(new Color(Color.HSBtoRGB(tile / 8f, 0.5f, 0.8f)));
            graphics.fillRect(tile % 4 * 32, tile / 4 * 32, 31, 31);
        }
        graphics.dispose();
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}

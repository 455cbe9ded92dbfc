package dev.latentstream.app.demo;

import static dev.latentstream.app.page.Html.decimal;
import static dev.latentstream.app.page.Html.duration;
import static dev.latentstream.app.page.Html.escaped;
import static dev.latentstream.app.page.Html.number;
import static dev.latentstream.app.page.Html.percent;
import static dev.latentstream.app.page.Html.section;
import static dev.latentstream.app.page.Html.wide;

import dev.latentstream.app.demo.Summary.Count;
import dev.latentstream.app.demo.Summary.ImageGrid;
import dev.latentstream.app.demo.Summary.NounCount;
import dev.latentstream.app.demo.Summary.Refused;
import dev.latentstream.app.demo.Summary.Share;
import dev.latentstream.app.page.Html;
import dev.latentstream.app.page.LossCurves;
import dev.latentstream.app.page.LossCurves.LossPoint;
import dev.latentstream.app.page.Mark;
import dev.latentstream.app.page.ShareAreas;
import dev.latentstream.app.page.ShareAreas.Stretch;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Renders a summary as one self-contained HTML file: style and images are inside. */
final class SummaryPage {
    private SummaryPage() {}

    /** Returns the whole page. */
    public static String html(Summary summary) {
        return Html.page(
                "latentstream demo",
                "<code>%s</code><br>ended %s"
                        .formatted(
                                escaped(summary.run().command()), summary.run().ended()),
                String.join(
                        "\n",
                        figures(summary),
                        section("Loss", "Mean loss over the steps of the run.", loss(summary)),
                        grid("Samples", "Sampled from the trained model for these prompts.", summary.samples()),
                        grid("Decoded latents", "Latents that the trainer read, decoded again.", summary.decoded()),
                        mixture(summary),
                        counts(summary),
                        captions(summary),
                        files(summary)));
    }

    /** The curve, with the steps from which on the trainer followed another mixture policy. */
    private static String loss(Summary summary) {
        return new LossCurves(summary.curves().loss(), marks(summary)).svg();
    }

    private static List<Mark> marks(Summary summary) {
        return summary.curves().turns().stream()
                .map(turn -> new Mark(turn.step(), "mixture policy " + turn.version()))
                .toList();
    }

    private static String figures(Summary summary) {
        Summary.Training training = summary.training();
        return "<ul class=\"figures\">%s%s%s%s%s</ul>"
                .formatted(
                        figure("steps", number(training.steps())),
                        figure("last loss", lastLoss(summary)),
                        figure("images per second", decimal(training.imagesPerSecond(), 1)),
                        figure("waiting for data", percent(training.stall())),
                        figure("total time", duration(summary.run().took())));
    }

    private static String lastLoss(Summary summary) {
        List<LossPoint> loss = summary.curves().loss();
        return loss.isEmpty() ? "-" : decimal(loss.get(loss.size() - 1).loss(), 4);
    }

    private static String figure(String name, String value) {
        return "<li><b>%s</b><span>%s</span></li>".formatted(value, name);
    }

    private static String counts(Summary summary) {
        String topics = section(
                "Records",
                "Records in each topic, in the order in which an image travels.",
                bars(summary.records().topics()));
        return topics + refused(summary.records().refused());
    }

    private static String refused(List<Refused> reasons) {
        if (reasons.isEmpty()) {
            return section("Refused images", "By reason.", "<p class=\"quiet\">No image was refused.</p>");
        }
        String bars = bars(reasons.stream()
                .map(images -> new Count(images.reason(), images.count()))
                .toList());
        String thumbnails = reasons.stream()
                .filter(images -> !images.thumbnails().isEmpty())
                .map(SummaryPage::thumbnails)
                .collect(Collectors.joining());
        return section("Refused images", "By reason.", bars + thumbnails);
    }

    private static String thumbnails(Refused images) {
        return images.thumbnails().stream()
                .map(thumbnail -> "<img alt=\"%s\" src=\"data:image/jpeg;base64,%s\">"
                        .formatted(
                                escaped(images.reason()),
                                StandardCharsets.ISO_8859_1.decode(
                                        Base64.getEncoder().encode(thumbnail.duplicate()))))
                .collect(Collectors.joining(
                        "",
                        "<figure class=\"refused\"><figcaption>%s</figcaption>".formatted(escaped(images.reason())),
                        "</figure>"));
    }

    private static String captions(Summary summary) {
        List<NounCount> kinds = summary.records().captions();
        double max = kinds.stream().mapToDouble(NounCount::nouns).max().orElse(0);
        String nouns = kinds.stream()
                .map(kind -> bar(
                        kind.kind(),
                        kind.nouns() / Math.max(max, 1e-9),
                        "%s in %s captions".formatted(decimal(kind.nouns(), 2), number(kind.captions()))))
                .collect(Collectors.joining("", "<dl class=\"bars\">", "</dl>"));
        return section(
                "Nouns per caption",
                "Mean distinct nouns: the texts that came with the images against synthetic captions. %s of %s images came without a text."
                        .formatted(
                                number(summary.records().withoutText()),
                                number(summary.records().admitted())),
                nouns);
    }

    private static String mixture(Summary summary) {
        return wide(
                        "Mixture",
                        "Training samples by source: over the steps of the run, and since the last change of the mixture policy.",
                        areas("Sources", summary.curves().sources(), summary)
                                + shares(summary.training().sources()))
                + wide(
                        "Captions chosen",
                        "The same samples by kind of caption.",
                        areas("Captions", summary.curves().choices(), summary)
                                + shares(summary.training().choices()));
    }

    private static String areas(String title, List<Stretch> samples, Summary summary) {
        return new ShareAreas(title + " over steps", samples, marks(summary)).svg();
    }

    private static String shares(List<Share> shares) {
        return shares.stream()
                .map(share -> bar(share.name(), share.share(), percent(share.share())))
                .collect(Collectors.joining("", "<dl class=\"bars\">", "</dl>"));
    }

    private static String bars(List<Count> counts) {
        long max = counts.stream().mapToLong(Count::count).max().orElse(0);
        return counts.stream()
                .map(count -> bar(count.name(), count.count() / (double) Math.max(max, 1), number(count.count())))
                .collect(Collectors.joining("", "<dl class=\"bars\">", "</dl>"));
    }

    private static String bar(String name, double share, String value) {
        return "<dt>%s</dt><dd><span class=\"bar\" style=\"width:%s%%\"></span><span>%s</span></dd>"
                .formatted(escaped(name), decimal(share * 70, 2), escaped(value));
    }

    private static String grid(String title, String lead, Optional<ImageGrid> grid) {
        return grid.map(shown -> section(title, lead, image(title, shown))).orElse("");
    }

    private static String image(String title, ImageGrid grid) {
        String texts = grid.texts().stream()
                .map(text -> "<li>%s</li>".formatted(escaped(text)))
                .collect(Collectors.joining());
        return Html.image(title, grid.png()) + (texts.isEmpty() ? "" : "<ol class=\"quiet\">%s</ol>".formatted(texts));
    }

    private static String files(Summary summary) {
        return section(
                "Files",
                "Written by this demo.",
                summary.files().stream()
                        .map(file -> "<li><code>%s</code></li>".formatted(escaped(file)))
                        .collect(Collectors.joining("", "<ul>", "</ul>")));
    }
}

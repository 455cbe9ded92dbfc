package dev.latentstream.app.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;

/** Renders the parts of a self-contained page: style and images are inside. */
public final class Html {
    private Html() {}

    /**
     * Returns a whole page.
     *
     * @param title plain text
     * @param lead HTML below the title
     * @param content HTML of the sections
     */
    public static String page(String title, String lead, String content) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                <h1>%s</h1>
                <p class="quiet">%s</p>
                %s
                </main>
                </body>
                </html>
                """.formatted(escaped(title), style(), escaped(title), lead, content);
    }

    /**
     * Returns a part of a page.
     *
     * @param lead HTML below its title
     */
    public static String section(String title, String lead, String content) {
        return "<section><h2>%s</h2><p class=\"quiet\">%s</p>%s</section>".formatted(title, lead, content);
    }

    /** Returns a part that is as wide as the page. */
    public static String wide(String title, String lead, String content) {
        return "<section class=\"wide\"><h2>%s</h2><p class=\"quiet\">%s</p>%s</section>"
                .formatted(title, lead, content);
    }

    /** Returns an image within the page. */
    public static String image(String title, byte[] png) {
        return "<img alt=\"%s\" src=\"data:image/png;base64,%s\">"
                .formatted(escaped(title), Base64.getEncoder().encodeToString(png));
    }

    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    public static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    public static String decimal(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    public static String percent(double share) {
        return decimal(share * 100, 1) + " %";
    }

    public static String duration(Duration duration) {
        return duration.toHours() > 0
                ? "%d h %02d min".formatted(duration.toHours(), duration.toMinutesPart())
                : "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }

    private static String style() {
        try (InputStream style = Html.class.getResourceAsStream("page.css")) {
            return new String(Objects.requireNonNull(style).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

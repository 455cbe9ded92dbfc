package dev.latentstream.app.source;

import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.ingest.sources.SourceProgress.NotSent;
import dev.latentstream.ingest.sources.SourceProgress.Texts;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.KebabCase;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Describes the progress of a source in one line. */
final class SourceLine {
    private SourceLine() {}

    static String of(SourceProgress progress) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %,d%s images, %.1f/s",
                progress.source(),
                progress.sent(),
                progress.total().isPresent() ? " of " + progress.total().getAsLong() : "",
                progress.rate()));
        NotSent notSent = progress.notSent();
        append(line, notSent.copies(), "copies");
        append(line, notSent.done(), "sent before");
        append(line, notSent.tooLarge(), "too large");
        appendParts(
                line,
                notSent.refused().entrySet().stream()
                        .collect(Collectors.toMap(refused -> KebabCase.of(refused.getKey()), Map.Entry::getValue)),
                "rejected");
        append(line, notSent.unreadable(), "unreadable");
        append(line, notSent.others(), "other files");
        appendParts(line, notSent.skipped(), "skipped");
        appendTexts(line, progress.texts());
        progress.left()
                .filter(left -> left.toSeconds() > 0)
                .ifPresent(left -> line.append(", %d:%02d left".formatted(left.toMinutes(), left.toSecondsPart())));
        return line.toString();
    }

    private static void appendTexts(StringBuilder line, Texts texts) {
        append(line, texts.missing(), "without a text");
        if (texts.missingBesideFile() > 0) {
            line.append(" (%d of them with a file beside)".formatted(texts.missingBesideFile()));
        }
        appendParts(
                line,
                texts.dropped().entrySet().stream()
                        .collect(Collectors.toMap(dropped -> words(dropped.getKey()), Map.Entry::getValue)),
                "texts dropped");
    }

    private static String words(AltTextFault fault) {
        return switch (fault) {
            case TOO_LONG -> "too long";
            case TOO_MANY -> "too many for one image";
            case UNREADABLE -> "unreadable";
            case NO_IMAGE -> "without an image";
        };
    }

    /** Appends a sum and its parts, for example {@code 3 skipped (2 ._*, 1 @eaDir)}. */
    private static void appendParts(StringBuilder line, Map<String, Long> parts, String what) {
        append(line, parts.values().stream().mapToLong(Long::longValue).sum(), what);
        if (!parts.isEmpty()) {
            line.append(parts.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(part -> part.getValue() + " " + part.getKey())
                    .collect(Collectors.joining(", ", " (", ")")));
        }
    }

    private static void append(StringBuilder line, long count, String what) {
        if (count > 0) {
            line.append(", ").append(count).append(' ').append(what);
        }
    }
}

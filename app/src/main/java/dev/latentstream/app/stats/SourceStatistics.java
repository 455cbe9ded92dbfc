package dev.latentstream.app.stats;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.captioning.nouns.ImageNouns;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RejectionReason;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The data of one source, or of all. Not thread-safe. */
final class SourceStatistics {
    /** Stages before the image is decoded, or after it is admitted: what they refuse is no further raw image. */
    private static final Set<String> NOT_RAW = Set.of("source", "captioning");

    private final NounStatistics real = new NounStatistics();
    private final NounStatistics synthetic = new NounStatistics();
    private final NounStatistics both = new NounStatistics();
    private final Map<String, Long> rejections = new TreeMap<>();
    private final DoubleSummaryStatistics keptScores = new DoubleSummaryStatistics();
    private final DoubleSummaryStatistics rawScores = new DoubleSummaryStatistics();
    private long kept;
    private long refused;

    /** @param aesthetic its aesthetic score; null if it has none */
    void addImage(@Nullable Float aesthetic) {
        kept++;
        if (aesthetic != null) {
            keptScores.accept(aesthetic);
            rawScores.accept(aesthetic);
        }
    }

    void addRejection(String stage, RejectionReason reason, @Nullable Float aesthetic) {
        rejections.merge(KebabCase.of(reason), 1L, Long::sum);
        if (!NOT_RAW.contains(stage)) {
            refused++;
            if (aesthetic != null) {
                rawScores.accept(aesthetic);
            }
        }
    }

    /** Adds the nouns of an image; a kind of caption that it does not have counts no image. */
    void addNouns(ImageNouns nouns, boolean hasReal, boolean hasSynthetic) {
        if (hasReal) {
            real.add(nouns.real());
        }
        if (hasSynthetic) {
            synthetic.add(nouns.synthetic());
        }
        both.add(nouns.both());
    }

    long raw() {
        return kept + refused;
    }

    long kept() {
        return kept;
    }

    Map<String, Long> rejections() {
        return rejections;
    }

    DoubleSummaryStatistics rawScores() {
        return rawScores;
    }

    DoubleSummaryStatistics keptScores() {
        return keptScores;
    }

    /** The nouns of texts alone, of synthetic captions alone, and of both together. */
    Map<String, NounStatistics> nouns() {
        Map<String, NounStatistics> nouns = new LinkedHashMap<>();
        nouns.put("real", real);
        nouns.put("synthetic", synthetic);
        nouns.put("both", both);
        return nouns;
    }

    ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("raw", images(raw(), rawScores));
        node.set("kept", images(kept, keptScores));
        ObjectNode captions = node.putObject("captions");
        nouns().forEach((kind, nouns) -> captions.set(kind, nouns.json()));
        rejections.forEach(node.putObject("rejections")::put);
        return node;
    }

    private static ObjectNode images(long images, DoubleSummaryStatistics scores) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("images", images);
        return scores.getCount() == 0
                ? node.putNull("aesthetic_score")
                : node.put("aesthetic_score", scores.getAverage());
    }
}

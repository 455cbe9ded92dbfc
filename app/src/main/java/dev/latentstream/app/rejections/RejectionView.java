package dev.latentstream.app.rejections;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.topics.RecordJson;
import dev.latentstream.schemas.Original;
import dev.latentstream.schemas.Rejection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One rejection as it is shown.
 *
 * @param kept where the original is, in words
 */
record RejectionView(RefusedImage image, String kept) {
    ObjectNode json() {
        return RecordJson.record(image.rejection())
                .put("image", image.imageId())
                .put("time", image.time().toString())
                .put("reason", image.reason()) // as --reason and the list have it
                .put("kept", kept);
    }

    /** Returns the lines for a person, by name. */
    Map<String, String> lines() {
        Rejection rejection = image.rejection();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("image", image.imageId());
        lines.put("time", image.time().toString());
        lines.put("source", rejection.getSource());
        lines.put("uri", rejection.getUri());
        lines.put("stage", rejection.getStage());
        lines.put("reason", image.reason());
        lines.put("value", rejection.getValue().orElse("-"));
        lines.put("bound", rejection.getBound().orElse("-"));
        lines.put("detail", rejection.getDetail());
        lines.put("policy", Long.toString(rejection.getPolicy()));
        lines.put(
                "original", rejection.getOriginal().map(RejectionView::original).orElse("unknown"));
        lines.put("kept", kept);
        lines.put("scores", scores(rejection.getScores()));
        lines.put(
                "thumbnail",
                rejection
                        .getThumbnail()
                        .map(jpeg -> jpeg.remaining() + " bytes")
                        .orElse("none"));
        return lines;
    }

    private static String original(Original original) {
        return "%s, %s, %,d bytes, %s-%d offset %d"
                .formatted(
                        original.getFormat().orElse("unknown format"),
                        original.getSize()
                                .map(size -> size.getWidth() + "x" + size.getHeight())
                                .orElse("unknown size"),
                        original.getBytes(),
                        original.getTopic(),
                        original.getPartition(),
                        original.getOffset());
    }

    private static String scores(Map<String, Float> scores) {
        Set<Map.Entry<String, Float>> byName = new TreeMap<>(scores).entrySet();
        return scores.isEmpty()
                ? "none"
                : byName.stream()
                        .map(score -> score.getKey() + " " + score.getValue())
                        .collect(Collectors.joining(", "));
    }
}

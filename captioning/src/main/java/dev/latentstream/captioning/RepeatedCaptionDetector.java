package dev.latentstream.captioning;

import java.util.HashMap;
import java.util.Map;

/** Detects a captioner that gives every image the same caption. Not thread-safe. */
final class RepeatedCaptionDetector {
    /** @param images number of images in a row with this text at one level */
    private record Run(String text, String imageId, int images) {
        static final Run NONE = new Run("", "", 0);
    }

    private final int maxImages;
    private final Map<String, Run> runs = new HashMap<>();

    /** @param maxImages number of images in a row that may have the same text */
    RepeatedCaptionDetector(int maxImages) {
        this.maxImages = maxImages;
    }

    int maxImages() {
        return maxImages;
    }

    /** Returns whether more images in a row than allowed, including this one, have that text at that level. */
    boolean isSame(String imageId, String level, String text) {
        Run last = runs.getOrDefault(level, Run.NONE);
        int before = text.equals(last.text) ? last.images : 0;
        int images = before > 0 && imageId.equals(last.imageId) ? before : before + 1;
        runs.put(level, new Run(text, imageId, images));
        return images > maxImages;
    }
}

package dev.latentstream.captioning;

import java.util.HashMap;
import java.util.Map;

/** Notices a captioner that says the same of every image. Not safe for use by several threads. */
final class RepeatedCaptionDetector {
    /** @param images how many images in a row had this text, of one level */
    private record Run(String text, String image, int images) {
        static final Run NONE = new Run("", "", 0);
    }

    private final int maxImages;
    private final Map<String, Run> runs = new HashMap<>();

    /** @param maxImages more images in a row than this have not one text by chance */
    RepeatedCaptionDetector(int maxImages) {
        this.maxImages = maxImages;
    }

    int maxImages() {
        return maxImages;
    }

    /** Whether more images in a row than may be, this one among them, have that text at that level. */
    boolean isSame(String image, String level, String text) {
        Run last = runs.getOrDefault(level, Run.NONE);
        int before = text.equals(last.text) ? last.images : 0;
        int images = before > 0 && image.equals(last.image) ? before : before + 1;
        runs.put(level, new Run(text, image, images));
        return images > maxImages;
    }
}

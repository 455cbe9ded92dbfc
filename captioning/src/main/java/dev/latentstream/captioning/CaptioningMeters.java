package dev.latentstream.captioning;

import dev.latentstream.captioning.nouns.ImageNouns;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.KebabCase;

/** The meters of captioning. Work that is repeated after a failure is counted again. */
final class CaptioningMeters {
    private static final String ALT = "alt";

    private final Meters meters;

    CaptioningMeters(Meters meters) {
        this.meters = meters;
    }

    /** Records a caption and its nouns; the histogram's count by level is the number of captions. */
    void captioned(String source, Caption caption) {
        String level = caption.getLevel().orElse(ALT);
        meters.record(Meter.CAPTION_NOUNS, caption.getNouns().size(), source, level);
    }

    /** Records the nouns of an image over all its captions. */
    void described(String source, ImageNouns nouns) {
        meters.record(Meter.IMAGE_NOUNS, nouns.real().size(), source, "real");
        meters.record(Meter.IMAGE_NOUNS, nouns.synthetic().size(), source, "synthetic");
        meters.record(Meter.IMAGE_NOUNS, nouns.both().size(), source, "both");
    }

    /** Counts a missing caption, or a refused alt text that the policy wanted. */
    void refused(String source, CaptionRejection reason) {
        meters.count(Meter.CAPTION_REFUSED, source, KebabCase.of(reason));
    }

    /** Counts a processed image. */
    void done(String source, String outcome) {
        meters.count(Meter.STAGE_RECORDS, CaptioningProcessor.STAGE, source, outcome);
    }
}

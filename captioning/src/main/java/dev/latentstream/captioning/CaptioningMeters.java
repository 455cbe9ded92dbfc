package dev.latentstream.captioning;

import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Caption;
import java.util.Locale;

/** What captioning counts. Work that is done again after a failure counts again. */
final class CaptioningMeters {
    private static final String ALT = "alt";

    private final Meters meters;

    CaptioningMeters(Meters meters) {
        this.meters = meters;
    }

    /** A caption and its nouns; the histogram's count by level is the number of captions. */
    void captioned(String source, Caption caption) {
        String level = caption.getLevel().orElse(ALT);
        meters.record(Meter.CAPTION_NOUNS, caption.getNouns().size(), source, level);
    }

    /** A caption, or an alt text that was to be kept, that is missing. */
    void refused(String source, CaptionRejection reason) {
        meters.count(
                Meter.CAPTION_REFUSED,
                source,
                reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** An image that the stage is done with. */
    void done(String source, String outcome) {
        meters.count(Meter.STAGE_RECORDS, CaptioningProcessor.STAGE, source, outcome);
    }
}

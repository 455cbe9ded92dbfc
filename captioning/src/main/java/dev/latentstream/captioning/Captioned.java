package dev.latentstream.captioning;

import java.util.List;

/** What became of a request for captions. */
public sealed interface Captioned {
    /**
     * The image has captions.
     *
     * @param captions what the captioner wrote, not yet checked
     * @param refused captions that were asked for and are missing
     */
    record Described(List<ScoredCaption> captions, List<Refused> refused) implements Captioned {
        public Described {
            captions = List.copyOf(captions);
            refused = List.copyOf(refused);
        }

        public Described(List<ScoredCaption> captions) {
            this(captions, List.of());
        }
    }

    /** Nothing came of the image, or of one of its captions. */
    record Refused(CaptionRejection reason, String value, String bound) implements Captioned {}
}

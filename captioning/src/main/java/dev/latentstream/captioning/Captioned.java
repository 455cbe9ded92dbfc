package dev.latentstream.captioning;

import java.util.List;

/** The outcome of a caption request. */
public sealed interface Captioned {
    /**
     * The image has captions.
     *
     * @param captions the captioner's output, not yet checked
     * @param refused the captions that are missing
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

    /** The image, or one of its captions, failed. */
    record Refused(CaptionRejection reason, String value, String bound) implements Captioned {}
}

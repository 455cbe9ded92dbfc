package dev.latentstream.trainer.feed;

/** The content of a record of a latent topic. */
sealed interface FeedItem {
    RecordPosition position();

    /** The image that it is about; empty if unknown. */
    String imageId();

    /** An image to train on. */
    record Accepted(LatentSample sample) implements FeedItem {
        @Override
        public RecordPosition position() {
            return sample.position();
        }

        @Override
        public String imageId() {
            return sample.imageId();
        }
    }

    /** The deletion of an image, by a tombstone. */
    record Removed(RecordPosition position, String imageId) implements FeedItem {}

    /**
     * A record that cannot be used, with the reason.
     *
     * @param foreign whether it is no latent at all; such records say nothing about the settings of the run
     */
    record Refused(RecordPosition position, String reason, boolean foreign) implements FeedItem {
        @Override
        public String imageId() {
            return "";
        }

        /** A latent that does not fit the run. */
        Refused(RecordPosition position, String reason) {
            this(position, reason, false);
        }

        /** A record that no stage of ours wrote. */
        static Refused foreign(RecordPosition position, String reason) {
            return new Refused(position, reason, true);
        }
    }
}

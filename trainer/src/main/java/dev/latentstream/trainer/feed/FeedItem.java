package dev.latentstream.trainer.feed;

/** The content of a record of a latent topic. */
sealed interface FeedItem {
    RecordPosition position();

    /** An image to train on. */
    record Accepted(LatentSample sample) implements FeedItem {
        @Override
        public RecordPosition position() {
            return sample.position();
        }
    }

    /** The deletion of an image, by a tombstone. */
    record Removed(RecordPosition position, String imageId) implements FeedItem {}

    /** A record that cannot be used, with the reason. */
    record Refused(RecordPosition position, String reason) implements FeedItem {}
}

package dev.latentstream.trainer.feed;

/** What a record of a latent topic says. */
public sealed interface FeedItem {
    RecordPosition position();

    /** An image to train on. */
    record Accepted(LatentSample sample) implements FeedItem {
        @Override
        public RecordPosition position() {
            return sample.position();
        }
    }

    /** An image that must not be trained on any more. */
    record Removed(RecordPosition position, String imageId) implements FeedItem {}

    /** A record that cannot be used, and why. */
    record Refused(RecordPosition position, String reason) implements FeedItem {}
}

package dev.latentstream.trainer.feed;

/** What a record of a latent topic says. */
public sealed interface FeedItem {
    Place place();

    /** An image to train on. */
    record Arrived(LatentSample sample) implements FeedItem {
        @Override
        public Place place() {
            return sample.place();
        }
    }

    /** An image that must not be trained on any more. */
    record Removed(Place place, String image) implements FeedItem {}

    /** A record that cannot be used, and why. */
    record Refused(Place place, String reason) implements FeedItem {}
}

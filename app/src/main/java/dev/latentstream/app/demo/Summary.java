package dev.latentstream.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a demo did, for the page that it leaves behind.
 *
 * @param command the command that made it
 * @param ended when it was over
 * @param took how long it took
 * @param training how the trainer ended
 * @param topics records in each topic, in the order in which an image travels
 * @param rejections refused images by reason, the most frequent first
 * @param captions nouns by kind of caption: the alt texts first, then each density level
 * @param loss the loss over the run
 * @param samples pictures that the trained model draws
 * @param decoded latents from the topics, decoded again
 * @param files what the demo left, for a person to find
 */
record Summary(
        String command,
        Instant ended,
        Duration took,
        Training training,
        List<Count> topics,
        List<Count> rejections,
        List<NounCount> captions,
        List<LossPoint> loss,
        Optional<Picture> samples,
        Optional<Picture> decoded,
        List<String> files) {
    public Summary {
        topics = List.copyOf(topics);
        rejections = List.copyOf(rejections);
        captions = List.copyOf(captions);
        loss = List.copyOf(loss);
        files = List.copyOf(files);
    }

    /** How many of something. */
    public record Count(String name, long count) {}

    /**
     * The loss at a step.
     *
     * @param loss mean since the point before
     */
    public record LossPoint(long step, double loss) {}

    /**
     * Nouns in captions of one kind.
     *
     * @param kind {@code alt text} or the density level
     * @param captions how many there are
     * @param nouns mean distinct nouns in one of them
     */
    public record NounCount(String kind, long captions, double nouns) {}

    /**
     * How the trainer ended.
     *
     * @param steps steps taken
     * @param imagesPerSecond over the whole run
     * @param stall share of the time spent waiting for data, 0 to 1
     * @param sources realised share of each source, in percent
     * @param choices realised share of each kind of caption, in percent
     */
    public record Training(long steps, double imagesPerSecond, double stall, List<Share> sources, List<Share> choices) {
        public Training {
            sources = List.copyOf(sources);
            choices = List.copyOf(choices);
        }
    }

    /**
     * A part of a whole.
     *
     * @param share 0 to 1
     */
    public record Share(String name, double share) {}

    /**
     * A picture with what is to be seen on it.
     *
     * @param png the file's bytes
     * @param texts one for each tile, row by row; may be empty
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out
    public record Picture(byte[] png, List<String> texts) {
        public Picture {
            png = png.clone();
            texts = List.copyOf(texts);
        }

        @Override
        public byte[] png() {
            return png.clone();
        }
    }
}

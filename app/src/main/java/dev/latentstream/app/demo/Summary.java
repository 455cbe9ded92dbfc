package dev.latentstream.app.demo;

import dev.latentstream.app.page.LossCurves.LossPoint;
import dev.latentstream.app.page.ShareAreas.Stretch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The results of a demo, for the page that it leaves.
 *
 * @param training the state of the trainer at the end
 * @param curves the run, step by step
 * @param samples images sampled from the trained model
 * @param decoded latents of the topics, decoded again
 * @param files the files that the demo left
 */
record Summary(
        Run run,
        Training training,
        Records records,
        Curves curves,
        Optional<ImageGrid> samples,
        Optional<ImageGrid> decoded,
        List<String> files) {
    public Summary {
        files = List.copyOf(files);
    }

    /**
     * The course of a run over its steps.
     *
     * @param loss the loss
     * @param sources samples of each source
     * @param choices samples of each kind of caption
     * @param turns changes of the mixture policy
     */
    public record Curves(List<LossPoint> loss, List<Stretch> sources, List<Stretch> choices, List<Turn> turns) {
        public Curves {
            loss = List.copyOf(loss);
            sources = List.copyOf(sources);
            choices = List.copyOf(choices);
            turns = List.copyOf(turns);
        }
    }

    /**
     * A change of the mixture policy.
     *
     * @param step the first reported step under it
     * @param version of the policy
     */
    public record Turn(long step, long version) {}

    /**
     * The call of the command.
     *
     * @param command as it was typed
     * @param ended time of its end
     * @param took its duration
     */
    public record Run(String command, Instant ended, Duration took) {}

    /**
     * The records in the topics.
     *
     * @param topics ids in each topic, in the order in which an image travels
     * @param refused refused images by reason, the most frequent first
     * @param admitted images that ingest admitted
     * @param withoutText how many of these arrived without a text
     * @param captions nouns by kind of caption: the alt texts first, then each density level
     */
    public record Records(
            List<Count> topics, List<Refused> refused, long admitted, long withoutText, List<NounCount> captions) {
        public Records {
            topics = List.copyOf(topics);
            refused = List.copyOf(refused);
            captions = List.copyOf(captions);
        }
    }

    /**
     * The images that were refused for one reason.
     *
     * @param thumbnails JPEGs of some of them
     */
    public record Refused(String reason, long count, List<ByteBuffer> thumbnails) {
        public Refused {
            thumbnails = List.copyOf(thumbnails);
        }
    }

    /** A named count. */
    public record Count(String name, long count) {}

    /**
     * Nouns in captions of one kind.
     *
     * @param kind {@code alt text} or the density level
     * @param captions number of captions
     * @param nouns mean number of distinct nouns in a caption
     */
    public record NounCount(String kind, long captions, double nouns) {}

    /**
     * The state of the trainer at the end.
     *
     * @param steps steps taken
     * @param imagesPerSecond over the whole run
     * @param stall share of the time spent waiting for data, 0 to 1
     * @param sources realised share of each source, 0 to 1
     * @param choices realised share of each kind of caption, 0 to 1
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
     * A grid of images with the text of each.
     *
     * @param png the file's bytes
     * @param texts one for each tile, row by row; may be empty
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out
    public record ImageGrid(byte[] png, List<String> texts) {
        public ImageGrid {
            png = png.clone();
            texts = List.copyOf(texts);
        }

        @Override
        public byte[] png() {
            return png.clone();
        }
    }

    /** Returns the lines that a demo ends with: the refused images, the images without a text, and the files. */
    List<String> closingLines() {
        List<String> lines = new ArrayList<>();
        lines.add("refused         " + refused());
        lines.add("without a text  %d of %d images".formatted(records.withoutText(), records.admitted()));
        lines.addAll(files);
        return lines;
    }

    private String refused() {
        long refused = records.refused().stream().mapToLong(Refused::count).sum();
        return refused == 0
                ? "no image"
                : records.refused().stream()
                        .map(images -> images.count() + " " + images.reason())
                        .collect(Collectors.joining(", ", refused + (refused == 1 ? " image: " : " images: "), ""));
    }
}

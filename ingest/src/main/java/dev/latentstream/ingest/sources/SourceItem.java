package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.AltTextFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One item of a source. */
public sealed interface SourceItem {
    /** Returns where it was found. */
    String uri();

    /**
     * An image, which may still be damaged.
     *
     * @param image its bytes; owned by the receiver, not to be changed
     * @param texts the texts that accompany it, clean and distinct
     * @param attributes other metadata from the source
     * @param stamp changes whenever the files of the item change; empty if some could not be read, so that they are read again
     * @param othersBeside files of the same name that are neither its texts nor its attributes
     * @param version what its host calls this version of the image, see {@link Known#version}
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Found(
            String uri,
            byte[] image,
            List<String> texts,
            Map<String, String> attributes,
            Optional<String> stamp,
            int othersBeside,
            Optional<String> version)
            implements SourceItem {
        public Found {
            texts = List.copyOf(texts);
            attributes = Map.copyOf(attributes);
        }

        /** An image without a version. */
        public Found(
                String uri,
                byte[] image,
                List<String> texts,
                Map<String, String> attributes,
                Optional<String> stamp,
                int othersBeside) {
            this(uri, image, texts, attributes, stamp, othersBeside, Optional.empty());
        }

        /** An image as it was read, without texts. */
        Found(String uri, byte[] image) {
            this(uri, image, List.of(), Map.of(), Optional.empty(), 0);
        }

        /** An image with its texts and attributes. */
        public static Found of(String uri, byte[] image, SampleTexts texts, Optional<String> stamp, int others) {
            return new Found(uri, image).with(texts, stamp, others);
        }

        /** Returns the image with its texts and attributes. */
        Found with(SampleTexts read, Optional<String> newStamp, int others) {
            return new Found(uri, image, read.texts(), read.attributes(), newStamp, others);
        }

        /** Returns the image with what its host calls its version. */
        public Found withVersion(Optional<String> newVersion) {
            return new Found(uri, image, texts, attributes, stamp, othersBeside, newVersion);
        }

        /** Returns the first text. */
        public Optional<String> altText() {
            return texts.stream().findFirst();
        }
    }

    /**
     * An image of another source than the one that delivers it.
     *
     * @param source a valid name
     */
    record Sourced(String source, Found found) implements SourceItem {
        @Override
        public String uri() {
            return found.uri();
        }
    }

    /**
     * An image larger than the limit for a record.
     *
     * @param imageId image id of its bytes, which were read but not kept
     */
    record TooLarge(String uri, String imageId, long bytes, long bound) implements SourceItem {}

    /** An item that has no bytes, because it cannot or may not be fetched, or its row cannot be used. */
    record Refused(String uri, Refusal refusal) implements SourceItem {}

    /** An item that should be an image but cannot be read. */
    record Unreadable(String uri, String reason) implements SourceItem {}

    /** A text that its image does not receive. */
    record DroppedText(String uri, AltTextFault fault, String reason) implements SourceItem {}

    /** An item that is not an image, for example a spreadsheet. */
    record Other(String uri) implements SourceItem {}

    /**
     * A file or folder that a program left beside the images, for example a thumbnail.
     *
     * @param kind name of such files, for example {@code @eaDir}
     */
    record Skipped(String uri, String kind) implements SourceItem {}

    /** An item that was delivered in an earlier run. */
    record Done(String uri) implements SourceItem {}

    /**
     * A part of the source, for example a shard, that was delivered in an earlier run.
     *
     * @param items number of its items
     */
    record DonePart(String uri, long items) implements SourceItem {}

    /**
     * The place up to which a part of the source is delivered: {@link Known#position} returns it in the next run.
     *
     * @param stamp changes whenever the part changes
     * @param position number of items, or offset, as the source counts
     */
    record Position(String uri, String stamp, long position) implements SourceItem {}

    /** Nothing for the moment: what was delivered so far is sent without waiting for more. */
    record Waiting(String uri) implements SourceItem {}
}

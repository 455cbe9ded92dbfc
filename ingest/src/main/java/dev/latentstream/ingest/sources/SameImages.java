package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Sourced;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTexts;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RawImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads ahead in a source, so that copies of one image that are close to each other, each with a text of its own, become one record with
 * all texts. Copies further apart meet in ingest.
 */
final class SameImages {
    private static final int MAX_ITEMS = 64;
    private static final long MAX_BYTES = 64 << 20;

    private final ImageSource source;
    private final Deque<Step> window = new ArrayDeque<>();
    private final Map<String, Copies> withTexts = new HashMap<>();
    private int items;
    private long bytes;
    private boolean ended;
    private boolean waiting;

    /** The next delivery. */
    sealed interface Step {}

    /**
     * One image, found once or several times.
     *
     * @param otherSource source of the image, if it is not the one that delivers it
     */
    record Copies(String imageId, List<Found> found, Optional<String> otherSource) implements Step {
        Found first() {
            return found.get(0);
        }

        /** Returns the texts of all copies, as many as an image can have. */
        AltTexts texts(String source) {
            List<AltText> all = found.stream()
                    .flatMap(copy -> copy.texts().stream().map(text -> new AltText(text, source, copy.uri())))
                    .toList();
            return AltTexts.merged(List.of(), source, first().uri(), all);
        }

        /** Returns the record of the image. */
        RawImage raw(String source, AltTexts texts, Deliveries deliveries) {
            return RawImage.newBuilder()
                    .setImage(ByteBuffer.wrap(first().image()))
                    .setSource(source)
                    .setUri(first().uri())
                    .setAltText(texts.first().orElse(null))
                    .setAltTexts(texts.texts())
                    .setAttributes(first().attributes())
                    .setReplaces(found.stream()
                            .flatMap(copy -> deliveries.replaced(copy.uri(), imageId).stream())
                            .findFirst()
                            .orElse(null))
                    .build();
        }
    }

    /** An item that is not sent. */
    record Aside(SourceItem item) implements Step {}

    SameImages(ImageSource source) {
        this.source = source;
    }

    /** Returns the next image with its copies, or another item; empty at the end. */
    Optional<Step> next(Known known) throws IOException {
        while (!ended && !waiting && items < MAX_ITEMS && bytes < MAX_BYTES) {
            source.next(known).ifPresentOrElse(this::add, () -> ended = true);
        }
        Step next = window.poll();
        waiting &= !window.isEmpty();
        if (next instanceof Aside) {
            items--;
        } else if (next instanceof Copies copies) {
            items -= copies.found().size();
            bytes -= copies.first().image().length * (long) copies.found().size();
            withTexts.remove(copies.imageId(), copies);
        }
        return Optional.ofNullable(next);
    }

    private void add(SourceItem item) {
        items++;
        waiting = item instanceof Waiting; // what came before is delivered first
        if (item instanceof Found found) {
            add(found, Optional.empty());
        } else if (item instanceof Sourced of) {
            add(of.found(), Optional.of(of.source()));
        } else {
            window.add(new Aside(item));
        }
    }

    private void add(Found found, Optional<String> otherSource) {
        String imageId = ImageId.of(ByteBuffer.wrap(found.image()));
        bytes += found.image().length;
        // A position counts what came before it, so that such a source keeps its order.
        boolean alone = found.texts().isEmpty() || !source.isItemised() || otherSource.isPresent();
        Copies earlier = alone ? null : withTexts.get(imageId);
        if (earlier != null) {
            earlier.found().add(found);
            return;
        }
        Copies copies = new Copies(imageId, new ArrayList<>(List.of(found)), otherSource);
        window.add(copies);
        if (!alone) {
            withTexts.put(imageId, copies);
        }
    }
}

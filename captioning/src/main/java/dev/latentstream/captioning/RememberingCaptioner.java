package dev.latentstream.captioning;

import dev.latentstream.captioning.Captioned.Described;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that are equal to a recent one without captioning again. An image whose alt texts change is written to {@code images}
 * again, one time per text if its copies are far apart in their source; its synthetic captions depend on the image alone. Not thread-safe.
 */
final class RememberingCaptioner implements Captioner {
    /** Some forty thousand images with a caption each. */
    static final long MAX_BYTES = 32 << 20;

    /** Of an entry besides its texts: its key and the objects around it. */
    private static final int ENTRY_BYTES = 500;

    private final Captioner captioner;
    private final long maxBytes;
    private final Map<Request, Described> remembered = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Everything that an answer depends on; the same image id means the same pixels. */
    private record Request(String imageId, List<DensityTarget> levels, long seed) {
        static Request of(ImageToCaption image) {
            return new Request(image.imageId(), image.levels(), image.seed());
        }
    }

    /** @param captioner closed together with this one */
    RememberingCaptioner(Captioner captioner, long maxBytes) {
        this.captioner = captioner;
        this.maxBytes = maxBytes;
    }

    @Override
    public String id() {
        return captioner.id();
    }

    @Override
    public List<Captioned> caption(List<ImageToCaption> batch) {
        List<@Nullable Described> known = new ArrayList<>(
                batch.stream().map(Request::of).map(remembered::get).toList());
        List<ImageToCaption> unknown = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (known.get(i) == null) {
                unknown.add(batch.get(i));
            }
        }
        Iterator<Captioned> answers =
                (unknown.isEmpty() ? List.<Captioned>of() : captioner.caption(unknown)).iterator();
        List<Captioned> outcomes = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            @Nullable Described same = known.get(i);
            outcomes.add(same == null ? remember(batch.get(i), answers.next()) : same);
        }
        return outcomes;
    }

    /** Returns the outcome. One without all captions is not remembered: the next attempt may succeed. */
    private Captioned remember(ImageToCaption image, Captioned outcome) {
        if (outcome instanceof Described described && described.refused().isEmpty()) {
            if (remembered.putIfAbsent(Request.of(image), described) == null) {
                bytes += bytes(described);
            }
            Iterator<Described> oldest = remembered.values().iterator();
            while (bytes > maxBytes) {
                bytes -= bytes(oldest.next());
                oldest.remove();
            }
        }
        return outcome;
    }

    private static long bytes(Described described) {
        return ENTRY_BYTES
                + described.captions().stream()
                        .mapToLong(caption ->
                                caption.text().length() + caption.prompt().length())
                        .sum();
    }

    @Override
    public void close() {
        captioner.close();
    }
}

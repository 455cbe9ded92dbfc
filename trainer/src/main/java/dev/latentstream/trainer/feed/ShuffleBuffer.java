package dev.latentstream.trainer.feed;

import dev.latentstream.trainer.feed.SourceState.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The latents of one source that a sample is drawn from, each image once: a newer latent of an image takes the older one's
 * slot. One thread at a time. The order of the slots depends only on what was done to the buffer.
 */
final class ShuffleBuffer {
    private final int capacity;
    private final List<LatentSample> slots = new ArrayList<>();
    private final Map<String, Integer> slotOfImage = new HashMap<>();

    ShuffleBuffer(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return slots.size();
    }

    boolean isFull() {
        return slots.size() >= capacity;
    }

    /** Takes a latent in, in the place of an older one of its image or behind all others. */
    void put(LatentSample sample) {
        Integer slot = slotOfImage.get(sample.imageId());
        if (slot != null) {
            slots.set(slot, sample);
            return;
        }
        if (isFull()) {
            throw new IllegalStateException("the buffer holds %d latents and no more".formatted(capacity));
        }
        slotOfImage.put(sample.imageId(), slots.size());
        slots.add(sample);
    }

    LatentSample at(int slot) {
        return slots.get(slot);
    }

    /** Takes a latent out; the last one moves to its slot. */
    void remove(int slot) {
        slotOfImage.remove(slots.get(slot).imageId());
        LatentSample last = slots.remove(slots.size() - 1);
        if (slot < slots.size()) {
            slots.set(slot, last);
            slotOfImage.put(last.imageId(), slot);
        }
    }

    /** Takes the latent of an image out, if there is one. */
    void remove(String image) {
        Integer slot = slotOfImage.get(image);
        if (slot != null) {
            remove(slot);
        }
    }

    /** Where its latents can be read again, in the order of the slots. */
    List<Slot> state() {
        return slots.stream().map(Slot::of).toList();
    }
}

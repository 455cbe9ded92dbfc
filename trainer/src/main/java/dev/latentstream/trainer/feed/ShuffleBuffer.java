package dev.latentstream.trainer.feed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The latents of one source that samples are drawn from, one per image: a newer latent of an image replaces the older one. The order of
 * the slots depends only on the sequence of operations. Not thread-safe.
 */
final class ShuffleBuffer {
    private final List<LatentSample> slots = new ArrayList<>();
    private final Map<String, Integer> slotByImageId = new HashMap<>();

    int size() {
        return slots.size();
    }

    /** Adds a latent, in the slot of an older one of its image or after all others. */
    void put(LatentSample sample) {
        Integer slot = slotByImageId.get(sample.imageId());
        if (slot != null) {
            slots.set(slot, sample);
            return;
        }
        slotByImageId.put(sample.imageId(), slots.size());
        slots.add(sample);
    }

    LatentSample at(int slot) {
        return slots.get(slot);
    }

    /** Removes a latent; the last one moves to its slot. */
    void remove(int slot) {
        slotByImageId.remove(slots.get(slot).imageId());
        LatentSample last = slots.remove(slots.size() - 1);
        if (slot < slots.size()) {
            slots.set(slot, last);
            slotByImageId.put(last.imageId(), slot);
        }
    }

    /** Removes the latent of an image, if there is one. */
    void remove(String imageId) {
        Integer slot = slotByImageId.get(imageId);
        if (slot != null) {
            remove(slot);
        }
    }

    /** Returns the latents of some images, in the order of the slots. */
    List<LatentSample> latentsOf(Predicate<String> images) {
        return slots.stream().filter(sample -> images.test(sample.imageId())).toList();
    }

    /** Returns its latents, in the order of the slots. */
    List<LatentSample> latents() {
        return List.copyOf(slots);
    }
}

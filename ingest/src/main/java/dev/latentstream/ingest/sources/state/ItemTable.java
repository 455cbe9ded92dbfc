package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.DeliveredItem;
import dev.latentstream.schemas.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The delivered items of a source, by key: a hash table of 64 bytes an item, without the keys, of which 128 bits of a hash are kept.
 * Thread-safe.
 *
 * <p>It consists of shards that grow one by one, so that growing never needs twice the memory.
 */
final class ItemTable {
    private static final int SHARDS = 256;
    private static final int FIRST_SLOTS = 16;
    private static final int ID_LONGS = 4; // 256 bits
    private static final int KEY = 0;
    private static final int ID = 2;
    private static final int STAMP = ID + ID_LONGS;
    private static final int CONTENTS = STAMP + 1;
    private static final int SLOT = CONTENTS + 1; // longs

    /** Stands for a stamp that is never equal; one hash in 2^64 is taken for it, and its item read again. */
    private static final long NO_STAMP = 0;

    private final Shard[] shards = new Shard[SHARDS];
    private @Nullable Map<Long, String> versions; // by the second half of the hash
    private final HexFormat hex = HexFormat.of();

    /** Creates an empty table. */
    ItemTable() {
        Arrays.setAll(shards, i -> new Shard());
    }

    /** Keeps the versions of the items that are put from now on. */
    synchronized void keepVersions() {
        versions = new HashMap<>();
    }

    synchronized void put(String key, DeliveredItem item) {
        long[] hash = hash(key);
        Shard shard = shards[shard(hash)];
        int slot = shard.slotFor(hash[0], hash[1]);
        long[] id = item.getImageId().map(this::id).orElseGet(() -> new long[ID_LONGS]);
        System.arraycopy(id, 0, shard.slots, slot + ID, ID_LONGS);
        shard.slots[slot + STAMP] = item.getStamp().orElse(NO_STAMP);
        shard.slots[slot + CONTENTS] = item.getContents();
        if (versions != null) {
            if (item.getVersion().isPresent()) {
                versions.put(hash[1], item.getVersion().get());
            } else {
                versions.remove(hash[1]);
            }
        }
    }

    synchronized void remove(String key) {
        long[] hash = hash(key);
        shards[shard(hash)].remove(hash[0], hash[1]);
        if (versions != null) {
            versions.remove(hash[1]);
        }
    }

    synchronized Optional<DeliveredItem> item(String key) {
        long[] hash = hash(key);
        Shard shard = shards[shard(hash)];
        int slot = shard.find(hash[0], hash[1]);
        if (shard.isFree(slot)) {
            return Optional.empty();
        }
        long stamp = shard.slots[slot + STAMP];
        return Optional.of(new DeliveredItem(
                id(shard.slots, slot + ID),
                stamp == NO_STAMP ? null : stamp,
                shard.slots[slot + CONTENTS],
                versions == null ? null : versions.get(hash[1])));
    }

    /** Returns the number of items. */
    synchronized long size() {
        return Arrays.stream(shards).mapToLong(shard -> shard.used).sum();
    }

    private long[] id(String imageId) {
        long[] longs = new long[ID_LONGS];
        ByteBuffer.wrap(hex.parseHex(imageId)).asLongBuffer().get(longs);
        return longs;
    }

    private @Nullable String id(long[] from, int at) {
        ByteBuffer bytes = ByteBuffer.allocate(ID_LONGS * Long.BYTES);
        boolean none = true;
        for (int i = 0; i < ID_LONGS; i++) {
            bytes.putLong(from[at + i]);
            none &= from[at + i] == 0;
        }
        return none ? null : hex.formatHex(bytes.array());
    }

    /** Returns 128 bits; the first half is never 0, which marks a free slot. */
    private static long[] hash(String key) {
        MessageDigest digest = Sha256.digest();
        ByteBuffer bytes = ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
        return new long[] {bytes.getLong() | 1, bytes.getLong()};
    }

    private static int shard(long[] hash) {
        return (int) (hash[0] >>> 56);
    }

    /** An open-addressing hash table. */
    private static final class Shard {
        private long[] slots = new long[FIRST_SLOTS * SLOT];
        private int used;

        boolean isFree(int slot) {
            return slots[slot + KEY] == 0;
        }

        /** Returns the slot of a key, or the free one in which it belongs. */
        int find(long high, long low) {
            int count = slots.length / SLOT;
            int slot = start(low, count);
            while (!isFree(slot * SLOT) && (slots[slot * SLOT + KEY] != high || slots[slot * SLOT + KEY + 1] != low)) {
                slot = (slot + 1) % count;
            }
            return slot * SLOT;
        }

        int slotFor(long high, long low) {
            int slot = find(high, low);
            if (!isFree(slot)) {
                return slot;
            }
            if (4 * (used + 1) > 3 * (slots.length / SLOT)) {
                grow();
                slot = find(high, low);
            }
            slots[slot + KEY] = high;
            slots[slot + KEY + 1] = low;
            used++;
            return slot;
        }

        void remove(long high, long low) {
            int slot = find(high, low);
            if (isFree(slot)) {
                return;
            }
            slots[slot + KEY] = 0;
            used--;
            int count = slots.length / SLOT;
            for (int next = (slot / SLOT + 1) % count; !isFree(next * SLOT); next = (next + 1) % count) {
                move(next * SLOT, slots);
            }
        }

        private void grow() {
            long[] old = slots;
            // By a half: the memory that is not used stays below that.
            slots = new long[old.length / SLOT * 3 / 2 * SLOT];
            for (int slot = 0; slot < old.length; slot += SLOT) {
                if (old[slot + KEY] != 0) {
                    System.arraycopy(old, slot, slots, find(old[slot + KEY], old[slot + KEY + 1]), SLOT);
                }
            }
        }

        /** Puts a slot where a search finds it after an earlier one was freed. */
        private void move(int from, long[] in) {
            long[] moved = Arrays.copyOfRange(in, from, from + SLOT);
            in[from + KEY] = 0;
            System.arraycopy(moved, 0, in, find(moved[KEY], moved[KEY + 1]), SLOT);
        }

        private static int start(long low, int count) {
            return (int) Long.remainderUnsigned(low, count);
        }
    }
}

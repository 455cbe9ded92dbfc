package dev.latentstream.ingest.near;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The entries of the index in a state store: those with the same bits in a band are a bucket. A key is band, bits, time and image id, so
 * that a bucket is one range, oldest first; a value is the hash and the partition of the image's candidate.
 */
final class Buckets {
    /**
     * Most entries of a bucket; the oldest give way. It bounds a look-up where many images have the same bits, as blank pages do, which
     * are found by their other bands.
     */
    static final int MOST = 1024;

    private static final int PREFIX = 1 + Short.BYTES;
    private static final int ID_BYTES = 32;

    private final KeyValueStore<Bytes, byte[]> store;

    Buckets(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** An image in the index. */
    record Entry(String imageId, long time, NearHash hash, int home) {
        /** Returns whether it precedes another image: by time, and by id if the times are equal. */
        boolean precedes(String otherId, long otherTime) {
            return time != otherTime ? time < otherTime : imageId.compareTo(otherId) < 0;
        }
    }

    /** Returns the entries of a bucket, oldest first. Those from before a time are deleted. */
    List<Entry> read(int band, int bits, long expired) {
        List<Entry> entries = new ArrayList<>();
        List<Bytes> old = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> bucket = store.prefixScan(prefix(band, bits), new BytesSerializer())) {
            while (bucket.hasNext()) {
                KeyValue<Bytes, byte[]> next = bucket.next();
                Entry entry = entry(next.key.get(), next.value);
                if (entry.time() < expired) {
                    old.add(next.key);
                } else {
                    entries.add(entry);
                }
            }
        }
        old.forEach(store::delete);
        return entries;
    }

    /** Adds an entry to a bucket with these entries, unless it has an older one of the same image. */
    void add(int band, int bits, Entry added, List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.imageId().equals(added.imageId())) {
                if (entry.time() <= added.time()) {
                    return;
                }
                store.delete(key(band, bits, entry));
            }
        }
        if (entries.size() >= MOST) {
            store.delete(key(band, bits, entries.get(0)));
        }
        ByteBuffer value = ByteBuffer.allocate(NearHash.BYTES + Integer.BYTES);
        added.hash().write(value);
        store.put(key(band, bits, added), value.putInt(added.home()).array());
    }

    private static Bytes prefix(int band, int bits) {
        return Bytes.wrap(ByteBuffer.allocate(PREFIX)
                .put((byte) band)
                .putShort((short) bits)
                .array());
    }

    private static Bytes key(int band, int bits, Entry entry) {
        return Bytes.wrap(ByteBuffer.allocate(PREFIX + Long.BYTES + ID_BYTES)
                .put((byte) band)
                .putShort((short) bits)
                .putLong(entry.time())
                .put(HexFormat.of().parseHex(entry.imageId()))
                .array());
    }

    private static Entry entry(byte[] key, byte[] value) {
        ByteBuffer name = ByteBuffer.wrap(key).position(PREFIX);
        long time = name.getLong();
        ByteBuffer content = ByteBuffer.wrap(value);
        NearHash hash = NearHash.read(content);
        return new Entry(HexFormat.of().formatHex(key, name.position(), key.length), time, hash, content.getInt());
    }
}

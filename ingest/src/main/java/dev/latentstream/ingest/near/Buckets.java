package dev.latentstream.ingest.near;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the index in a state store: those with the same bits in a band are a bucket, in the order in which they came.
 *
 * <p>A bucket is stored as pages of a few entries. A key is band, bits and number of the page, so that a bucket is read by keys: a scan
 * costs several times as much. Pages are full but for the last one, and have no gaps.
 */
final class Buckets {
    /**
     * Most entries of a bucket; those that came first give way. It bounds a look-up where many images have the same bits, as blank pages
     * do, which are found by their other bands.
     */
    static final int MOST = 1024;

    /** Entries of a page: what is written again when one is added. */
    static final int PAGE = 16;

    private static final int ID_BYTES = 32;
    private static final int ENTRY_BYTES = ID_BYTES + Long.BYTES + Window.BYTES + Integer.BYTES;

    private final KeyValueStore<Bytes, byte[]> store;

    Buckets(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /**
     * An image in the index.
     *
     * @param window that of the whole image
     * @param home partition of the image's candidate
     */
    record Entry(String imageId, long time, Window window, int home) {
        /** Returns whether it precedes another image: by time, and by id if the times are equal. */
        boolean precedes(String otherId, long otherTime) {
            return time != otherTime ? time < otherTime : imageId.compareTo(otherId) < 0;
        }
    }

    /** Returns the entries of a bucket. Those from before a time are deleted. */
    List<Entry> read(int band, int bits, long expired) {
        List<Entry> entries = new ArrayList<>();
        int page = 0;
        for (byte[] found = page(band, bits, 0); found != null; found = page(band, bits, page)) {
            ByteBuffer content = ByteBuffer.wrap(found);
            while (content.hasRemaining()) {
                entries.add(entry(content));
            }
            page++;
            if (found.length < PAGE * ENTRY_BYTES) {
                break;
            }
        }
        if (entries.removeIf(entry -> entry.time() < expired)) {
            write(band, bits, entries, 0);
            for (int left = pages(entries); left < page; left++) {
                store.delete(key(band, bits, left));
            }
        }
        return entries;
    }

    /**
     * Adds an entry to a bucket, unless it has an older one of the same image.
     *
     * @param entries those of the bucket, as they were read
     */
    void add(int band, int bits, Entry added, List<Entry> entries) {
        List<Entry> all = new ArrayList<>(entries);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).imageId().equals(added.imageId())) {
                if (added.time() < all.get(i).time()) {
                    all.set(i, added);
                    write(band, bits, all.subList(0, Math.min(all.size(), (i / PAGE + 1) * PAGE)), i / PAGE);
                }
                return;
            }
        }
        int changed = all.size() / PAGE;
        if (all.size() >= MOST) {
            all.subList(0, PAGE).clear(); // a whole page, since all others are written again
            changed = 0;
        }
        all.add(added);
        write(band, bits, all, changed);
    }

    /** Writes the pages of entries, from one on. */
    private void write(int band, int bits, List<Entry> entries, int first) {
        for (int page = first; page < pages(entries); page++) {
            List<Entry> part = entries.subList(page * PAGE, Math.min(entries.size(), (page + 1) * PAGE));
            ByteBuffer content = ByteBuffer.allocate(part.size() * ENTRY_BYTES);
            for (Entry entry : part) {
                content.put(HexFormat.of().parseHex(entry.imageId())).putLong(entry.time());
                entry.window().write(content);
                content.putInt(entry.home());
            }
            store.put(key(band, bits, page), content.array());
        }
    }

    private static int pages(List<Entry> entries) {
        return (entries.size() + PAGE - 1) / PAGE;
    }

    private byte @Nullable [] page(int band, int bits, int page) {
        return store.get(key(band, bits, page));
    }

    private static Bytes key(int band, int bits, int page) {
        return Bytes.wrap(ByteBuffer.allocate(2 + Short.BYTES)
                .put((byte) band)
                .putShort((short) bits)
                .put((byte) page)
                .array());
    }

    private static Entry entry(ByteBuffer content) {
        byte[] id = new byte[ID_BYTES];
        content.get(id);
        long time = content.getLong();
        Window window = Window.read(content);
        return new Entry(HexFormat.of().formatHex(id), time, window, content.getInt());
    }
}

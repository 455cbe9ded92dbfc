package dev.latentstream.ingest.sources;

import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Reads an image up to a size limit; of a larger one only the hash and the length are kept. */
final class BoundedRead {
    private BoundedRead() {}

    /** Reads to the end of the stream and keeps at most {@code bound} bytes. */
    static SourceItem image(String uri, InputStream in, int bound) throws IOException {
        byte[] head = in.readNBytes(bound);
        int next = head.length < bound ? -1 : in.read();
        if (next < 0) {
            return new SourceItem.Found(uri, head);
        }
        MessageDigest digest = Sha256.digest();
        digest.update(head);
        digest.update((byte) next);
        long length = head.length + 1L;
        byte[] rest = new byte[1 << 16];
        for (int read = in.read(rest); read >= 0; read = in.read(rest)) {
            digest.update(rest, 0, read);
            length += read;
        }
        return new SourceItem.TooLarge(uri, ImageId.of(digest), length, bound);
    }
}

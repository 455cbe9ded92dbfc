package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The hashes by which {@code source-items} compares stamps and texts: 64 bits of SHA-256, enough to tell two versions of one item apart. */
public final class ItemHash {
    private ItemHash() {}

    public static long of(String text) {
        return ByteBuffer.wrap(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }
}

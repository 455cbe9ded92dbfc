package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.ShardInput;
import java.io.IOException;
import java.io.InputStream;

/** A shard in a bucket. */
record S3Shard(S3Store store, S3Location location) implements ShardInput {
    private record Stored(S3Store store, StoredObject object) implements Version {
        @Override
        public String stamp() {
            return object.stamp();
        }

        @Override
        public InputStream open() {
            return store.open(object);
        }
    }

    @Override
    public String uri() {
        return location.uri();
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public Version version() throws IOException {
        return new Stored(store, store.head(location));
    }
}

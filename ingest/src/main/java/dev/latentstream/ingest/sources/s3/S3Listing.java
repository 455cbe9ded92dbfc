package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.BrokenInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists objects in the order of their keys, one page at a time. Not thread-safe. */
final class S3Listing {
    private final S3Store store;
    private final S3Location prefix;
    private final Queue<StoredObject> page = new ArrayDeque<>();
    private String token = "";
    private String last = "";
    private boolean ended;

    S3Listing(S3Store store, S3Location prefix) {
        this.store = store;
        this.prefix = prefix;
    }

    /** Returns the next object; empty at the end. */
    Optional<StoredObject> next() throws BrokenInputException {
        while (page.isEmpty() && !ended) {
            ListObjectsV2Response response = store.page(prefix, token);
            for (S3Object object : response.contents()) {
                requireOrder(object.key());
                page.add(new StoredObject(prefix.with(object.key()), object.eTag(), object.size()));
            }
            ended = !Boolean.TRUE.equals(response.isTruncated());
            token = ended ? "" : response.nextContinuationToken();
        }
        return Optional.ofNullable(page.poll());
    }

    /** S3 sorts by the bytes of UTF-8, other stores by characters of Java; directory buckets of S3 do not sort, and their texts cannot be found. */
    private void requireOrder(String key) throws BrokenInputException {
        boolean ascends = last.compareTo(key) < 0
                || Arrays.compareUnsigned(last.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8))
                        < 0;
        if (!ascends) {
            throw new BrokenInputException(
                    BrokenInputException.Extent.SOURCE,
                    "%s: the store lists %s after %s, but only sorted listings are read"
                            .formatted(
                                    prefix.uri(),
                                    prefix.with(key).uri(),
                                    prefix.with(last).uri()),
                    null);
        }
        last = key;
    }
}

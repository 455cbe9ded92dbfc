package dev.latentstream.ingest.sources.s3;

import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.ShardInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The shards of buckets. */
public final class S3Shards {
    private S3Shards() {}

    /**
     * Returns the shards of keys in which {@code *} and {@code ?} stand for any characters but a slash, each key's in order.
     *
     * @throws IllegalArgumentException if no object matches
     */
    public static List<ShardInput> of(S3Store store, List<S3Location> patterns) throws BrokenInputException {
        List<ShardInput> shards = new ArrayList<>();
        for (S3Location pattern : patterns) {
            int wildcard = wildcard(pattern.key());
            if (wildcard < 0) {
                shards.add(new S3Shard(store, pattern)); // a missing one is named where it is opened
            } else {
                shards.addAll(matching(store, pattern, wildcard));
            }
        }
        return shards;
    }

    private static List<ShardInput> matching(S3Store store, S3Location pattern, int wildcard)
            throws BrokenInputException {
        Pattern keys = keys(pattern.key());
        List<ShardInput> shards = new ArrayList<>();
        S3Listing listing = store.list(pattern.with(pattern.key().substring(0, wildcard)));
        for (Optional<StoredObject> object = listing.next(); object.isPresent(); object = listing.next()) {
            if (keys.matcher(object.get().key()).matches()) {
                shards.add(new S3Shard(store, object.get().location()));
            }
        }
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("no object matches %s".formatted(pattern.uri()));
        }
        return shards;
    }

    private static int wildcard(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) == '*' || key.charAt(i) == '?') {
                return i;
            }
        }
        return -1;
    }

    private static Pattern keys(String key) {
        StringBuilder pattern = new StringBuilder();
        key.codePoints().forEach(c -> {
            switch (c) {
                case '*' -> pattern.append("[^/]*");
                case '?' -> pattern.append("[^/]");
                default -> pattern.append(Pattern.quote(Character.toString(c)));
            }
        });
        return Pattern.compile(pattern.toString());
    }
}

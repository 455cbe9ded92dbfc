package dev.latentstream.ingest.sources.s3;

import static dev.latentstream.ingest.sources.TestTars.put;

import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Found;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Items of sources, and shards to read them from. */
final class S3Items {
    private S3Items() {}

    static List<SourceItem> all(ImageSource source) throws IOException {
        return all(source, Known.NOTHING);
    }

    static List<SourceItem> all(ImageSource source, Known known) throws IOException {
        List<SourceItem> items = new ArrayList<>();
        try (source) {
            for (Optional<SourceItem> item = source.next(known); item.isPresent(); item = source.next(known)) {
                if (!(item.get() instanceof SourceItem.Waiting)) {
                    items.add(item.get());
                }
            }
        }
        return items;
    }

    static List<Found> found(List<SourceItem> items) {
        return items.stream()
                .filter(Found.class::isInstance)
                .map(Found.class::cast)
                .toList();
    }

    /** Returns a shard of images that cannot be compressed, each with a text. */
    static byte[] shard(int images, int bytes) throws IOException {
        Random random = new Random(images);
        ByteArrayOutputStream shard = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(shard, "UTF-8")) {
            for (int i = 0; i < images; i++) {
                byte[] image = new byte[bytes];
                random.nextBytes(image);
                put(tar, i + ".jpg", image);
                put(tar, i + ".txt", ("image " + i).getBytes(StandardCharsets.UTF_8));
            }
        }
        return shard.toByteArray();
    }
}

package dev.latentstream.ingest.lists;

import dev.latentstream.ingest.fetch.ContentHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds what a column is for by its name: as LAION, DataComp, COYO, CC12M, Hugging Face and img2dataset name them, or as it was given. */
final class ColumnRoles {
    private static final List<String> URLS = List.of("url", "image_url", "img_url", "image_link");
    private static final List<String> TEXTS =
            List.of("text", "caption", "captions", "alt", "alt_text", "top_caption", "description");
    private static final List<String> IMAGES =
            List.of("image", "img", "jpg", "jpeg", "png", "webp", "bytes", "image_bytes");

    private static final Map<String, ContentHash.Kind> HASHES = Map.of(
            "md5", ContentHash.Kind.MD5,
            "sha1", ContentHash.Kind.SHA1,
            "sha256", ContentHash.Kind.SHA256);

    /** Attributes by the lower-case names of their columns. */
    private static final List<String> ATTRIBUTES = List.of(
            "uid",
            "key",
            "id",
            "sample_id",
            "image_id",
            "hash",
            "md5",
            "sha1",
            "sha256",
            "width",
            "height",
            "original_width",
            "original_height",
            "similarity",
            "clip_b32_similarity_score",
            "clip_l14_similarity_score",
            "clip_similarity_vitb32",
            "clip_similarity_vitl14",
            "punsafe",
            "pwatermark",
            "nsfw",
            "nsfw_score_opennsfw2",
            "nsfw_score_gantman",
            "watermark_score",
            "aesthetic",
            "aesthetic_score",
            "aesthetic_score_laion_v2",
            "license",
            "language",
            "lang",
            "num_faces",
            "image_phash",
            "exif",
            "page_url",
            "author",
            "title");

    /** Names of columns are remembered up to this number; those of JSON Lines may be endless. */
    private static final int MAX_KNOWN = 10_000;

    private final ListColumns given;
    private final Map<String, List<ColumnRole>> known = new HashMap<>();

    ColumnRoles(ListColumns given) {
        this.given = given;
    }

    /** Returns what a column is for; empty if it is not read. */
    List<ColumnRole> of(String column) {
        return known.size() < MAX_KNOWN ? known.computeIfAbsent(column, this::find) : find(column);
    }

    /** Returns the names that the column of URLs may have. */
    List<String> urls() {
        return given.url().map(List::of).orElse(URLS);
    }

    /** Returns the names that the column of images may have. */
    List<String> images() {
        return given.image().map(List::of).orElse(IMAGES);
    }

    private List<ColumnRole> find(String column) {
        String lower = column.toLowerCase(Locale.ROOT);
        List<ColumnRole> roles = new ArrayList<>();
        rank(given.url(), URLS, column).ifPresent(rank -> roles.add(new ColumnRole.Url(rank)));
        rank(given.image(), IMAGES, column).ifPresent(rank -> roles.add(new ColumnRole.Bytes(rank)));
        int text =
                given.texts().isEmpty() ? TEXTS.indexOf(lower) : given.texts().indexOf(column);
        if (text >= 0) {
            roles.add(new ColumnRole.Text(text));
        }
        if (HASHES.containsKey(lower)) {
            roles.add(new ColumnRole.Hash(HASHES.get(lower)));
        }
        given.attributes().forEach((name, from) -> {
            if (from.equals(column)) {
                roles.add(new ColumnRole.Attribute(name));
            }
        });
        if (ATTRIBUTES.contains(lower) && !given.attributes().containsKey(lower)) {
            roles.add(new ColumnRole.Attribute(lower));
        }
        return List.copyOf(roles);
    }

    private static Optional<Integer> rank(Optional<String> given, List<String> known, String column) {
        int rank = given.isPresent()
                ? (given.get().equals(column) ? 0 : -1)
                : known.indexOf(column.toLowerCase(Locale.ROOT));
        return rank < 0 ? Optional.empty() : Optional.of(rank);
    }
}

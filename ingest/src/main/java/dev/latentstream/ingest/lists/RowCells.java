package dev.latentstream.ingest.lists;

import dev.latentstream.ingest.fetch.ContentHash;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.AltTextFault;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the cells of one row, and makes them one of {@link ListRow}. */
final class RowCells {
    /** Maximum length of a string: eight times that of an alt text, so that a text that is too long is said to be so. */
    static final int MAX_STRING_BYTES = 1 << 18;

    private final long number;
    private final int maxImageBytes;
    private final Map<Integer, List<String>> texts = new TreeMap<>();
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<RowMetadata.Dropped> dropped = new ArrayList<>();
    private @Nullable String url;
    private int urlRank = Integer.MAX_VALUE;
    private byte @Nullable [] image;
    private int imageRank = Integer.MAX_VALUE;
    private ListRow.@Nullable TooLarge tooLarge;
    private @Nullable ContentHash hash;
    private @Nullable Refusal bad;

    RowCells(long number, int maxImageBytes) {
        this.number = number;
        this.maxImageBytes = maxImageBytes;
    }

    /** Adds a string. */
    void text(ColumnRole role, String column, String value) {
        if (value.isBlank()) {
            return;
        }
        if (role instanceof ColumnRole.Url found) {
            if (found.rank() < urlRank) {
                urlRank = found.rank();
                url = value.strip();
            }
        } else if (role instanceof ColumnRole.Text found) {
            texts.computeIfAbsent(found.rank(), rank -> new ArrayList<>()).add(value);
        } else if (role instanceof ColumnRole.Attribute found) {
            attributes.putIfAbsent(found.name(), value);
        } else if (role instanceof ColumnRole.Hash found) {
            hash(found.kind(), column, value);
        }
    }

    /** Adds a number or a truth value, which only attributes may be. */
    void scalar(ColumnRole role, String column, String value) {
        if (role instanceof ColumnRole.Attribute) {
            text(role, column, value);
        } else if (role instanceof ColumnRole.Url) {
            refuse(value, "a string", "column %s is %s, not a string".formatted(column, value));
        } else if (role instanceof ColumnRole.Text) {
            drop(AltTextFault.UNREADABLE, "column %s is %s, not a string".formatted(column, value));
        }
    }

    /** Adds bytes, of an image or of a hash. */
    void bytes(ColumnRole role, String column, ByteBuffer value) {
        if (role instanceof ColumnRole.Bytes found && found.rank() < imageRank && value.hasRemaining()) {
            imageRank = found.rank();
            boolean fits = value.remaining() <= maxImageBytes;
            image = fits ? copy(value) : null;
            tooLarge = fits ? null : new ListRow.TooLarge(number, ImageId.of(value.duplicate()), value.remaining());
        } else if (role instanceof ColumnRole.Hash found) {
            hash(found.kind(), column, HexFormat.of().formatHex(copy(value)));
        }
    }

    private static byte[] copy(ByteBuffer value) {
        byte[] copy = new byte[value.remaining()];
        value.duplicate().get(copy);
        return copy;
    }

    /** Notes a string that is longer than strings may be. */
    void tooLong(ColumnRole role, String column, long bytes) {
        String detail = "column %s has %d bytes, which are more than %d".formatted(column, bytes, MAX_STRING_BYTES);
        if (role instanceof ColumnRole.Url || role instanceof ColumnRole.Hash) {
            refuse(Long.toString(bytes), Integer.toString(MAX_STRING_BYTES), detail);
        } else {
            drop(AltTextFault.TOO_LONG, detail);
        }
    }

    /** Notes a string that is damaged, or in another encoding. */
    void notUtf8(ColumnRole role, String column) {
        String detail = "column %s is not in UTF-8".formatted(column);
        if (role instanceof ColumnRole.Url || role instanceof ColumnRole.Hash) {
            refuse(null, "UTF-8", detail);
        } else {
            drop(AltTextFault.UNREADABLE, detail);
        }
    }

    /** Notes a value of a type that the column cannot have. */
    void wrongType(ColumnRole role, String column, String type) {
        String detail = "column %s is %s".formatted(column, type);
        if (role instanceof ColumnRole.Url) {
            refuse(type, "a string", detail);
        } else if (role instanceof ColumnRole.Text) {
            drop(AltTextFault.UNREADABLE, detail);
        }
    }

    ListRow build() {
        if (bad != null) {
            return new ListRow.Bad(number, bad);
        }
        RowMetadata about =
                new RowMetadata(texts.values().stream().flatMap(List::stream).toList(), attributes, dropped);
        if (tooLarge != null) {
            return tooLarge;
        }
        if (image != null) {
            return new ListRow.Embedded(number, image, about);
        }
        return url == null
                ? new ListRow.Bad(number, refusal(null, "a URL or an image", "the row has neither a URL nor an image"))
                : new ListRow.Link(number, url, Optional.ofNullable(hash), about);
    }

    private void drop(AltTextFault fault, String reason) {
        dropped.add(new RowMetadata.Dropped(fault, reason));
    }

    private void hash(ContentHash.Kind kind, String column, String hex) {
        try {
            ContentHash found = new ContentHash(kind, hex);
            if (hash == null || kind.compareTo(hash.kind()) > 0) {
                hash = found;
            }
        } catch (IllegalArgumentException malformed) {
            refuse(hex, "hexadecimal digits", "column %s: %s".formatted(column, malformed.getMessage()));
        }
    }

    private void refuse(@Nullable String value, String bound, String detail) {
        bad = bad == null ? refusal(value, bound, detail) : bad;
    }

    static Refusal refusal(@Nullable String value, @Nullable String bound, String detail) {
        return new Refusal(RejectionReason.BAD_ROW, value, bound, detail);
    }
}

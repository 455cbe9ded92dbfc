package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.ingest.sources.state.ItemHash;
import dev.latentstream.schemas.DeliveredItem;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** The deliveries of earlier runs of a source, and those of them that are to be sent again. */
final class Deliveries implements Known {
    private static final long REJECTED = ItemHash.of("rejected");

    private final Function<String, Optional<DeliveredItem>> items;
    private final Resend resend;
    private final boolean itemised;

    /**
     * @param items what was delivered under a URI
     * @param itemised whether items are looked up at all
     */
    Deliveries(Function<String, Optional<DeliveredItem>> items, Resend resend, boolean itemised) {
        this.items = items;
        this.resend = resend;
        this.itemised = itemised;
    }

    /** Returns whether each item is remembered. */
    boolean isItemised() {
        return itemised;
    }

    @Override
    public boolean unchanged(String uri, String stamp) {
        return resend == Resend.CHANGED
                && earlier(uri).filter(item -> has(item, stamp)).isPresent();
    }

    @Override
    public Optional<String> version(String uri) {
        return earlier(uri).flatMap(DeliveredItem::getVersion);
    }

    @Override
    public OptionalLong position(String uri, String stamp) {
        Optional<DeliveredItem> part = resend == Resend.CHANGED || !itemised ? items.apply(uri) : Optional.empty();
        return part.filter(item -> has(item, stamp)).stream()
                .mapToLong(DeliveredItem::getContents)
                .findFirst();
    }

    /** Returns whether the same image was sent with the same texts, or if its texts could not all be read now, with any. */
    boolean contains(Found found, String imageId) {
        return resend == Resend.CHANGED
                && earlier(found.uri())
                        .filter(item -> isOf(item, imageId))
                        .filter(item -> found.stamp().isEmpty() || item.getContents() == contents(found))
                        .isPresent();
    }

    /** Returns whether the same bytes were rejected before. */
    boolean contains(TooLarge large) {
        return resend == Resend.CHANGED
                && earlier(large.uri())
                        .filter(item -> isOf(item, large.imageId()) && item.getContents() == REJECTED)
                        .isPresent();
    }

    /** Returns whether an item was rejected before for the same reason. */
    boolean contains(Refused refused) {
        return resend == Resend.CHANGED
                && rejected(refused.uri())
                        .filter(item -> item.getContents() == reason(refused))
                        .isPresent();
    }

    /** Returns whether an item without bytes was rejected, and not delivered since. */
    boolean isRefused(String uri) {
        return rejected(uri).isPresent();
    }

    /** Returns whether a rejection is remembered under this URI: not where an image is, which it would hide. */
    boolean remembers(Refused refused) {
        return itemised
                && earlier(refused.uri()).flatMap(DeliveredItem::getImageId).isEmpty();
    }

    private Optional<DeliveredItem> rejected(String uri) {
        return earlier(uri)
                .filter(item -> item.getImageId().isEmpty() && item.getStamp().isEmpty());
    }

    private static long reason(Refused refused) {
        Refusal refusal = refused.refusal();
        return ItemHash.of("%s\0%s\0%s".formatted(refusal.reason(), refusal.value(), refusal.bound()));
    }

    /** Returns the id of another image that had this URI. */
    Optional<String> replaced(String uri, String imageId) {
        return earlier(uri).flatMap(DeliveredItem::getImageId).filter(earlier -> !earlier.equals(imageId));
    }

    static DeliveredItem of(Found found, String imageId) {
        return new DeliveredItem(
                imageId,
                found.stamp().map(ItemHash::of).orElse(null),
                contents(found),
                found.version().orElse(null));
    }

    static DeliveredItem of(TooLarge large) {
        return new DeliveredItem(large.imageId(), null, REJECTED, null);
    }

    /** Has no stamp: the next run tries the item again. */
    static DeliveredItem of(Refused refused) {
        return new DeliveredItem(null, null, reason(refused), null);
    }

    static DeliveredItem of(SourceItem.Position position) {
        return new DeliveredItem(null, ItemHash.of(position.stamp()), position.position(), null);
    }

    private Optional<DeliveredItem> earlier(String uri) {
        return itemised ? items.apply(uri) : Optional.empty();
    }

    private static boolean isOf(DeliveredItem item, String imageId) {
        return item.getImageId().filter(imageId::equals).isPresent();
    }

    private static boolean has(DeliveredItem item, String stamp) {
        return item.getStamp().filter(hash -> hash == ItemHash.of(stamp)).isPresent();
    }

    private static long contents(Found found) {
        StringBuilder all = new StringBuilder();
        found.texts().forEach(text -> all.append(text.length()).append(':').append(text));
        found.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(attribute -> all.append('\0').append(attribute));
        return ItemHash.of(all.toString());
    }
}

package dev.latentstream.ingest.sources.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.DeliveredItem;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ItemTableTest {
    private final ItemTable table = new ItemTable();

    @Test
    void agreesWithAHashMapAfterAnyChanges() {
        table.keepVersions();
        Random random = new Random(7);
        Map<String, DeliveredItem> expected = new HashMap<>();
        for (int i = 0; i < 60_000; i++) {
            String key = "photos " + random.nextInt(20_000);
            if (random.nextInt(3) == 0) {
                expected.remove(key);
                table.remove(key);
            } else {
                DeliveredItem item = item(random);
                expected.put(key, item);
                table.put(key, item);
            }
        }

        assertThat(table.size()).isEqualTo(expected.size());
        for (int i = 0; i < 20_000; i++) {
            String key = "photos " + i;
            assertThat(table.item(key)).isEqualTo(Optional.ofNullable(expected.get(key)));
        }
    }

    @Test
    void anItemWithoutImageOrStampHasNone() {
        table.put("shard", new DeliveredItem(null, null, 12L, null));

        assertThat(table.item("shard")).contains(new DeliveredItem(null, null, 12L, null));
    }

    @Test
    void versionsAreKeptOnRequestAlone() {
        table.put("photo", new DeliveredItem(null, null, 12L, "\"1\""));

        assertThat(table.item("photo")).contains(new DeliveredItem(null, null, 12L, null));
    }

    private static DeliveredItem item(Random random) {
        StringBuilder id = new StringBuilder();
        random.ints(64, 0, 16).forEach(digit -> id.append(Character.forDigit(digit, 16)));
        return new DeliveredItem(
                id.toString(),
                random.nextBoolean() ? random.nextLong() : null,
                random.nextLong(),
                random.nextBoolean() ? "\"%d\"".formatted(random.nextInt()) : null);
    }
}

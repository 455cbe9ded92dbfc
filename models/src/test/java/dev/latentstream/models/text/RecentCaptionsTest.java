package dev.latentstream.models.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentCaptionsTest {
    @Test
    void theLeastRecentlyUsedCaptionIsDroppedFirst() {
        RecentCaptions<Integer> recent = new RecentCaptions<>(2);
        List<String> made = new ArrayList<>();
        for (String caption : List.of("a", "b", "a", "c", "a", "b")) {
            recent.get(caption, c -> {
                made.add(c);
                return c.length();
            });
        }

        assertThat(made).containsExactly("a", "b", "c", "b");
    }
}

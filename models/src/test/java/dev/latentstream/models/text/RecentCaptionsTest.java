package dev.latentstream.models.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentCaptionsTest {
    @Test
    void theLeastRecentlyUsedCaptionIsDroppedFirst() {
        RecentCaptions<Integer> recent = new RecentCaptions<>(7, value -> 3);
        List<String> made = new ArrayList<>();
        for (String caption : List.of("a", "b", "a", "c", "a", "b")) {
            recent.get(caption, c -> {
                made.add(c);
                return c.length();
            });
        }

        assertThat(made).containsExactly("a", "b", "c", "b");
    }

    @Test
    void largerValuesLeaveRoomForFewer() {
        RecentCaptions<Integer> recent = new RecentCaptions<>(10, value -> value);
        List<String> made = new ArrayList<>();
        for (String caption : List.of("aaa", "bbb", "ccccc", "bbb", "ddddddddddd", "bbb", "bbb")) {
            recent.get(caption, c -> {
                made.add(c);
                return c.length();
            });
        }

        assertThat(made)
                .as("aaa goes for ccccc, and all for what is larger than the cache")
                .containsExactly("aaa", "bbb", "ccccc", "ddddddddddd", "bbb");
    }
}

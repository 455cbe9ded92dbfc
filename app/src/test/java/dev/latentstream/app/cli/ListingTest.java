package dev.latentstream.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingTest {
    private static final List<String> GROUPS = List.of("source", "reason");
    private static final List<String> NUMBERS = List.of("images", "replayed");

    @Test
    void groupsAreCountedInOrderAndTheLastRecordsAreShown() {
        Listing<String> listing = letters(2);

        assertThat(printed(listing)).isEqualToNormalizingNewlines("""
                source     reason  images  replayed
                a           small       2         1
                a       too-large       1         0
                b           small       1         0

                record 3
                record 4
                """);
    }

    @Test
    void aListingOfNoRecordsHasTheCountsAlone() {
        assertThat(printed(letters(0))).endsWith("b           small       1         0\n");
    }

    @Test
    void anEmptyListingHasHeadsAlone() {
        assertThat(printed(new Listing<>(GROUPS, NUMBERS, 20))).isEqualTo("source  reason  images  replayed\n");
    }

    @Test
    void programsGetTheSame() {
        assertThat(letters(1)
                        .json(
                                "last",
                                record -> JsonNodeFactory.instance.objectNode().put("name", record))
                        .toString())
                .isEqualTo("{\"counts\":[{\"source\":\"a\",\"reason\":\"small\",\"images\":2,\"replayed\":1},"
                        + "{\"source\":\"a\",\"reason\":\"too-large\",\"images\":1,\"replayed\":0},"
                        + "{\"source\":\"b\",\"reason\":\"small\",\"images\":1,\"replayed\":0}],"
                        + "\"last\":[{\"name\":\"4\"}]}");
    }

    @Test
    void aWrongNumberOfRecordsIsNamedWithItsBound() {
        assertThatThrownBy(() -> letters(-1)).hasMessage("max -1 is not between 0 and 1000000");
        assertThatThrownBy(() -> letters(1_000_001)).hasMessage("max 1000001 is not between 0 and 1000000");
    }

    private static Listing<String> letters(long max) {
        Listing<String> listing = new Listing<>(GROUPS, NUMBERS, max);
        listing.add("1", List.of("b", "small"), 1, 0);
        listing.add("2", List.of("a", "small"), 1, 1);
        listing.add("3", List.of("a", "too-large"), 1, 0);
        listing.add("4", List.of("a", "small"), 1, 0);
        return listing;
    }

    private static String printed(Listing<String> listing) {
        StringWriter out = new StringWriter();
        listing.print(new PrintWriter(out, true), listing.table(), record -> "record " + record);
        return out.toString();
    }
}

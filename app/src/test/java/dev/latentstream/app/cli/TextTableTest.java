package dev.latentstream.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsLineUp() {
        TextTable table = new TextTable("Topic", "records").row("images-raw", 7).row("images", 12345);

        assertThat(table.lines()).containsExactly("Topic       records", "images-raw        7", "images        12345");
    }

    @Test
    void rowOfTheWrongLengthIsRefused() {
        assertThatThrownBy(() -> new TextTable("Topic", "records").row("images"))
                .hasMessage("1 cells in a table of 2 columns");
    }
}

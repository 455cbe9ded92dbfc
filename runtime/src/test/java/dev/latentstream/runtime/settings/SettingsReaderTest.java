package dev.latentstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    enum Colour {
        DARK_RED,
        BLUE
    }

    record Oven(
            int maxHeat,
            Colour colour,
            Duration preheat,
            @Nullable Path manual) {
        Oven() {
            this(250, Colour.BLUE, Duration.ofMinutes(10), null);
        }

        Oven {
            Checks.between("max-heat", maxHeat, 50, 300);
        }
    }

    record Recipe(String name, double weight) {
        Recipe(String name) {
            this(name, 1);
        }
    }

    record Kitchen(
            String owner,
            Oven oven,
            List<Recipe> recipes,
            Map<String, Double> prices,
            boolean open,
            long area,
            short tables,
            float rating,
            URI site) {
        Kitchen() {
            this("nobody", new Oven(), List.of(), Map.of(), true, 40, (short) 2, 0.5f, URI.create("http://kitchen"));
        }
    }

    record Shop(
            String town, @Nullable String street, @Nullable Oven oven) {}

    @Test
    void takesEveryDefaultFromAnEmptyFile() {
        assertThat(parse("")).isEqualTo(new Kitchen());
        assertThat(parse("# only a comment\n")).isEqualTo(new Kitchen());
    }

    @Test
    void readsEveryTypeOfSetting() {
        Kitchen kitchen = parse("""
                owner: Ada
                oven: {max-heat: 200, colour: dark-red, preheat: 90s, manual: docs/oven.txt}
                recipes:
                  - name: bread
                    weight: 2.5
                  - {name: soup, weight: 1}
                prices: {bread: 3.1, soup: 4}
                open: false
                area: 5000000000
                tables: 12
                rating: 0.75
                site: https://example.org/a
                """);

        assertThat(kitchen)
                .isEqualTo(new Kitchen(
                        "Ada",
                        new Oven(200, Colour.DARK_RED, Duration.ofSeconds(90), Path.of("docs", "oven.txt")),
                        List.of(new Recipe("bread", 2.5), new Recipe("soup", 1)),
                        Map.of("bread", 3.1, "soup", 4.0),
                        false,
                        5_000_000_000L,
                        (short) 12,
                        0.75f,
                        URI.create("https://example.org/a")));
    }

    @Test
    void keepsTheDefaultsOfTheParentInAPartlyGivenRecord() {
        assertThat(parse("oven: {colour: dark-red}").oven())
                .isEqualTo(new Oven(250, Colour.DARK_RED, Duration.ofMinutes(10), null));
    }

    @Test
    void keepsScalarsAsTheyAreWritten() {
        assertThat(parse("owner: 3.10").owner()).isEqualTo("3.10");
        assertThat(parse("owner: 0123").owner()).isEqualTo("0123");
        assertThat(parse("owner: yes").owner()).isEqualTo("yes");
    }

    @Test
    void readsDurationsInAllUnits() {
        assertThat(List.of("250ms", "5s", "10m", "2h", "1d", "PT1.5S"))
                .map(text -> parse("oven: {preheat: %s}".formatted(text)).oven().preheat())
                .containsExactly(
                        Duration.ofMillis(250),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(10),
                        Duration.ofHours(2),
                        Duration.ofDays(1),
                        Duration.ofMillis(1500));
    }

    @Test
    void expandsEnvironmentVariables() {
        Map<String, String> environment = Map.of("HOST", "h1", "EMPTY", "", "HEAT", "100");

        Kitchen kitchen = SettingsReader.parse("""
                owner: "${HOST}:${PORT:-9092}/${EMPTY:-x}${NONE:-}"
                oven: {max-heat: "${HEAT}"}
                """, Kitchen.class, environment);

        assertThat(kitchen.owner()).isEqualTo("h1:9092/x");
        assertThat(kitchen.oven().maxHeat()).isEqualTo(100);
    }

    @Test
    void doesNotExpandValuesOfTheEnvironment() {
        assertThat(SettingsReader.parse("owner: ${A}", Kitchen.class, Map.of("A", "${B} $1 \\"))
                        .owner())
                .isEqualTo("${B} $1 \\");
    }

    @Test
    void namesTheMissingVariable() {
        assertRefused("owner: a-${NOWHERE}", "owner: the environment has no NOWHERE");
    }

    @Test
    void refusesUnknownKeysWithTheirPathAndTheKnownOnes() {
        assertRefused(
                "oven: {max-heet: 3}", "oven.max-heet is not a setting; known: colour, manual, max-heat, preheat");
        assertRefused("oven: {maxHeat: 3}", "oven.maxHeat is not a setting; known: colour, manual, max-heat, preheat");
        assertRefused(
                "recipes: [{name: a, weight: 1}, {nam: b}]", "recipes[1].nam is not a setting; known: name, weight");
    }

    @Test
    void namesPathValueAndBoundOfABadValue() {
        assertRefused("oven: {max-heat: 900}", "oven: max-heat 900 is not between 50 and 300");
        assertRefused("oven: {max-heat: hot}", "oven.max-heat: \"hot\" is not a whole number of 32 bits");
        assertRefused("oven: {max-heat: 3000000000}", "oven.max-heat: \"3000000000\" is not a whole number of 32 bits");
        assertRefused("oven: {colour: red}", "oven.colour: \"red\" is none of dark-red, blue");
        assertRefused(
                "oven: {preheat: 5 fortnights}",
                "oven.preheat: \"5 fortnights\" is not a duration such as 250ms, 5s, 10m, 2h or 1d");
        assertRefused("open: maybe", "open: \"maybe\" is not true or false");
        assertRefused("prices: {bread: dear}", "prices.bread: \"dear\" is not a number");
    }

    @Test
    void refusesAValueOfAnotherShape() {
        assertRefused("oven: 3", "oven is not a mapping of keys to values");
        assertRefused("recipes: bread", "recipes is not a list");
        assertRefused("owner: [a]", "owner is a list or a mapping, where one value is asked for");
        assertRefused("recipes: [null]", "recipes[0] is empty");
        assertRefused("- a", "it is not a mapping of keys to values");
    }

    @Test
    void requiresComponentsWithoutDefaultUnlessNullable() {
        assertThat(SettingsReader.parse("town: Bath", Shop.class, Map.of())).isEqualTo(new Shop("Bath", null, null));
        assertThatThrownBy(() -> SettingsReader.parse("street: High", Shop.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage("town is missing");
    }

    @Test
    void refusesAmbiguousYaml() {
        assertRefused("owner: a\nowner: b", "line 2: owner is given twice");
        assertRefused("owner: a\n---\nowner: b", "line 3: a second document starts; only one is read");
        assertRefused("owner: &x a\nprices: *x", "line 2: *x: aliases are not supported");
    }

    @Test
    void namesThePositionOfMalformedYaml() {
        assertThatThrownBy(() -> parse("owner: a\noven: [1, 2"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("line 2, column");
    }

    @Test
    void namesTheFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), "tables: few");

        assertThatThrownBy(() -> SettingsReader.read(file, Kitchen.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage(file + ": tables: \"few\" is not a whole number of 16 bits");
        assertThatThrownBy(() -> SettingsReader.read(folder.resolve("none.yaml"), Kitchen.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("none.yaml cannot be read");
    }

    private static Kitchen parse(String yaml) {
        return SettingsReader.parse(yaml, Kitchen.class, Map.of());
    }

    private static void assertRefused(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessage(message);
    }
}

package dev.latentstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    record Hall(boolean open, long area) {}

    record Kitchen(
            String owner,
            Oven oven,
            List<Recipe> recipes,
            Map<String, Double> prices,
            Hall hall,
            short tables,
            float rating,
            URI site) {
        Kitchen() {
            this(
                    "nobody",
                    new Oven(),
                    List.of(),
                    Map.of(),
                    new Hall(true, 40),
                    (short) 2,
                    0.5f,
                    URI.create("http://kitchen"));
        }
    }

    record Bakery(String name, @Flattened Oven oven) {
        Bakery() {
            this("nobody", new Oven());
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
                hall: {open: false, area: 5000000000}
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
                        new Hall(false, 5_000_000_000L),
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
    void readsTheKeysOfAFlattenedRecordFromItsParentsMapping() {
        assertThat(bakery("{max-heat: 200, name: Ada}"))
                .isEqualTo(new Bakery("Ada", new Oven(200, Colour.BLUE, Duration.ofMinutes(10), null)));
        assertThat(bakery("{}")).isEqualTo(new Bakery());
        assertThatThrownBy(() -> bakery("{oven: {max-heat: 200}}"))
                .hasMessage("oven is not a setting; known: colour, manual, max-heat, name, preheat");
        assertThatThrownBy(() -> bakery("max-heat: 20")).hasMessage("max-heat 20 is not between 50 and 300");
    }

    private static Bakery bakery(String yaml) {
        return SettingsReader.parse(yaml, Bakery.class, Map.of());
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
    void refusesUnknownKeysWithTheMostSimilarOne() {
        assertRefused("oven: {max-heet: 70}", "oven.max-heet is not a setting; did you mean max-heat?");
        assertRefused("oven: {maxHeat: 70}", "oven.maxHeat is not a setting; did you mean max-heat?");
        assertRefused("oven: {pre: 5s}", "oven.pre is not a setting; did you mean preheat?");
        assertRefused(
                "recipes: [{name: a, weight: 1}, {name: b, weight: 1, weigth: 2}]",
                "recipes[1].weigth is not a setting; did you mean weight?");
    }

    @Test
    void refusesUnlikeKeysWithAllKnownOnes() {
        assertRefused("oven: {fan: 3}", "oven.fan is not a setting; known: colour, manual, max-heat, preheat");
    }

    @Test
    void reportsAllErrorsAtOnce() {
        String yaml = """
                ownr: a
                oven: {max-heat: 900, colour: red, preheat: 5 fortnights}
                recipes: [{name: a}, {weight: much}]
                prices: {bread: dear, milk: 1}
                tables: few
                """;

        assertRefused(yaml, """
                9 errors:
                  ownr is not a setting; did you mean owner?
                  oven.colour: "red" is not one of dark-red, blue
                  oven.preheat: "5 fortnights" is not a duration such as 250ms, 5s, 10m, 2h or 1d
                  oven.max-heat 900 is not between 50 and 300
                  recipes[0].weight is missing
                  recipes[1].name is missing
                  recipes[1].weight: "much" is not a number
                  prices.bread: "dear" is not a number
                  tables: "few" is not a whole number of 16 bits""".strip());
    }

    record Limits(int least, int most) {
        Limits() {
            this(1, 9);
        }

        Limits {
            Checks.between("least", least, 1, 5);
            Checks.between("most", most, 5, 9);
            if (least == most) {
                throw new IllegalArgumentException("no room between %d and %d".formatted(least, most));
            }
        }
    }

    @Test
    void reportsAllBoundsOfOneRecord() {
        assertThatThrownBy(() -> SettingsReader.parse("{least: 7, most: 40}", Limits.class, Map.of()))
                .hasMessage("2 errors:\n  least 7 is not between 1 and 5\n  most 40 is not between 5 and 9");
        assertThatThrownBy(() -> SettingsReader.parse("{least: 5, most: 5}", Limits.class, Map.of()))
                .hasMessage("no room between 5 and 5");
    }

    @Test
    void neverShowsTheUserOfAUrl() {
        assertThatThrownBy(() -> parse("site: 'http://me:tops3cret@host :80'"))
                .hasMessage("site: \"http://***@host :80\" is not a URI");
    }

    @Test
    void aFormerKeyWorksWithAWarning() {
        List<String> warnings = new ArrayList<>();

        Kitchen kitchen = renamed("{heat: 70, oven: {color: dark-red}}", warnings);

        assertThat(kitchen.oven().maxHeat()).isEqualTo(70);
        assertThat(kitchen.oven().colour()).isEqualTo(Colour.DARK_RED);
        assertThat(warnings)
                .containsExactly(
                        "heat is deprecated: it is now oven.max-heat",
                        "oven.color is deprecated: it is now oven.colour");
    }

    @Test
    void aFormerKeyBesideTheNewOneIsRefused() {
        assertThatThrownBy(() -> renamed("{heat: 70, oven: {max-heat: 80}}", new ArrayList<>()))
                .isInstanceOf(SettingsException.class)
                .hasMessage("heat is the former name of oven.max-heat; give only the latter");
    }

    private static Kitchen renamed(String yaml, List<String> warnings) {
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("heat", "oven.max-heat");
        paths.put("oven.color", "oven.colour");
        paths.put("site.address", "site");
        return SettingsReader.parse(yaml, Kitchen.class, Map.of(), new RenamedKeys(paths), warnings::add);
    }

    @Test
    void namesPathValueAndBoundOfABadValue() {
        assertRefused("oven: {max-heat: 900}", "oven.max-heat 900 is not between 50 and 300");
        assertRefused("oven: {max-heat: hot}", "oven.max-heat: \"hot\" is not a whole number of 32 bits");
        assertRefused("oven: {max-heat: 3000000000}", "oven.max-heat: \"3000000000\" is not a whole number of 32 bits");
        assertRefused("oven: {colour: red}", "oven.colour: \"red\" is not one of dark-red, blue");
        assertRefused(
                "oven: {preheat: 5 fortnights}",
                "oven.preheat: \"5 fortnights\" is not a duration such as 250ms, 5s, 10m, 2h or 1d");
        assertRefused("hall: {open: maybe}", "hall.open: \"maybe\" is not true or false");
        assertRefused("prices: {bread: dear}", "prices.bread: \"dear\" is not a number");
    }

    @Test
    void refusesAValueOfAnotherShape() {
        assertRefused("oven: 3", "oven is not a mapping of keys to values");
        assertRefused("recipes: bread", "recipes is not a list");
        assertRefused("owner: [a]", "owner is a list or a mapping, not a single value");
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
        assertRefused(
                "owner: &x a\nprices: *x",
                "line 2: aliases (*) are not supported; a value that starts with * needs quotes");
    }

    @Test
    void namesThePositionOfMalformedYaml() {
        assertThatThrownBy(() -> parse("owner: a\noven: [1, 2"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("line 2, column")
                .hasMessageContaining("this is not YAML (while parsing a flow sequence), at or after the key oven;");
    }

    @Test
    void namesTheFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("pipeline.yaml"), "tables: few");

        assertThatThrownBy(() -> SettingsReader.read(file, Kitchen.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage(file + ": tables: \"few\" is not a whole number of 16 bits");
        assertThatThrownBy(() -> SettingsReader.read(folder.resolve("none.yaml"), Kitchen.class, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessage(folder.resolve("none.yaml") + " cannot be read: there is no such file");
    }

    @Test
    void saysWhyAFileCannotBeRead(@TempDir Path folder) throws Exception {
        Path latin = Files.write(folder.resolve("latin.yaml"), "name: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> SettingsReader.read(latin, Kitchen.class, Map.of()))
                .hasMessage(latin + " cannot be read: it is not UTF-8");
        assertThatThrownBy(() -> SettingsReader.read(folder, Kitchen.class, Map.of()))
                .hasMessage(folder + " cannot be read: it is a folder");
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

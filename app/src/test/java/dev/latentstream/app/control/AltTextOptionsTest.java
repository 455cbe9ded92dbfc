package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.AltTextAction;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.Boilerplate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

class AltTextOptionsTest {
    private static final AltTextPolicy PRESENT = AltTextPolicy.newBuilder()
            .setMinWords(2)
            .setLanguages(List.of("en"))
            .setBoilerplate(List.of(Boilerplate.KEYWORDS))
            .build();

    @Command
    private static final class Options {
        @ArgGroup(exclusive = false, validate = false)
        private final AltTextOptions texts = new AltTextOptions();
    }

    @Test
    void changesOnlyWhatIsGiven() {
        assertThat(changed("--text-max-words", "9", "--text-action", "refuse"))
                .contains(AltTextPolicy.newBuilder(PRESENT)
                        .setMaxWords(9)
                        .setAction(AltTextAction.REFUSE)
                        .build());
        assertThat(changed()).isEmpty();
    }

    @Test
    void replacesLists() {
        assertThat(changed("--text-language", "none", "--text-boilerplate", "all"))
                .contains(AltTextPolicy.newBuilder()
                        .setMinWords(2)
                        .setBoilerplate(List.of(
                                Boilerplate.FILE_NAMES,
                                Boilerplate.CAMERA_DEFAULTS,
                                Boilerplate.ADDRESSES,
                                Boilerplate.KEYWORDS,
                                Boilerplate.PLACEHOLDERS))
                        .build());
        assertThat(changed("--text-boilerplate", "file-names,addresses")
                        .orElseThrow()
                        .getBoilerplate())
                .containsExactly(Boilerplate.FILE_NAMES, Boilerplate.ADDRESSES);
    }

    @Test
    void namesTheKinds() {
        assertThatThrownBy(() -> changed("--text-boilerplate", "seo"))
                .hasMessageContaining(
                        "\"seo\" is none of all, none, addresses, camera-defaults, file-names, keywords, placeholders");
        assertThatThrownBy(() -> changed("--text-boilerplate", "unknown"))
                .hasMessageContaining("\"unknown\" is none of all, none, addresses");
        assertThatThrownBy(() -> changed("--text-action", "hide")).hasMessageContaining("neither drop nor refuse");
    }

    private static Optional<AltTextPolicy> changed(String... options) {
        Options parsed = new Options();
        new CommandLine(parsed).parseArgs(options);
        return parsed.texts.changed(Optional.of(PRESENT));
    }
}

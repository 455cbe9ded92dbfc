package dev.latentstream.app.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardPathsTest {
    @TempDir
    private Path folder;

    @Test
    void bracesAreExpandedAsByWebDataset() throws IOException {
        assertThat(expand("s-{008..011}.tar")).containsExactly("s-008.tar", "s-009.tar", "s-010.tar", "s-011.tar");
        assertThat(expand("{a,b}-{0..1}.tar")).containsExactly("a-0.tar", "a-1.tar", "b-0.tar", "b-1.tar");
        assertThat(expand("s-{2..0}.tar")).containsExactly("s-2.tar", "s-1.tar", "s-0.tar");
    }

    @Test
    void aGlobIsTheFilesThatMatchInOrder() throws IOException {
        for (String name : List.of("b.tar.gz", "a.tar", "c.txt")) {
            Files.createFile(folder.resolve(name));
        }

        assertThat(expand("*.tar*")).containsExactly("a.tar", "b.tar.gz");
        assertThat(expand("?.tar")).containsExactly("a.tar");
    }

    @Test
    void aFileWhoseNameLooksLikeAPatternIsItself() throws IOException {
        Files.createFile(folder.resolve("{a,b}.tar"));
        Files.createFile(folder.resolve("x*.tar"));

        assertThat(expand("{a,b}.tar")).containsExactly("{a,b}.tar");
        assertThat(expand("x*.tar")).containsExactly("x*.tar");
    }

    @Test
    void aGlobWithoutAFileIsNamed() {
        assertThatThrownBy(() -> expand("*.tar"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no file matches ")
                .hasMessageContaining("*.tar");
    }

    @Test
    void endlessBracesAreRefused() {
        assertThatThrownBy(() -> ShardPaths.names("{0..999999999}.tar"))
                .hasMessage("{0..999999999}.tar stands for more than 1000000 names");
    }

    private List<String> expand(String pattern) throws IOException {
        return ShardPaths.expand(List.of(folder.resolve(pattern).toString())).stream()
                .map(path -> String.valueOf(path.getFileName()))
                .toList();
    }
}

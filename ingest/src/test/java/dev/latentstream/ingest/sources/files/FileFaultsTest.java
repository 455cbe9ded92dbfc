package dev.latentstream.ingest.sources.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileFaultsTest {
    @Test
    void aFaultIsDescribedWithoutTheNameOfAnException() {
        List<IOException> faults = List.of(
                new NoSuchFileException("a"),
                new AccessDeniedException("a"),
                new NotDirectoryException("a"),
                new FileSystemLoopException("a"),
                new FileSystemException("a", null, "Stale file handle"),
                new FileSystemException("a"),
                new IOException("not a regular file"),
                new EOFException(),
                new IOException());

        assertThat(faults)
                .extracting(FileFaults::describe)
                .containsExactly(
                        "there is no such file",
                        "access is denied",
                        "it is not a folder",
                        "its links lead in a circle",
                        "Stale file handle",
                        "it cannot be read",
                        "not a regular file",
                        "unexpected end of the file",
                        "it cannot be read");
    }
}

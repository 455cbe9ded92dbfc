package dev.latentstream.ingest.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few seconds of {@link Fuzzing}. */
class FuzzTest {
    private static final int COUNT = 300;

    @Test
    void damagedFilesEndAdmittedRefusedOrReported(@TempDir Path folder) throws IOException {
        Fuzzing fuzzing = new Fuzzing(Specimen.all(0, folder), 3);

        for (int i = 0; i < COUNT; i++) {
            fuzzing.read(i);
        }

        assertThat(fuzzing.defects()).isEmpty();
        assertThat(fuzzing.count("jpeg", "admitted")).isPositive();
        assertThat(fuzzing.count("png", "UNDECODABLE")).isPositive();
        assertThat(fuzzing.count("tar", "reported, some images")).isPositive();
    }
}

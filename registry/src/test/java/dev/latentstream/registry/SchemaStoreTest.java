package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.registry.SchemaEvent.HardDeleted;
import dev.latentstream.registry.SchemaEvent.LevelSet;
import dev.latentstream.registry.SchemaEvent.Stored;
import dev.latentstream.registry.SchemaEvent.SubjectSoftDeleted;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaStoreTest {
    private final SchemaStore catalogue = new SchemaStore();

    private void stored(String subject, int number, int id) {
        catalogue.apply(new Stored(new Version(subject, number, id, "schema " + id, false)));
    }

    @Test
    void schemasOfASoftDeletedSubjectStayReadable() {
        stored("a", 1, 5);

        catalogue.apply(new SubjectSoftDeleted("a", 1));

        assertThat(catalogue.subjects(Visibility.ACTIVE)).isEmpty();
        assertThat(catalogue.subjects(Visibility.DELETED)).containsExactly("a");
        assertThat(catalogue.schema(5)).hasValue("schema 5");
    }

    @Test
    void versionsAfterASoftDeletionAreActive() {
        stored("a", 1, 5);
        stored("a", 2, 6);
        catalogue.apply(new SubjectSoftDeleted("a", 2));

        stored("a", 3, 5);

        assertThat(catalogue.versions("a", Visibility.ACTIVE))
                .extracting(Version::number)
                .containsExactly(3);
        assertThat(catalogue.versions("a", Visibility.ALL))
                .extracting(Version::number)
                .containsExactly(1, 2, 3);
    }

    @Test
    void anIdIsNotReusedAfterAHardDeletion() {
        stored("a", 1, 5);

        catalogue.apply(new HardDeleted("a", 1));

        assertThat(catalogue.schema(5)).isEmpty();
        assertThat(catalogue.highestId()).isEqualTo(5);
        assertThat(catalogue.subjects(Visibility.ALL)).isEmpty();
    }

    @Test
    void aSchemaIsKnownAsLongAsOneSubjectHasIt() {
        stored("a", 1, 5);
        stored("b", 1, 5);

        catalogue.apply(new HardDeleted("a", 1));

        assertThat(catalogue.idOf("schema 5")).hasValue(5);
    }

    @Test
    void theLastLevelApplies() {
        catalogue.apply(new LevelSet(Optional.of("a"), Optional.of(CompatibilityLevel.NONE)));
        catalogue.apply(new LevelSet(Optional.of("a"), Optional.of(CompatibilityLevel.FULL)));
        assertThat(catalogue.level(Optional.of("a"))).hasValue(CompatibilityLevel.FULL);

        catalogue.apply(new LevelSet(Optional.of("a"), Optional.empty()));
        assertThat(catalogue.level(Optional.of("a"))).isEmpty();
    }
}

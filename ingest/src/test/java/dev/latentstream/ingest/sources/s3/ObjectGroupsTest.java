package dev.latentstream.ingest.sources.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.FolderSource;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Found;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the texts of a bucket's images with those of a folder with the same files. */
class ObjectGroupsTest {
    private static final List<String> NAMES = List.of(
                    "a.jpg a.txt a.png a.jpg.txt a.b.jpg a.b.txt a.b.jpg.caption a.b.c.txt a-1.jpg a-1.cap README b.txt b.json c.jpg"
                            .split(" "),
                    "c.docx c.jpg.docx d/a.jpg d/a.txt d.e/f.txt d.jpg d.txt g.0001.jpg g.0001.txt g.0002.jpg g.txt H.JPG H.TXT"
                            .split(" "),
                    "h.jpg x.jpg.png x.jpg.txt x.jpg \u00e9.jpg \u00e9.txt .hidden.jpg z_z.jpg z_z.txt".split(" "))
            .stream()
            .flatMap(Arrays::stream)
            .toList();

    @TempDir
    private Path folder;

    @Test
    void assignsTextsAsAFolderDoes() throws IOException {
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }

        assertThat(ofBucket()).isEqualTo(ofFolder());
    }

    private static Map<String, String> ofBucket() {
        Map<String, String> items = new TreeMap<>();
        ObjectGroups groups = new ObjectGroups(
                "",
                ImageExtensions.USUAL,
                image -> items.put(
                        image.object().key(),
                        image.texts().stream().map(StoredObject::key).toList() + " " + image.othersBeside()),
                item -> items.put(
                        item.uri().substring("s3://b/".length()),
                        item.getClass().getSimpleName()));
        NAMES.stream().sorted().forEach(name -> groups.add(new StoredObject(new S3Location("b", name), "tag", 1)));
        groups.end();
        return items;
    }

    private Map<String, String> ofFolder() throws IOException {
        String root = folder.toUri().toString();
        Map<String, String> items = new TreeMap<>();
        for (SourceItem item : S3Items.all(new FolderSource("folder", folder, ImageExtensions.USUAL, 100))) {
            items.put(
                    URLDecoder.decode(item.uri().substring(root.length()), StandardCharsets.UTF_8),
                    item instanceof Found found
                            ? found.texts() + " " + found.othersBeside()
                            : item.getClass().getSimpleName());
        }
        return items;
    }
}

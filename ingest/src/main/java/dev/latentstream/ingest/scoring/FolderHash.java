package dev.latentstream.ingest.scoring;

import dev.latentstream.schemas.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** The id of a model: a hash of all files of its folder, weights beside the network file included. */
final class FolderHash {
    private static final int DIGITS = 16;

    private FolderHash() {}

    /** Returns the name of the folder with 16 hexadecimal digits. */
    static String of(Path folder) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                digest.update("%s %d ".formatted(name, Files.size(file)).getBytes(StandardCharsets.UTF_8));
                try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
                    long unused = bytes.transferTo(OutputStream.nullOutputStream());
                }
            }
        }
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        return "%s-%s".formatted(name, Sha256.hex(digest).substring(0, DIGITS));
    }
}

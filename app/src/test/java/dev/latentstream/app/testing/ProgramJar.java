package dev.latentstream.app.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The jar that the build makes, with an archive of the classes of short commands, as the launcher runs it: a command starts with less
 * processor time than from the class path of the tests. The first test that needs the archive makes it, once for each jar and JVM.
 */
final class ProgramJar {
    private static final String STARTUP = "dev.latentstream.app.StartupClasses";

    private ProgramJar() {}

    /** Returns the options that run classes of the jar and of these tests; the tests' whole class path where no jar was built. */
    static List<String> options() {
        return Prepared.OPTIONS;
    }

    /** Prepared once in a JVM. */
    private static final class Prepared {
        private static final List<String> OPTIONS = prepare(Path.of("target").toAbsolutePath());
    }

    private static List<String> prepare(Path target) {
        Path jar = target.resolve("latentstream.jar");
        if (!Files.exists(jar)) {
            return List.of("-cp", System.getProperty("java.class.path"));
        }
        Path archive = target.resolve("tests-" + Runtime.version() + ".jsa");
        List<String> options = new ArrayList<>();
        try (FileChannel lock = FileChannel.open(
                target.resolve("tests-jsa.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock(); // other tests run beside these
            if (isOlder(archive, jar)) {
                make(archive, jar);
            }
            if (Files.size(archive) > 0) {
                options.addAll(List.of("-Xshare:auto", "-Xlog:disable", "-XX:SharedArchiveFile=" + archive));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        // An archive also serves class paths that begin with its own.
        options.addAll(List.of("-cp", jar + File.pathSeparator + target.resolve("test-classes")));
        return List.copyOf(options);
    }

    private static boolean isOlder(Path archive, Path jar) throws IOException {
        return !Files.exists(archive)
                || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0;
    }

    /** Makes the archive, or an empty file if the JVM makes none. */
    private static void make(Path archive, Path jar) throws IOException, InterruptedException {
        Path made = archive.resolveSibling(archive.getFileName() + ".new");
        Files.deleteIfExists(made);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(CommandProcess.jvmOptions());
        command.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + made, "-cp", jar.toString(), STARTUP));
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (!Files.exists(made)) {
            Files.createFile(made);
        }
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
    }
}

package dev.latentstream.ingest.sources;

import dev.latentstream.ingest.sources.files.FileNames;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The changes in a folder and its subfolders, as the operating system reports them. Where it reports that it has lost some, or the folder
 * was deleted and recreated, everything counts as changed. Not thread-safe.
 */
final class FolderWatch implements AutoCloseable {
    private final Path root;
    private final WatchService service;
    private final Map<WatchKey, Path> folders = new HashMap<>();
    private final Map<Path, Changes> changed = new HashMap<>();

    /**
     * The changes of a folder.
     *
     * @param all whether any file may have changed
     * @param names changed files, and their names without one and two extensions
     */
    record Changes(boolean all, Set<String> names) {
        /** Returns whether an image or a text of its name changed. */
        boolean concern(String image) {
            return all || names.contains(image) || names.contains(FileNames.stem(image));
        }
    }

    FolderWatch(Path root) throws IOException {
        this.root = root;
        this.service = root.getFileSystem().newWatchService();
    }

    /** Returns what changed since the last call, by folder; waits a bounded time for it. At first everything counts as changed. */
    Map<Path, Changes> await(Duration atMost) throws IOException, InterruptedException {
        if (folders.isEmpty()) {
            register(root);
        }
        Duration wait = changed.isEmpty() ? atMost : Duration.ZERO;
        try {
            for (WatchKey key = service.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
                    key != null;
                    key = service.poll()) {
                take(key);
            }
        } catch (ClosedWatchServiceException closed) {
            throw new IOException("the folder %s is no longer watched".formatted(root), closed);
        }
        Map<Path, Changes> taken = Map.copyOf(changed);
        changed.clear();
        return taken;
    }

    /** Watches everything anew, as after a loss of events. */
    void restart() {
        folders.keySet().forEach(WatchKey::cancel);
        folders.clear();
    }

    @Override
    public void close() throws IOException {
        service.close();
    }

    private void take(WatchKey key) throws IOException {
        Path folder = folders.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
                restart();
                return;
            }
            if (folder != null && event.context() instanceof Path name) {
                take(folder, name);
            }
        }
        if (!key.reset()) {
            folders.remove(key); // deleted; if it was the root, it is waited for
        }
    }

    private void take(Path folder, Path name) throws IOException {
        Path path = folder.resolve(name);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            register(path);
            return;
        }
        Set<String> names = changed.computeIfAbsent(folder, any -> new Changes(false, new HashSet<>()))
                .names();
        String stem = FileNames.stem(name.toString());
        names.add(name.toString());
        names.add(stem);
        names.add(FileNames.stem(stem)); // a.jpg.txt
    }

    /** Watches a folder before it is read, so that nothing is missed between the two. */
    private void register(Path top) throws IOException {
        if (!Files.isDirectory(top)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(folder.getFileName());
                if (!folder.equals(root) && FileNames.clutter(name).isPresent()) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                try {
                    folders.put(
                            folder.register(
                                    service,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY),
                            folder);
                } catch (NoSuchFileException gone) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                changed.put(folder, new Changes(true, new HashSet<>()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

package dev.latentstream.app.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The layout of the folder that {@code --data} names. */
public record DataFolder(Path path) {
    public DataFolder {
        path = path.toAbsolutePath().normalize();
    }

    /** Creates the folder unless it exists. */
    public void create() throws IOException {
        Files.createDirectories(path);
    }

    /** The addresses of the cluster that runs on this folder; absent while none does. */
    public Path clusterFile() {
        return path.resolve("cluster.json");
    }

    /** The journals of sources, a folder for each topic of a cluster. */
    public Path journals() {
        return path.resolve("sources");
    }

    /** The log of a demo's stages. */
    public Path log() {
        return path.resolve("demo.log");
    }

    /** The state of the Streams stages. */
    public Path state() {
        return path.resolve("state");
    }

    /** The training runs, a folder each. */
    public Path training() {
        return path.resolve("training");
    }

    /** The page about the last demo. */
    public Path summary() {
        return path.resolve("summary.html");
    }

    /** The latents that the last demo decoded again. */
    public Path decoded() {
        return path.resolve("decoded.png");
    }

    /** The broker's log. */
    public Path brokerLog() {
        return path.resolve("broker.log");
    }

    /** The output of the broker's JVM, which is usually empty. */
    Path brokerOutput() {
        return path.resolve("broker.out");
    }

    Path serverProperties() {
        return path.resolve("server.properties");
    }

    Path lock() {
        return path.resolve("broker.lock");
    }

    Path kafka() {
        return path.resolve("kafka");
    }
}
